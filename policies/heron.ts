import { at, type RegisteredResource, type Rule } from "./resource";

const jobType = "pulumi-nodejs:dynamic/heron:AuroraJob";

/** A rule that each production topology keeps to: those of Aurora's environment `prod`. */
function everyProductionTopology(rule: Omit<Rule, "check">, holds: (job: unknown) => boolean, demand: string): Rule {
  return {
    ...rule,
    check: (resources) =>
      resources
        .filter(isProductionTopology)
        .filter(({ props }) => !holds(props.job))
        .map(({ props }) => `${String(props.jobKey)}: ${demand}`),
  };
}

function isProductionTopology({ type, props }: RegisteredResource): boolean {
  return type === jobType && typeof props.jobKey === "string" && props.jobKey.split("/")[2] === "prod";
}

/** What a topology in production has to meet, as far as it shows in what the engine registers. */
export const heronRules: readonly Rule[] = [
  everyProductionTopology(
    {
      name: "heron-two-containers",
      description: "A production topology outlives the loss of one container's host: it has two beside container 0.",
      level: "mandatory",
    },
    (job) => Number(at(job, "instances")) >= 3,
    "has fewer than two containers beside container 0; raise topology.stmgrs or its parallelism",
  ),
  everyProductionTopology(
    {
      name: "heron-core-digest",
      description: "What runs in production is told by its content: the core package's address carries its SHA-256.",
      level: "mandatory",
    },
    (job) => /[0-9a-f]{64}/.test(String(at(job, "corePackage"))),
    "fetches a core package whose address says nothing of its content; let the artifact store host it (core.host)",
  ),
  everyProductionTopology(
    {
      name: "heron-health-gates",
      description: "A rolling update of a production topology watches each batch and goes back when it fails.",
      level: "mandatory",
    },
    (job) => at(job, "update", "watchSeconds") !== 0 && at(job, "update", "rollbackOnFailure") !== false,
    "is rolled without a gate; leave update.rollbackOnFailure on and update.watchSeconds above 0",
  ),
];
