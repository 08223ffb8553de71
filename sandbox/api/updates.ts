import { randomUUID } from "node:crypto";
import { internalError, invalidRequest } from "../scheduler/errors";
import type {
  JobUpdateInstructions,
  JobUpdateKey,
  JobUpdateQuery,
  JobUpdateRequest,
  JobUpdateSettings,
  JobUpdateStrategy,
  SentUpdateSettings,
  TaskConfig,
} from "../scheduler/model";
import { JobUpdatePulseStatus } from "../scheduler/model";
import { checkUpdate } from "../scheduler/quota";
import { configGroups, toRanges } from "../scheduler/ranges";
import type { Audit, UpdateController } from "../scheduler/updates/controller";
import { javaUpdateKey } from "../scheduler/updates/controller";
import type { JobDiff } from "../scheduler/updates/job-diff";
import { jobDiff, outOfScope } from "../scheduler/updates/job-diff";
import { validateTask } from "../scheduler/validation";
import type { SentUpdateKey } from "./arguments";
import { assertUpdateKey, required } from "./arguments";
import type { Handler, SchedulerParts } from "./handler";
import { checkInstanceCount } from "./write-jobs";

/** The most failures an update may allow for in all (the scheduler's default flag). */
const maxUpdateInstanceFailures = 20_000;

export const updateReads: Readonly<Record<string, Handler>> = {
  getJobUpdateSummaries({ store }, { jobUpdateQuery }: { readonly jobUpdateQuery?: JobUpdateQuery }) {
    const details = store.queryUpdates(required(jobUpdateQuery, "jobUpdateQuery"));
    const updateSummaries = details.map(({ update }) => update.summary);
    return { result: { getJobUpdateSummariesResult: { updateSummaries } } };
  },

  getJobUpdateDetails({ store }, { key, query }: { readonly key?: JobUpdateKey; readonly query?: JobUpdateQuery }) {
    if (query) return { result: { getJobUpdateDetailsResult: { detailsList: store.queryUpdates(query) } } };
    if (!key) throw internalError("Either key or query must be set.");
    const details = store.update(assertUpdateKey(key));
    if (!details) throw invalidRequest(`Invalid update: ${javaUpdateKey(key)}`);
    return {
      details: ["The key argument is deprecated, use the query argument instead"],
      result: { getJobUpdateDetailsResult: { details } },
    };
  },

  getJobUpdateDiff(parts, { request }: { readonly request?: JobUpdateRequest }) {
    const { diff, config } = diffOf(parts, required(request, "request"), "Cron jobs are not supported.");
    const desired = (ids: readonly number[]) => new Map(ids.map((id) => [id, config] as const));
    const replaced = (wanted: (id: number) => boolean) => new Map([...diff.replaced].filter(([id]) => wanted(id)));
    const changed = new Set(diff.replacements);
    const getJobUpdateDiffResult = {
      add: configGroups(desired(diff.replacements.filter((id) => !diff.replaced.has(id)))),
      remove: configGroups(replaced((id) => !changed.has(id))),
      update: configGroups(replaced((id) => changed.has(id))),
      unchanged: configGroups(diff.unchanged),
    };
    return { result: { getJobUpdateDiffResult } };
  },
};

interface StartArguments {
  readonly request?: JobUpdateRequest;
  readonly message?: string;
}

interface ChangeArguments {
  readonly key?: SentUpdateKey;
  readonly message?: string;
}

export const updateWrites: Readonly<Record<string, Handler>> = {
  startJobUpdate(parts, args: StartArguments, { user }) {
    const request = required(args.request, "request");
    if (!request.taskConfig?.isService) throw invalidRequest("Updates are not supported for non-service tasks.");
    const settings = checkedSettings(request);
    const noCron = "Cron jobs may only be created/updated by calling scheduleCronJob.";
    const { diff, config } = diffOf(parts, request, noCron);
    const invalid = outOfScope(diff, settings.updateOnlyTheseInstances);
    if (invalid.length > 0) {
      throw invalidRequest(
        "The update request attempted to update specific instances, but some are irrelevant to the update and " +
          `current job state: [${invalid.join(", ")}]`,
      );
    }
    if (diff.replaced.size === 0 && diff.replacements.length === 0) {
      return { details: ["Job is unchanged by proposed update."] };
    }
    const instructions = instructionsFor(diff, config, settings);
    checkInstanceCount(request.instanceCount);
    checkUpdate(parts.store, instructions);
    const key = { job: config.job, id: randomUUID() };
    const updateSummary = { key, user, metadata: request.metadata };
    parts.updates.start(updateSummary, instructions, audit(args, user));
    return { result: { startJobUpdateResult: { key, updateSummary } } };
  },

  pauseJobUpdate: change((updates, key, by) => updates.pause(key, by)),
  resumeJobUpdate: change((updates, key, by) => updates.resume(key, by)),
  abortJobUpdate: change((updates, key, by) => updates.abort(key, by)),
  rollbackJobUpdate: change((updates, key, by) => updates.rollback(key, by)),

  pulseJobUpdate({ updates }, { key }: { readonly key?: SentUpdateKey }) {
    const active = updates.pulse(assertUpdateKey(key));
    const status = active ? JobUpdatePulseStatus.OK : JobUpdatePulseStatus.FINISHED;
    return { result: { pulseJobUpdateResult: { status } } };
  },
};

