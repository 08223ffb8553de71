import type {
  JobInstanceUpdateEvent,
  JobUpdateDetails,
  JobUpdateEvent,
  JobUpdateInstructions,
  JobUpdateState,
  JobUpdateSummary,
} from "../model";
import { JobUpdateAction, JobUpdateStatus } from "../model";
import type { Step } from "./one-way-updater";

/** A new update with its first event. */
export function newDetails(
  summary: JobUpdateSummary,
  instructions: JobUpdateInstructions,
  event: JobUpdateEvent,
): JobUpdateDetails {
  const state = {
    status: event.status,
    createdTimestampMs: event.timestampMs,
    lastModifiedTimestampMs: event.timestampMs,
  };
  return { update: { summary: { ...summary, state }, instructions }, updateEvents: [event], instanceEvents: [] };
}

export function withEvent(details: JobUpdateDetails, event: JobUpdateEvent): JobUpdateDetails {
  const changed = { status: event.status, lastModifiedTimestampMs: event.timestampMs };
  return withState({ ...details, updateEvents: [...details.updateEvents, event] }, changed);
}

/**
 * Adds what a round of evaluation did to instances. An action is recorded once an update; an instance found in its
 * desired state at once is not recorded at all.
 */
export function withSteps(details: JobUpdateDetails, steps: readonly Step[], now: number): JobUpdateDetails {
  const { status } = details.update.summary.state;
  const events: JobInstanceUpdateEvent[] = [];
  for (const { instanceId, entered } of steps) {
    const before = details.instanceEvents.filter((event) => event.instanceId === instanceId);
    const noop = entered.length === 2 && entered[1] === "succeeded" && before.length === 0;
    if (noop) continue;
    for (const state of entered) {
      const action = actionOf(state, status);
      if (before.every((event) => event.action !== action)) events.push({ instanceId, timestampMs: now, action });
    }
  }
  if (events.length === 0) return details;
  return withState(
    { ...details, instanceEvents: [...details.instanceEvents, ...events] },
    { lastModifiedTimestampMs: now },
  );
}

function withState(details: JobUpdateDetails, changed: Partial<JobUpdateState>): JobUpdateDetails {
  const { summary } = details.update;
  return {
    ...details,
    update: { ...details.update, summary: { ...summary, state: { ...summary.state, ...changed } } },
  };
}

function actionOf(state: Step["entered"][number], status: JobUpdateStatus): JobUpdateAction {
  const back = status === JobUpdateStatus.ROLLING_BACK;
  switch (state) {
    case "working":
      return back ? JobUpdateAction.INSTANCE_ROLLING_BACK : JobUpdateAction.INSTANCE_UPDATING;
    case "succeeded":
      return back ? JobUpdateAction.INSTANCE_ROLLED_BACK : JobUpdateAction.INSTANCE_UPDATED;
    case "failed":
      return back ? JobUpdateAction.INSTANCE_ROLLBACK_FAILED : JobUpdateAction.INSTANCE_UPDATE_FAILED;
  }
}
