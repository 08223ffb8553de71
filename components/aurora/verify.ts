import { setTimeout as sleep } from "node:timers/promises";
import type { AuroraClient } from "./client";
import type { JobConfiguration, Metadata } from "./job-configuration";
import type { JobKey } from "./job-key";

/**
 * How long to go on asking before a call counts as not landed: what timed out may still be on its way to, or under way
 * in, the scheduler. Milliseconds.
 */
export interface Patience {
  readonly waitMs?: number;
}

const DEFAULT_WAIT_MS = 5_000;
const ASK_EVERY_MS = 500;

/**
 * Whether a `createJob` that ended `unsure` landed: `landed` when the job's active tasks carry the metadata that was to
 * be created, `foreign` when they carry another's, `absent` when there are none.
 */
export async function createLanded(
  client: Pick<AuroraClient, "tasks">,
  job: JobKey,
  config: JobConfiguration,
  patience?: Patience,
): Promise<"landed" | "foreign" | "absent"> {
  const verdict = await askUntilYes(patience, async () => {
    const tasks = (await client.tasks(job, { active: true })).filter(({ status }) => status !== "KILLING");
    if (tasks.length === 0) {
      return undefined;
    }
    return tasks.every(({ metadata }) => sameMetadata(metadata, config.taskConfig.metadata)) ? "landed" : "foreign";
  });
  return verdict ?? "absent";
}

/** Whether a `killTasks` that ended `unsure` landed: of those instances no task is active but such as are being killed. */
export async function killLanded(
  client: Pick<AuroraClient, "tasks">,
  job: JobKey,
  instances: readonly number[] | "all",
  patience?: Patience,
): Promise<boolean> {
  const landed = await askUntilYes(patience, async () => {
    const alive = (await client.tasks(job, { active: true })).filter(
      ({ status, instanceId }) => status !== "KILLING" && (instances === "all" || instances.includes(instanceId)),
    );
    return alive.length === 0 ? true : undefined;
  });
  return landed ?? false;
}

/**
 * Whether an `addInstances` that ended `unsure` landed: the ids of the instances that were added, or `undefined`.
 *
 * @param before ids of the active instances when the call was made.
 */
export async function addLanded(
  client: Pick<AuroraClient, "tasks">,
  job: JobKey,
  before: readonly number[],
  patience?: Patience,
): Promise<readonly number[] | undefined> {
  const known = new Set(before);
  return askUntilYes(patience, async () => {
    const active = (await client.tasks(job, { active: true })).map(({ instanceId }) => instanceId);
    const added = [...new Set(active)].filter((id) => !known.has(id)).sort((a, b) => a - b);
    return added.length === 0 ? undefined : added;
  });
}

/**
 * Whether a `startUpdate` that ended `unsure` landed: the id of the job's newest update with that metadata, or
 * `undefined`. The metadata must be the update's own, not one that an earlier update had as well.
 */
export async function updateLanded(
  client: Pick<AuroraClient, "updateSummaries">,
  job: JobKey,
  metadata: readonly Metadata[],
  patience?: Patience,
): Promise<string | undefined> {
  return askUntilYes(patience, async () => {
    const ours = (await client.updateSummaries(job)).filter((update) => sameMetadata(update.metadata, metadata));
    return ours.sort((a, b) => b.created - a.created)[0]?.id;
  });
}

/** Whether two sets of metadata are one; the scheduler keeps no order. */
export function sameMetadata(a: readonly Metadata[], b: readonly Metadata[]): boolean {
  const entries = (list: readonly Metadata[]): Set<string> =>
    new Set(list.map(({ key, value }) => JSON.stringify([key, value])));
  const [ours, theirs] = [entries(a), entries(b)];
  return ours.size === theirs.size && [...ours].every((entry) => theirs.has(entry));
}

async function askUntilYes<T>(
  { waitMs = DEFAULT_WAIT_MS }: Patience = {},
  ask: () => Promise<T | undefined>,
): Promise<T | undefined> {
  const deadline = performance.now() + waitMs;
  for (;;) {
    const answer = await ask();
    const left = deadline - performance.now();
    if (answer !== undefined || left <= 0) {
      return answer;
    }
    await sleep(Math.min(ASK_EVERY_MS, left));
  }
}
