import { canonicalJson } from "../canonical-json";
import { updateOf } from "./defaults";
import { describeCliChange } from "./heron-cli/describe";
import type { AuroraJobInputs } from "./inputs";

/** Inputs that say how to work, not what should run: a change of one of them is recorded without touching the job. */
const recordedOnly = new Set<string>(["change", "resourceUrn", "payload", "adopt", "update", "timeouts", "submitter"]);

/** Inputs of the old state, which an earlier version of this library may have written. */
export type OldInputs = Partial<AuroraJobInputs>;

/** The names of the inputs that differ, sorted; those that only steer how we work are left out. */
export function changedInputs(olds: OldInputs, news: AuroraJobInputs): string[] {
  // Known of one submitter alone: whoever takes over compares what both know.
  const handedOver = olds.submission === undefined || news.submission === undefined;
  return differing(olds, news).filter((key) => !recordedOnly.has(key) && !(handedOver && key === "submission"));
}

/** Whether the engine should record new inputs at all: {@link changedInputs}, or a changed way of working. */
export function differsAtAll(olds: OldInputs, news: AuroraJobInputs): boolean {
  return differing(olds, news).some((key) => !["change", "resourceUrn", "payload"].includes(key));
}

function differing(olds: OldInputs, news: AuroraJobInputs): string[] {
  const before = olds as Readonly<Record<string, unknown>>;
  const after = news as unknown as Readonly<Record<string, unknown>>;
  const keys = new Set([...Object.keys(before), ...Object.keys(after)]);
  return [...keys].filter((key) => canonicalJson(before[key]) !== canonicalJson(after[key])).sort();
}

/**
 * What an update will do, in words for the preview; `undefined` when nothing changes. The verb comes first, so that a
 * reviewer sees danger at once.
 */
export function describeChange(olds: OldInputs | undefined, news: AuroraJobInputs): string | undefined {
  if (olds?.jobKey === undefined) return `submit ${containers(news.instances)}`;
  const changed = changedInputs(olds, news);
  if (changed.includes("jobKey")) return `replace: kill ${olds.jobKey}, submit ${containers(news.instances)}`;
  if (news.submitter === "heron-cli") return describeCliChange(olds, news);
  const parts: string[] = [];
  if (changed.includes("taskHash")) {
    const batch = Math.min(updateOf(news).batchSize, news.instances);
    parts.push(
      `rolling restart of ${containers(news.instances)}, ${batch} at a time (${restartReasons(changed).join(", ")})`,
    );
  }
  const before = olds.instances ?? news.instances;
  if (news.instances > before) parts.push(`scale out ${before} → ${containers(news.instances)}`);
  if (news.instances < before) parts.push(`scale in ${before} → ${containers(news.instances)}`);
  if (olds.state !== undefined && changed.includes("state"))
    parts.push(news.state === "running" ? "activate" : "deactivate");
  if (parts.length === 0 && changed.includes("treeHash")) parts.push("new packing plan in place");
  if (parts.length === 0 && changed.length > 0) parts.push(`in place: ${changed.join(", ")}`);
  return parts.length === 0 ? undefined : parts.join("; ");
}

const reasons: Readonly<Record<string, string>> = {
  corePackage: "core package",
  topologyPackage: "topology package",
  resources: "container resources",
  restart: "restart asked",
  topologyId: "topology id",
  scheduler: "scheduler",
  stateTree: "state tree",
};

function restartReasons(changed: readonly string[]): string[] {
  const known = changed.flatMap((key) => reasons[key] ?? []);
  return known.length > 0 ? known : ["task configuration"];
}

function containers(count: number): string {
  return count === 1 ? "1 container" : `${count} containers`;
}