function change(apply: (updates: UpdateController, key: JobUpdateKey, by: Audit) => void): Handler {
  return ({ updates }, args: ChangeArguments, { user }) => {
    apply(updates, assertUpdateKey(args.key), audit(args, user));
    return {};
  };
}

function audit({ message }: { readonly message?: string }, user: string): Audit {
  return { user, ...(message !== undefined && { message }) };
}

function diffOf(
  { store }: SchedulerParts,
  request: JobUpdateRequest,
  noCron: string,
): { readonly diff: JobDiff; readonly config: TaskConfig } {
  if (!request.taskConfig || !request.settings) throw internalError();
  const config = store.intern(validateTask(request.taskConfig, request.instanceCount));
  if (store.cronJob(config.job)) throw invalidRequest(noCron);
  const { updateOnlyTheseInstances } = request.settings;
  return { diff: jobDiff(store, config.job, config, request.instanceCount, updateOnlyTheseInstances), config };
}

function instructionsFor(diff: JobDiff, config: TaskConfig, settings: JobUpdateSettings): JobUpdateInstructions {
  return {
    initialState: configGroups(diff.replaced).map(({ config: task, instances }) => ({ task, instances })),
    ...(diff.replacements.length > 0 && { desiredState: { task: config, instances: toRanges(diff.replacements) } }),
    settings,
  };
}

/** Aurora's checks of an update's settings, in its order and words. */
function checkedSettings({ settings, instanceCount, taskConfig }: JobUpdateRequest): JobUpdateSettings {
  if (!settings) throw internalError();
  const updateStrategy = settings.updateStrategy ?? strategyFromOldFields(settings);
  const { queueStrategy, batchStrategy, varBatchStrategy } = updateStrategy;
  if (varBatchStrategy?.groupSizes.some((size) => size <= 0)) {
    throw invalidRequest("All update group sizes must be positive.");
  }
  const groups = varBatchStrategy?.groupSizes ?? [(queueStrategy ?? batchStrategy)?.groupSize ?? 0];
  const complaints: readonly [boolean, string][] = [
    [groups.reduce((a, b) => a + b, 0) <= 0, "Update results in no instance being modified."],
    [settings.maxPerInstanceFailures < 0, "maxPerInstanceFailures must be non-negative."],
    [settings.maxFailedInstances < 0, "maxFailedInstances must be non-negative."],
    [
      settings.maxPerInstanceFailures * instanceCount > maxUpdateInstanceFailures,
      "Your update allows too many failures to occur, consider decreasing the per-instance failures or maxFailedInstances.",
    ],
    [settings.minWaitInInstanceRunningMs < 0, "minWaitInInstanceRunningMs must be non-negative."],
    [settings.blockIfNoPulsesAfterMs < 0, "blockIfNoPulsesAfterMs must be positive."],
    [settings.slaAware && !taskConfig?.slaPolicy, "slaAware must be specified with SlaPolicy set in TaskConfig."],
  ];
  const complaint = complaints.find(([wrong]) => wrong);
  if (complaint) throw invalidRequest(complaint[1]);
  return { ...settings, updateStrategy };
}

function strategyFromOldFields({
  updateGroupSize: groupSize,
  waitForBatchCompletion,
}: SentUpdateSettings): JobUpdateStrategy {
  return waitForBatchCompletion
    ? { batchStrategy: { groupSize, autopauseAfterBatch: false } }
    : { queueStrategy: { groupSize } };
}
