import { setTimeout as sleep } from "node:timers/promises";
import type { AuroraClient } from "../aurora/client";
import type { JobKey } from "../aurora/job-key";
import { ACTIVE_UPDATE_STATES, type UpdateDetails, type UpdateSettings, type UpdateSummary } from "../aurora/update";
import { metadataNames } from "../aurora/thermos/metadata";
import { UserError } from "../errors";
import type { UpdateArgs } from "../topology-args";
import type { Progress } from "./progress";

const pollEvery = 500;

/** The update of `job` that the scheduler is working on, if any: it admits one at a time. */
export async function activeUpdate(aurora: AuroraClient, job: JobKey): Promise<UpdateSummary | undefined> {
  return (await aurora.updateSummaries(job)).find(({ status }) => ACTIVE_UPDATE_STATES.includes(status));
}

/** The task hash that one of our updates leads to; undefined for somebody else's update. */
export function updateTarget(update: UpdateSummary): string | undefined {
  return update.metadata.find((entry) => entry.key === metadataNames.task)?.value;
}

/** How an update ended that did not roll forward. */
export interface UpdateFailure {
  /** With the scheduler's words. */
  readonly message: string;
  /** The instances that made it fail, ascending. */
  readonly failed: readonly number[];
}

/**
 * Follows an update to its end. Returns undefined when it rolled forward.
 * @throws UserError when it has not ended: it is paused, or `seconds` have passed
 */
export async function followUpdate(
  aurora: AuroraClient,
  update: { readonly job: JobKey; readonly id: string },
  instances: number,
  seconds: number,
  progress: Progress,
): Promise<UpdateFailure | undefined> {
  const deadline = Date.now() + seconds * 1000;
  for (;;) {
    const details = await aurora.updateDetails(update);
    const done = new Set(
      details.instanceEvents.filter(({ action }) => action === "INSTANCE_UPDATED").map(({ instanceId }) => instanceId),
    );
    progress(`update ${details.status}: ${done.size} of ${instances} instances updated`);
    if (details.status === "ROLLED_FORWARD") return undefined;
    if (ended.has(details.status)) return failureOf(details);
    if (details.status.endsWith("PAUSED")) {
      throw new UserError(
        `The rolling update ${update.id} is paused. Resume or abort it with the scheduler's own tools, then run 'pulumi up' again.`,
      );
    }
    if (Date.now() > deadline) {
      throw new UserError(
        `The rolling update ${update.id} was still ${details.status} after ${seconds} s. It goes on in the scheduler; ` +
          `running 'pulumi up' again follows it.`,
      );
    }
    await sleep(pollEvery);
  }
}

const ended = new Set(["ROLLED_BACK", "ABORTED", "ERROR", "FAILED"]);

function failureOf({ status, events, instanceEvents }: UpdateDetails): UpdateFailure {
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
  };
}

/** The scheduler's settings for what the document says. */
export function updateSettings(args: Required<UpdateArgs>): UpdateSettings {
  return {
    updateGroupSize: args.batchSize,
    minWaitInInstanceRunningMs: args.watchSeconds * 1000,
    maxPerInstanceFailures: args.maxPerInstanceFailures,
    maxFailedInstances: args.maxFailedInstances,
    rollbackOnFailure: args.rollbackOnFailure,
    waitForBatchCompletion: args.waitForBatchCompletion,
  };
}
