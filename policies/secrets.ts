import { namesSecret, showsSecret } from "../components/config/secrets";
import { componentConfigs, topologyConfig, type Topology } from "../components/heron/definition";
import type { JobPayload } from "../components/job/payload";
import { everySubmission } from "./production";
import { processesOf } from "./processes";

/** Nothing secret where whoever sees the scheduler's pages, the state tree or the package can read it. */
export const noSecrets = everySubmission(
  {
    name: "heron-no-secrets",
    description:
      "Command lines, metadata and configuration of a production topology can be read by many: no secret in them.",
    level: "mandatory",
  },
  (definition, payload) =>
    [
      ...inConfiguration(definition),
      ...inMetadata(payload),
      ...inContainer(payload),
      ...inCoordinator(payload),
      ...inCommands(payload),
    ].map(
      (place) =>
        `shows a secret in ${place}; take it out, and have it read on the agents, from a file or a secret store`,
    ),
);

function inConfiguration(definition: Topology): readonly string[] {
  return [
    ...secretKeys(topologyConfig(definition)).map((key) => `its configuration's '${key}'`),
    ...componentConfigs(definition).flatMap(({ name, config }) =>
      secretKeys(config).map((key) => `the configuration's '${key}' of its component '${name}'`),
    ),
  ];
}

function secretKeys(config: ReadonlyMap<string, string>): readonly string[] {
  return [...config]
    .filter(([key, value]) => (namesSecret(key) && value !== "") || showsSecret(value, "options"))
    .map(([key]) => key);
}

function inMetadata({ jobConfiguration }: JobPayload): readonly string[] {
  return jobConfiguration.taskConfig.metadata
    .filter(({ key, value }) => namesSecret(key) || showsSecret(value, "words"))
    .map(({ key }) => `its metadata's '${key}'`);
}

function inContainer({ jobConfiguration }: JobPayload): readonly string[] {
  const { container } = jobConfiguration.taskConfig;
  const parameters = "docker" in container ? (container.docker.parameters ?? []) : [];
  return parameters
    .filter(({ value }) => showsSecret(value, "options"))
    .map(({ name }) => `its Docker container's parameter '${name}'`);
}

function inCoordinator({ jobConfiguration }: JobPayload): readonly string[] {
  const { slaPolicy } = jobConfiguration.taskConfig;
  const url =
    slaPolicy !== undefined && "coordinatorSlaPolicy" in slaPolicy && slaPolicy.coordinatorSlaPolicy.coordinatorUrl;
  return url !== false && showsSecret(url, "words") ? ["the address of its SLA coordinator"] : [];
}

function inCommands(payload: JobPayload): readonly string[] {
  return processesOf(payload)
    .filter(({ commandLine }) => showsSecret(commandLine, "command"))
    .map(({ name }) => `the command line of its process '${name}'`);
}
