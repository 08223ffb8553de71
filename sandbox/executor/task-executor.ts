import type { HealthCheck } from "./health-checker";
import { HealthChecker, httpHealthCheck, shellHealthCheck } from "./health-checker";
import { httpSignal } from "./http-signal";
import type { RunRecord, TaskFolder } from "./task-folder";
import type { TaskOutcome } from "./task-runner";
import { TaskRunner } from "./task-runner";
import type { ExecutorTask } from "./thermos-task";

/** What an executor tells of its task. `ended` is the last. */
export interface ExecutorEvents {
  running(message: string): void;
  ended(outcome: TaskOutcome): void;
}

const lifecycleTimeoutMs = 1000;
const lifecyclePollMs = 100;

/** Runs one task as Aurora's executor does: its processes, its health checks, and the steps of its end. */
export class TaskExecutor {
  private readonly runner: TaskRunner;
  private readonly health: HealthChecker | undefined;
  private unhealthy: string | undefined;
  private ending = false;
  private over = false;

  /**
   * @param running whether the task was reported as running before, by an earlier sandbox process
   * @throws InvalidTask
   */
  constructor(
    private readonly task: ExecutorTask,
    folder: TaskFolder,
    private readonly running: boolean,
    private readonly events: ExecutorEvents,
  ) {
    this.runner = new TaskRunner(task.task, folder);
    const check = healthCheckOf(task, folder.sandbox);
    if (check) this.health = new HealthChecker(check, task.healthCheck, folder.sandbox, running);
  }

  /** @param runs of an earlier sandbox process, to go on with */
  start(runs: readonly RunRecord[] = []): void {
    this.runner.adopt(runs);
    void this.runner.run().then(
      (outcome) => this.finish(outcome),
      (error: unknown) => this.finish({ kind: "failed", reason: String(error) }),
    );
    if (this.health) void this.watchHealth(this.health);
    else if (!this.running) this.events.running("No health-check defined, task is assumed healthy.");
  }

  /** Ends the task: asks its HTTP endpoints first, if it has a lifecycle, then its processes, then makes them. */
  async kill(): Promise<void> {
    if (this.ending) return;
    this.ending = true;
    this.health?.stop();
    await this.askToQuit();
    this.runner.kill();
  }

  /** Leaves the task's processes running and tells nothing more. */
  detach(): void {
    this.over = true;
    this.health?.stop();
    this.runner.detach();
  }

  /** Sends a signal to all of the task's processes. */
  signal(signal: NodeJS.Signals): void {
    this.runner.signal(signal);
  }

  isAlive(): boolean {
    return this.runner.isAlive();
  }

  private async watchHealth(health: HealthChecker): Promise<void> {
    let told = this.running;
    await health.run((now) => {
      if (now.state === "unhealthy") {
        this.unhealthy = `Failed health check! ${now.reason}`;
        void this.kill();
      } else if (now.state === "healthy" && !told) {
        told = true;
        this.events.running("Task is healthy.");
      }
    });
  }

  private async askToQuit(): Promise<void> {
    const { lifecycle, portmap } = this.task;
    const port = lifecycle && portmap[lifecycle.port];
    if (!lifecycle || port === undefined) return;
    const steps = [
      [lifecycle.gracefulShutdownEndpoint, lifecycle.gracefulShutdownWait],
      [lifecycle.shutdownEndpoint, lifecycle.shutdownWait],
    ] as const;
    for (const [endpoint, waitSecs] of steps) {
      const { answered } = await httpSignal(port, endpoint, "POST", lifecycleTimeoutMs);
      const deadline = Date.now() + waitSecs * 1000;
      while (answered && !this.over && Date.now() < deadline) {
        await new Promise((resolve) => setTimeout(resolve, lifecyclePollMs));
      }
      if (this.over) return;
    }
  }

  private finish(outcome: TaskOutcome | undefined): void {
    if (this.over || !outcome) return;
    this.over = true;
    this.health?.stop();
    if (this.unhealthy !== undefined) this.events.ended({ kind: "failed", reason: this.unhealthy });
    else this.events.ended(this.ending ? { kind: "killed" } : outcome);
  }
}

function healthCheckOf({ healthCheck, portmap }: ExecutorTask, sandbox: string): HealthCheck | undefined {
  if (healthCheck.shellCommand !== undefined) {
    return shellHealthCheck(healthCheck.shellCommand, sandbox, healthCheck.timeout);
  }
  return portmap.health === undefined ? undefined : httpHealthCheck(portmap.health, healthCheck);
}
