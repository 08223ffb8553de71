import { parseJobKey } from "../aurora/job-key";
import { canonicalJson } from "../canonical-json";
import { ofJsonText } from "../json-text";
import type { AuroraJobProperties, OldProperties } from "./registration";

/**
 * Jobs that resources of this run's program have or make, by their keys. The engine deletes last: a resource that it deletes may be
 * a former name, or a former make, of one that has the very job by then, as after a rename without an alias or by `--replace`.
 */
const held = new Map<string, AuroraJobProperties>();

/** Of the program's resources, what tells them apart, by what one of them alone may have: a job, and a place in a state tree. */
const checked = new Map<string, string>();

/**
 * A resource is checked, as the one that it is recorded as or, of one that is new or replaced, as none.
 * @returns what another resource of the program has already: the job, or the topology's place in the state tree
 */
export function noteChecked(olds: OldProperties, news: AuroraJobProperties): "job" | "place" | undefined {
  const { jobKey } = news;
  const { stateTree } = ofJsonText(news.job);
  const place = canonicalJson([stateTree, parseJobKey(jobKey).name]);
  const resource = news.resourceUrn ?? "";
  const isAnothers = (what: string): boolean => (checked.get(what) ?? resource) !== resource;
  if (isAnothers(jobKey)) return "job";
  if (isAnothers(place)) return "place";
  for (const what of [jobKey, place]) checked.set(what, resource);
  if (olds.jobKey === jobKey) held.set(jobKey, news);
  // Of one that is deleted before it is made anew, the job is still to be killed.
  else held.delete(jobKey);
  return undefined;
}

/** A resource's job is about to be made, or found. */
export function noteMade(news: AuroraJobProperties): void {
  held.set(news.jobKey, news);
}

/** The resource of the program that has the job, if one has. */
export function holderOf(jobKey: string): AuroraJobProperties | undefined {
  return held.get(jobKey);
}

/** A run starts. */
export function forgetHeld(): void {
  held.clear();
  checked.clear();
}
