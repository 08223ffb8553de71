import type { Clock } from "../../clock";
import { invalidRequest, Refused } from "../errors";
import { javaJobKey } from "../identifiers";
import type {
  JobKey,
  JobUpdateDetails,
  JobUpdateEvent,
  JobUpdateInstructions,
  JobUpdateKey,
  JobUpdateSummary,
  ScheduledTask,
} from "../model";
import { jobKeyText, JobUpdateStatus, ResponseCode, ScheduleStatus } from "../model";
import { expandRanges } from "../ranges";
import { activeUpdateStatuses, updateStatusName } from "../status";
import type { Store } from "../store";
import type { TaskListener, TaskManager } from "../task-manager";
import { AutoPause } from "./auto-pause";
import type { Evaluation, Observation, Step } from "./one-way-updater";
import { OneWayUpdater } from "./one-way-updater";
import { Pulses } from "./pulses";
import { newDetails, withEvent, withSteps } from "./record";
import { blockedState, isRolling, mayChange, pausedState, resumedState, unblockedState } from "./state-machine";

/** Who asked for a change of an update, and why. */
export interface Audit {
  readonly user: string;
  readonly message?: string;
}

export interface UpdateControllerOptions {
  readonly store: Store;
  readonly clock: Clock;
  readonly manager: TaskManager;
}

/** Runs job updates: from a request through the instances' changes to the end, forward or back. */
export class UpdateController implements TaskListener {
  private readonly updaters = new Map<string, OneWayUpdater>();
  private readonly pulses = new Pulses();
  private readonly autoPause = new AutoPause();
  private readonly events: { readonly task: ScheduledTask; readonly deleted: boolean }[] = [];
  private draining = false;

  constructor(private readonly options: UpdateControllerOptions) {}

  /** Goes on with the updates that were running when the scheduler stopped. */
  resumeAll(): void {
    const active = [...this.options.store.allUpdates()].filter(({ update }) =>
      activeUpdateStatuses.has(update.summary.state.status),
    );
    for (const details of active) {
      const { key, state } = details.update.summary;
      const rolling = isRolling(state.status);
      this.pulses.watch(key, details.update.instructions.settings, rolling ? state.lastModifiedTimestampMs : 0);
      if (!rolling) continue;
      this.autoPause.restore(details);
      this.begin(details);
    }
  }

  /** @throws Refused with the running update's summary when the job has one. */
  start(summary: JobUpdateSummary, instructions: JobUpdateInstructions, audit: Audit): void {
    const running = this.options.store.activeUpdateOf(summary.key.job);
    if (running) {
      const names = [...activeUpdateStatuses].map(updateStatusName).join(", ");
      const { summary: updateSummary } = running.update;
      throw new Refused(
        ResponseCode.INVALID_REQUEST,
        "An active update already exists for this job, please terminate it before starting another. " +
          `Active updates are those in states [${names}]`,
        { startJobUpdateResult: { key: updateSummary.key, updateSummary } },
      );
    }
    this.pulses.watch(summary.key, instructions.settings, 0);
    const coordinated = instructions.settings.blockIfNoPulsesAfterMs > 0;
    const status = coordinated ? JobUpdateStatus.ROLL_FORWARD_AWAITING_PULSE : JobUpdateStatus.ROLLING_FORWARD;
    const details = newDetails(summary, instructions, this.event(status, audit));
    this.save(details);
    if (isRolling(status)) this.begin(details);
  }

  /** @throws Refused JOB_UPDATING_ERROR */
  assertNotUpdating(job: JobKey): void {
    if (this.options.store.activeUpdateOf(job)) {
      throw new Refused(ResponseCode.JOB_UPDATING_ERROR, "Job is currently updating");
    }
  }

  pause(key: JobUpdateKey, audit: Audit): void {
    const details = this.find(key);
    this.change(details, pausedState(details.update.summary.state.status), audit);
  }

