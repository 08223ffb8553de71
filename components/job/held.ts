import type { AuroraJobProperties, OldProperties } from "./registration";

/**
 * Jobs that resources of this run's program have or make, by their keys. The engine deletes last: a resource that it deletes may be
 * a former name, or a former make, of one that has the very job by then, as after a rename without an alias or by `--replace`.
 */
const held = new Map<string, AuroraJobProperties>();

/** Of the program's resources, what tells them apart, by their jobs' keys. */
const checked = new Map<string, string>();

/**
 * A resource is checked, as the one that it is recorded as or, of one that is new or replaced, as none.
 * @returns false where another resource of the program has the same job key
 */
export function noteChecked(olds: OldProperties, news: AuroraJobProperties): boolean {
  const resource = news.resourceUrn ?? "";
  if ((checked.get(news.jobKey) ?? resource) !== resource) return false;
  checked.set(news.jobKey, resource);
  if (olds.jobKey === news.jobKey) held.set(news.jobKey, news);
  // Of one that is deleted before it is made anew, the job is still to be killed.
  else held.delete(news.jobKey);
  return true;
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
