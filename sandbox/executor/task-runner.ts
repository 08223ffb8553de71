import { Bell } from "./bell";
import type { RunOutcome } from "./plan";
import { Plan } from "./plan";
import { adoptRun, startRun } from "./process-run";
import type { Leader } from "./process-tree";
import { membersOf, signalTree } from "./process-tree";
import type { RunEnd, RunRecord, TaskFolder } from "./task-folder";
import { bySignal } from "./task-folder";
import type { ThermosProcess, ThermosTask } from "./thermos-task";

/** How a task ended. `reason` names the process that made it fail. */
export type TaskOutcome =
  { readonly kind: "finished" | "killed" } | { readonly kind: "failed"; readonly reason: string };

/**
 * Runs a task's processes in the order and as often as Thermos does, and writes down each run, so that another sandbox
 * process can go on where this one stopped.
 */
export class TaskRunner {
  private readonly regular: Plan;
  private readonly final: Plan;
  private readonly runs: RunRecord[] = [];
  private readonly bell = new Bell();
  private readonly detached = new AbortController();
  private killed = false;

  /** @throws InvalidTask when the processes cannot be ordered */
  constructor(
    private readonly task: ThermosTask,
    private readonly folder: TaskFolder,
  ) {
    this.regular = new Plan(task, false);
    this.final = new Plan(task, true);
  }

  /**
   * Takes over the runs of an earlier sandbox process: those that ended count as they did, those that go on are
   * waited for.
   */
  adopt(runs: readonly RunRecord[]): void {
    for (const record of runs) {
      const plan = this.planOf(record.process);
      if (!plan) continue;
      this.runs.push(record);
      plan.started(record.process);
      if (record.endedAt !== undefined) this.apply(record.process, record.exitCode, record.endedAt);
      else if (record.leader) {
        const ended = adoptRun(this.folder, record, record.leader, this.detached.signal);
        void ended.then((end) => this.ended(record, record.leader, end));
      } else {
        this.ended(record, undefined, undefined);
      }
    }
  }

  /** Runs the task to its end. @returns undefined when it was detached before */
  async run(): Promise<TaskOutcome | undefined> {
    await this.runPlan(this.regular, () => this.killed || !this.regular.isHealthy(this.task.maxFailures));
    if (this.isDetached()) return undefined;
    const healthy = this.regular.isHealthy(this.task.maxFailures);
    const deadline = Date.now() + this.task.finalizationWait * 1000;
    this.signal("SIGTERM");
    await this.waitUntil(() => this.regular.running().length === 0, deadline);
    this.signal("SIGKILL");
    if (Date.now() < deadline) await this.runPlan(this.final, () => this.final.isDeadlocked(), deadline);
    if (this.isDetached()) return undefined;
    this.signal("SIGKILL");
    if (this.killed) return { kind: "killed" };
    return healthy ? { kind: "finished" } : { kind: "failed", reason: "Task failed." };
  }

  /** Begins to end the task: SIGTERM, the finalizing processes, SIGKILL when its time is over. */
  kill(): void {
    this.killed = true;
    this.bell.ring();
  }

  /** Leaves the processes alone from here on. */
  detach(): void {
    this.detached.abort();
    this.bell.ring();
  }

  /** Sends a signal to all processes of the task. */
  signal(signal: NodeJS.Signals): void {
    for (const leader of this.openLeaders()) signalTree(leader, signal);
  }

  /** Whether any process of the task is there. */
  isAlive(): boolean {
    return this.openLeaders().some((leader) => membersOf(leader).length > 0);
  }

  private openLeaders(): Leader[] {
    return this.runs.filter(({ endedAt }) => endedAt === undefined).flatMap(({ leader }) => leader ?? []);
  }

  private async runPlan(plan: Plan, over: () => boolean, deadline = Infinity): Promise<void> {
    while (!this.isDetached() && !plan.isComplete() && !over() && Date.now() < deadline) {
      const now = Date.now();
      const room = this.task.maxConcurrency === 0 ? Infinity : this.task.maxConcurrency - plan.running().length;
      for (const process of plan.runnable(now).slice(0, Math.max(0, room))) this.start(plan, process);
      const wait = Math.min(plan.nextWaitMs(now) ?? Infinity, deadline - now);
      await this.bell.wait(Number.isFinite(wait) ? wait : undefined);
    }
  }

  private async waitUntil(done: () => boolean, deadline: number): Promise<void> {
    while (!this.isDetached() && !done() && Date.now() < deadline) await this.bell.wait(deadline - Date.now());
  }

  private start(plan: Plan, { name, cmdline }: ThermosProcess): void {
    const run = this.runs.filter(({ process }) => process === name).length;
    const started = startRun(this.folder, { process: name, run, startedAt: Date.now() }, cmdline);
    const record = { process: name, run, startedAt: Date.now(), leader: started.leader };
    this.runs.push(record);
    this.folder.writeRuns(this.runs);
    plan.started(name);
    started.go();
    void started.ended.then((end) => this.ended(record, started.leader, end));
  }

  private ended(record: RunRecord, leader: Leader | undefined, end: RunEnd | undefined): void {
    if (this.isDetached()) return;
    // What a process leaves behind in its session ends with it, as in Thermos.
    if (leader) signalTree(leader, "SIGKILL");
    const endedAt = Date.now();
    const exitCode = end === bySignal ? undefined : end;
    const index = this.runs.findIndex(({ process, run }) => process === record.process && run === record.run);
    this.runs[index] = { ...record, endedAt, ...(exitCode !== undefined && { exitCode }) };
    this.folder.writeRuns(this.runs);
    this.apply(record.process, exitCode, endedAt);
    this.bell.ring();
  }

  private apply(name: string, exitCode: number | undefined, endedAt: number): void {
    const outcome = outcomeOf(exitCode);
    this.planOf(name)?.ended(name, outcome, endedAt);
  }

  private planOf(name: string): Plan | undefined {
    return [this.regular, this.final].find((plan) => plan.has(name));
  }

  private isDetached(): boolean {
    return this.detached.signal.aborted;
  }
}

/** Thermos counts an end by signal as a loss, not as a failure: the process runs again. */
function outcomeOf(exitCode: number | undefined): RunOutcome {
  if (exitCode === undefined) return "lost";
  return exitCode === 0 ? "success" : "failure";
}