  resume(key: JobUpdateKey, audit: Audit): void {
    const details = this.find(key, ":");
    const expired = this.pulses.expired(key, this.options.clock.now());
    this.change(details, resumedState(details.update.summary.state.status, expired), audit);
  }

  abort(key: JobUpdateKey, audit: Audit): void {
    this.change(this.find(key), JobUpdateStatus.ABORTED, audit);
  }

  rollback(key: JobUpdateKey, audit: Audit): void {
    this.change(this.find(key), JobUpdateStatus.ROLLING_BACK, audit);
  }

  /** @returns false when no update of this key waits for pulses. */
  pulse(key: JobUpdateKey): boolean {
    if (!this.pulses.pulse(key, this.options.clock.now())) return false;
    const details = this.find(key);
    const status = unblockedState(details.update.summary.state.status);
    if (status !== undefined) this.change(details, status, {});
    return true;
  }

  taskChanged(task: ScheduledTask): void {
    this.taskEvent(task, false);
  }

  taskDeleted(task: ScheduledTask): void {
    this.taskEvent(task, true);
  }

  private taskEvent(task: ScheduledTask, deleted: boolean): void {
    this.events.push({ task, deleted });
    this.inTurn(() => undefined);
  }

  /** An evaluation changes tasks, whose events come in meanwhile: they wait until it is done. */
  private inTurn(evaluate: () => void): void {
    if (this.draining) {
      evaluate();
      return;
    }
    this.draining = true;
    try {
      evaluate();
      for (let event = this.events.shift(); event; event = this.events.shift()) this.instanceChanged(event);
    } finally {
      this.draining = false;
    }
  }

  private instanceChanged({ task, deleted }: { readonly task: ScheduledTask; readonly deleted: boolean }): void {
    const { task: config, instanceId, taskId } = task.assignedTask;
    if (!this.updaters.get(jobKeyText(config.job))?.has(instanceId)) return;
    const outdated = !deleted && this.options.store.task(taskId)?.status !== task.status;
    const details = this.options.store.activeUpdateOf(config.job);
    if (!outdated && details) this.evaluate(details, new Map([[instanceId, deleted ? undefined : task]]));
  }

  private begin(details: JobUpdateDetails): void {
    const { summary, instructions } = details.update;
    const forward = summary.state.status === JobUpdateStatus.ROLLING_FORWARD;
    this.updaters.set(jobKeyText(summary.key.job), new OneWayUpdater(instructions, forward));
    this.evaluate(details, new Map());
  }

  private evaluate(details: JobUpdateDetails, changed: ReadonlyMap<number, Observation>): void {
    this.inTurn(() => this.evaluateNow(details, changed));
  }

  private evaluateNow(details: JobUpdateDetails, changed: ReadonlyMap<number, Observation>): void {
    const { store, clock } = this.options;
    const { key, state } = details.update.summary;
    if (this.pulses.expired(key, clock.now())) {
      this.change(details, blockedState(state.status), { message: "Pulses from external service have timed out." });
      return;
    }
    const updater = this.updaters.get(jobKeyText(key.job));
    if (!updater) return;
    const observe = (instanceId: number) => store.activeInstance(key.job, instanceId);
    const evaluation = updater.evaluate(changed, observe, clock.now());
    const paused = this.autoPause.pausesAt(details, evaluation);
    const steps = paused ? evaluation.steps.filter(isOver) : evaluation.steps;
    const recorded = withSteps(details, steps, clock.now());
    if (recorded !== details) this.save(recorded);
    if (paused) this.change(recorded, pausedState(state.status), { message: "Update auto paused" });
    else if (evaluation.status === "working") this.act(recorded, steps);
    else this.finish(recorded, evaluation);
  }

