import { lost, type OldInputs } from "../changes";
import type { AuroraJobInputs } from "../inputs";
import { describeRuntimeConfig } from "../runtime-config-change";
import { type CliSteps, cliSteps } from "./steps";

const reasons: Readonly<Record<string, string>> = {
  corePackage: "core package",
  topologyPackage: "topology package",
  resources: "container resources",
  submission: "what heron submit is told",
  instances: "containers are missing",
  treeHash: "state tree is incomplete",
  stateTree: "state tree",
  packing: "packing",
};

/** What the `heron` CLI will be made to do to a running topology, in words for the preview; undefined for nothing. */
export function describeCliChange(olds: OldInputs, news: AuroraJobInputs): string | undefined {
  const steps = cliSteps(olds, news);
  const { resubmit, restart, containers: listed, leftOvers, state } = steps;
  if (resubmit.length > 0) {
    const why = resubmit.flatMap((key) => reasons[key] ?? []);
    return `kill and submit again (heron has no rolling update): ${(why.length > 0 ? why : ["task configuration"]).join(", ")}${lost(news)}`;
  }
  const config = describeRuntimeConfig(olds, news);
  const before = olds.instances === undefined ? undefined : olds.instances - leftOvers.length;
  const size = sizeChange(steps, containers(before, news.instances));
  const parts = [
    ...(leftOvers.length > 0
      ? [`kill of container ${leftOvers.join(", ")}, which no packing plan names${lost(news)}`]
      : []),
    ...(size === undefined ? [] : [`${size}${lost(news)}`]),
    ...(restart ? [`heron restart: all containers at once${lost(news)}`] : []),
    ...(listed.length > 0 ? [`heron restart: container ${listed.join(", ")}${lost(news)}`] : []),
    ...(config === undefined ? [] : [`heron update: ${config}`]),
    ...(state === undefined ? [] : [state === "running" ? "heron activate" : "heron deactivate"]),
  ];
  return parts.length === 0 ? undefined : parts.join("; ");
}

function sizeChange(
  { parallelism, containerNumber, isResized, hasMore }: CliSteps,
  containers: string,
): string | undefined {
  const counts = Object.entries(parallelism).map(([component, count]) => `${component} ${count}`);
  if (counts.length > 0 || containerNumber !== undefined) return `heron update: ${[...counts, containers].join(", ")}`;
  if (isResized) return `heron update: the size that the documents say again, ${containers}`;
  return hasMore ? `kill of what no packing plan names, ${containers}` : undefined;
}

function containers(before: number | undefined, after: number): string {
  return before === undefined || before === after ? `still ${after} containers` : `${before} → ${after} containers`;
}
