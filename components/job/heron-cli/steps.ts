import { changedInputs, type OldInputs, restartedContainers } from "../changes";
import type { AuroraJobInputs } from "../inputs";
import { leftOvers } from "../trouble";
import { otherPlan } from "./other-plan";

/** What has to be done to a running topology, as far as the `heron` CLI can do it. */
export interface CliSteps {
  /** Why it must be killed and submitted again, which makes all other steps needless; empty when it need not. */
  readonly resubmit: readonly string[];
  readonly restart: boolean;
  /** Single containers to restart. */
  readonly containers: readonly number[];
  /** Components whose parallelism changes, with the new one. */
  readonly parallelism: Readonly<Record<string, number>>;
  /** Containers beside container 0, where the document changes their number. */
  readonly containerNumber?: number;
  /** Others have given it another size, which becomes that of the documents again. */
  readonly isResized?: true;
  /** Containers that no packing plan names, which go. */
  readonly leftOvers: readonly number[];
  /** The same where they were only counted, as by the native submitter's refresh. */
  readonly hasMore?: true;
  readonly state?: "running" | "deactivated";
}

/**
 * Pure: how the CLI gets from `olds` to `news`. It has a command for another parallelism, another state and a restart;
 * every other change it can only make by kill and submit.
 */
export function cliSteps(olds: OldInputs, news: AuroraJobInputs): CliSteps {
  const changed = changedInputs(olds, news);
  const restart = changed.includes("restart") && news.restart !== undefined;
  const known = new Set<string>(["owner", "treeHash", "restartContainers", "runtimeConfig", "trouble"]);
  if (changed.includes("state")) known.add("state");
  for (const size of ["parallelism", "containerNumber"]) {
    if (changed.includes(size)) [size, "instances", "taskHash"].forEach((key) => known.add(key));
  }
  if (changed.includes("restart")) ["restart", "taskHash"].forEach((key) => known.add(key));
  const isResized = olds.treeHash === otherPlan;
  const hasMore = olds.treeHash === news.treeHash && (olds.instances ?? 0) > news.instances;
  const left = leftOvers(olds);
  if (isResized || hasMore || left.length > 0) known.add("instances");
  const lost = !isResized && changed.length === 1 && changed[0] === "treeHash";
  const before = olds.parallelism ?? {};
  return {
    resubmit: lost ? changed : changed.filter((key) => !known.has(key)),
    restart,
    containers: restart ? [] : restartedContainers(olds, news),
    parallelism: Object.fromEntries(Object.entries(news.parallelism).filter(([name, count]) => before[name] !== count)),
    ...(changed.includes("containerNumber") && { containerNumber: news.instances - 1 }),
    ...(isResized && { isResized }),
    leftOvers: left,
    ...(hasMore && left.length === 0 && { hasMore }),
    ...(changed.includes("state") && { state: news.state }),
  };
}

/** Pure: whether the steps bring the packing plan to another size, which their preview names then. */
export function changesSize({ parallelism, containerNumber, isResized }: CliSteps): boolean {
  return Object.keys(parallelism).length > 0 || containerNumber !== undefined || isResized === true;
}
