import { setTimeout as sleep } from "node:timers/promises";
import type { AuroraClient } from "../aurora/client";
import { AuroraError } from "../aurora/errors";
import type { JobKey } from "../aurora/job-key";
import {
  ACTIVE_UPDATE_STATES,
  type UpdateAction,
  type UpdateDetails,
  type UpdateKey,
  type UpdateSettings,
  type UpdateSummary,
} from "../aurora/update";
import { metadataNames } from "../aurora/thermos/metadata";
import { UserError } from "../errors";
import { timeoutsOf, updateOf } from "./defaults";
import type { AuroraJobInputs } from "./inputs";
import { plannedContainers } from "./planned";
import type { World } from "./target";
import { looks, reasons, settleMs } from "./wait";

const pollEvery = 500;

/** The update of `job` that the scheduler is working on, if any: it admits one at a time. */
export async function activeUpdate(aurora: AuroraClient, job: JobKey): Promise<UpdateSummary | undefined> {
  return (await aurora.updateSummaries(job)).find(({ status }) => ACTIVE_UPDATE_STATES.includes(status));
}

/**
 * The instances that the job's last update was replacing when it was aborted, where it is one of ours: an `up` that put
 * another in its place may have been killed before it began that one. Those that the packing plan no longer names were
 * scaled away since.
 */
export async function leftReplacing(
  { aurora, tree }: Pick<World, "aurora" | "tree">,
  job: JobKey,
): Promise<readonly number[]> {
  const updates = await aurora.updateSummaries(job);
  const last = updates.reduce<UpdateSummary | undefined>(
    (latest, update) => (latest === undefined || update.created > latest.created ? update : latest),
    undefined,
  );
  if (last?.status !== "ABORTED" || updateTarget(last) === undefined) return [];
  const { instanceEvents, instancesBefore } = await aurora.updateDetails({ job, id: last.id });
  const actions = new Map(instanceEvents.map(({ instanceId, action }) => [instanceId, action]));
  const underWay: readonly (UpdateAction | undefined)[] = ["INSTANCE_UPDATING", "INSTANCE_ROLLING_BACK"];
  const left = instancesBefore.filter((instance) => underWay.includes(actions.get(instance)));
  const { plan } = left.length === 0 ? {} : await tree.nodes(job.name);
  const planned = plan === undefined ? undefined : await plannedContainers(plan);
  return planned === undefined ? left : left.filter((instance) => planned.has(instance));
}

/**
 * Aborts an update, unless it has ended by itself since it was looked at. A call whose answer was lost is looked for before it is
 * made again.
 */
export async function abortUpdate(aurora: AuroraClient, update: UpdateKey, message: string): Promise<void> {
  for (let look = 1; ; look++) {
    try {
      await aurora.abortUpdate(update, message);
      return;
    } catch (error) {
      if (!(error instanceof AuroraError)) throw error;
      if (error.kind === "unsure") await sleep(settleMs);
      if ((await activeUpdate(aurora, update.job))?.id !== update.id) return;
      if (error.kind !== "unsure" || look === looks) throw error;
    }
  }
}

/** The task hash that one of our updates leads to; undefined for somebody else's update. */
export function updateTarget(update: UpdateSummary): string | undefined {
  return update.metadata.find((entry) => entry.key === metadataNames.task)?.value;
}

/** Why a run aborts an update of this stack that leads elsewhere than it is to go: who follows that one knows by it. */
export const newerTakesOver = "a newer configuration takes its place";

/** How an update ended that did not roll forward. */
export interface UpdateFailure {
  /** With the scheduler's words. */
  readonly message: string;
  /** The instances that made it fail, ascending. */
  readonly failed: readonly number[];
  readonly isUndone: boolean;
  /** Another run of the stack has aborted it, and goes on from there. */
  readonly isSuperseded: boolean;
  /** The instances that it was to change, ascending; and all that it has begun with. */
  readonly before: readonly number[];
  readonly touched: readonly number[];
}

/**
 * Follows an update to its end, with the heartbeats that it was told to wait for and through the pauses that it was told to
 * make, whatever the documents say by now; where they say to pause, it pauses. Returns undefined when it rolled forward.
 * @throws UserError when it has not ended: it is paused, or the time for it has passed
 */