  private finish(details: JobUpdateDetails, { status, steps }: Evaluation): void {
    const { summary, instructions } = details.update;
    const forward = summary.state.status === JobUpdateStatus.ROLLING_FORWARD;
    if (status === "succeeded") {
      this.change(details, forward ? JobUpdateStatus.ROLLED_FORWARD : JobUpdateStatus.ROLLED_BACK, {});
      return;
    }
    const failed = steps.find(({ verdict }) => verdict === "failed");
    const rollback = forward && instructions.settings.rollbackOnFailure;
    const message = failed && { message: `Latest failure: instance ${failed.instanceId} exited.` };
    this.change(details, rollback ? JobUpdateStatus.ROLLING_BACK : JobUpdateStatus.FAILED, { ...message });
  }

  private act(details: JobUpdateDetails, steps: readonly Step[]): void {
    for (const step of steps) {
      if (step.verdict === "add") this.add(details, step.instanceId);
      else if (step.verdict === "kill") this.kill(details, step.instanceId);
      else if (step.verdict === "watch") this.watch(details, step.instanceId);
    }
  }

  private add({ update: { summary, instructions } }: JobUpdateDetails, instanceId: number): void {
    const { key, state } = summary;
    if (this.options.store.activeInstance(key.job, instanceId)) return;
    const config =
      state.status === JobUpdateStatus.ROLLING_FORWARD
        ? instructions.desiredState?.task
        : instructions.initialState.find(({ instances }) => expandRanges(instances).includes(instanceId))?.task;
    if (config) this.options.manager.insertPending(config, [instanceId]);
  }

  private kill({ update: { summary } }: JobUpdateDetails, instanceId: number): void {
    const task = this.options.store.activeInstance(summary.key.job, instanceId);
    const message = `Killed for job update ${summary.key.id}`;
    if (task) this.options.manager.changeState(task.assignedTask.taskId, ScheduleStatus.KILLING, message);
  }

  private watch({ update: { summary, instructions } }: JobUpdateDetails, instanceId: number): void {
    const { key } = summary;
    this.options.clock.after(instructions.settings.minWaitInInstanceRunningMs, () => {
      const details = this.options.store.update(key);
      if (!details || !isRolling(details.update.summary.state.status)) return;
      this.evaluate(details, new Map([[instanceId, this.options.store.activeInstance(key.job, instanceId)]]));
    });
  }

  private change(details: JobUpdateDetails, to: JobUpdateStatus | undefined, audit: Partial<Audit>): void {
    const { key, state } = details.update.summary;
    if (state.status === to) return;
    if (to === undefined || !mayChange(state.status, to)) {
      const name = to === undefined ? "null" : updateStatusName(to);
      throw invalidRequest(`Cannot transition update from ${updateStatusName(state.status)} to ${name}`);
    }
    const changed = withEvent(details, this.event(to, audit));
    this.save(changed);
    this.updaters.delete(jobKeyText(key.job));
    if (!activeUpdateStatuses.has(to)) this.pulses.forget(key);
    if (isRolling(to)) this.begin(changed);
  }

  private find(key: JobUpdateKey, colon = ""): JobUpdateDetails {
    const details = this.options.store.update(key);
    if (!details) throw invalidRequest(`Update does not exist${colon} ${javaUpdateKey(key)}`);
    return details;
  }

  private event(status: JobUpdateStatus, { user, message }: Partial<Audit>): JobUpdateEvent {
    return {
      status,
      timestampMs: this.options.clock.now(),
      ...(user !== undefined && { user }),
      ...(message !== undefined && { message }),
    };
  }

  private save(details: JobUpdateDetails): void {
    this.options.store.apply({ kind: "update", details });
  }
}

function isOver({ verdict }: Step): boolean {
  return verdict === "succeeded" || verdict === "failed";
}

/** An update's key as Java's `IJobUpdateKey.toString` writes it. */
export function javaUpdateKey({ job, id }: Partial<JobUpdateKey>): string {
  return `IJobUpdateKey{job=${javaJobKey(job)}, id=${id ?? "null"}}`;
}