export async function followUpdate(
  update: { readonly job: JobKey; readonly id: string },
  inputs: AuroraJobInputs,
  instances: readonly number[],
  { aurora, progress }: World,
): Promise<UpdateFailure | undefined> {
  const seconds = timeoutsOf(inputs).update;
  const { pauseAfterBatch } = updateOf(inputs);
  const deadline = Date.now() + seconds * 1000;
  let pulsed = 0;
  for (;;) {
    const details = await aurora.updateDetails(update);
    const { blockIfNoPulsesAfterMs: pulseMs } = details;
    if (pulseMs !== undefined && !ended.has(details.status) && Date.now() - pulsed >= pulseMs / 3) {
      await aurora.pulseUpdate(update);
      pulsed = Date.now();
    }
    const done = updatedInstances(details);
    progress(`update ${details.status}: ${done} of ${instances.length} instances updated`);
    if (details.status === "ROLLED_FORWARD") return undefined;
    if (ended.has(details.status)) return failureOf(details);
    const isOwnPause = pausedItself(details);
    if (isOwnPause && !pauseAfterBatch) {
      await aurora.resumeUpdate(update, "pulumi up");
    } else if (details.status.endsWith("PAUSED")) {
      throw new UserError(
        isOwnPause
          ? `The rolling update ${update.id} is paused after a batch, as update.pauseAfterBatch says: ${done} of ${instances.length} ` +
              `instances are updated. Look how they do. 'pulumi up' goes on with the next batch; to go back, take the change ` +
              `out of the documents and run 'pulumi up'.`
          : `The rolling update ${update.id} is paused. Resume or abort it with the scheduler's own tools, then run 'pulumi up' again.`,
      );
    }
    if (Date.now() > deadline) {
      throw new UserError(
        [
          `The rolling update ${update.id} was still ${details.status} after ${seconds} s. ` +
            (pulseMs === undefined
              ? "It goes on in the scheduler; running 'pulumi up' again follows it."
              : `The scheduler holds it once no heartbeat has come for ${pulseMs / 1000} s, as update.pulseSeconds says; running ` +
                "'pulumi up' again goes on with it."),
          await reasons(aurora, update.job, instances),
        ]
          .join("\n")
          .trimEnd(),
      );
    }
    await sleep(pollEvery);
  }
}

/**
 * Whether an update is paused by its own setting, and not by somebody: the scheduler notes who has paused one, and nobody for
 * a pause of its own.
 */
export function pausedItself({ status, pausesAfterBatch, events }: UpdateDetails): boolean {
  return status === "ROLL_FORWARD_PAUSED" && pausesAfterBatch && (events.at(-1)?.user ?? "") === "";
}

function updatedInstances({ instanceEvents }: UpdateDetails): number {
  const updated = instanceEvents.filter(({ action }) => action === "INSTANCE_UPDATED");
  return new Set(updated.map(({ instanceId }) => instanceId)).size;
}

const ended = new Set(["ROLLED_BACK", "ABORTED", "ERROR", "FAILED"]);

function failureOf({ status, events, instanceEvents, instancesBefore }: UpdateDetails): UpdateFailure {
  const failures = instanceEvents.filter(({ action }) => action.endsWith("_FAILED"));
  const failed = [...new Set(failures.map(({ instanceId }) => instanceId))].sort((a, b) => a - b);
  // The words of its start are our own.
  const said = [...events.filter((event) => event.status !== "ROLLING_FORWARD"), ...failures];
  const messages = said.flatMap(({ message }) => (message ? [message] : []));
  return {
    message:
      `The rolling update ended ${status}` +
      (failed.length > 0 ? `: instance ${failed.join(", ")} failed` : "") +
      (messages.length > 0 ? ` (${messages.join("; ")})` : ""),
    failed,
    isUndone: status === "ROLLED_BACK",
    isSuperseded: status === "ABORTED" && events.at(-1)?.message === newerTakesOver,
    before: instancesBefore,
    touched: instanceEvents.map(({ instanceId }) => instanceId),
  };
}

/** The scheduler's settings for what the document says. @param only the instances that it may touch, if not all */
export function updateSettings(args: ReturnType<typeof updateOf>, only?: readonly number[]): UpdateSettings {
  return {
    updateGroupSize: args.batchSize,
    minWaitInInstanceRunningMs: args.watchSeconds * 1000,
    maxPerInstanceFailures: args.maxPerInstanceFailures,
    maxFailedInstances: args.maxFailedInstances,
    rollbackOnFailure: args.rollbackOnFailure,
    waitForBatchCompletion: args.waitForBatchCompletion,
    pauseAfterBatch: args.pauseAfterBatch,
    ...(only && { updateOnlyTheseInstances: only.map((instance) => ({ first: instance, last: instance })) }),
    ...(args.slaAware === true && { slaAware: true }),
    ...(args.pulseSeconds !== undefined && { blockIfNoPulsesAfterMs: args.pulseSeconds * 1000 }),
  };
}
