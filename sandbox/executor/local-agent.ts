import { userInfo } from "node:os";
import { ScheduleStatus } from "../scheduler/model";
import type { ScheduledTask } from "../scheduler/model";
import type { Machine } from "./machine";
import { UnboundReferences } from "./interpolate";
import { Ports } from "./ports";
import { isTraceable } from "./process-run";
import type { Stream } from "./task-folder";
import { TaskFolder } from "./task-folder";
import { TaskExecutor } from "./task-executor";
import type { TaskOutcome } from "./task-runner";
import type { ExecutorTask } from "./thermos-task";
import { InvalidTask, parseExecutorTask } from "./thermos-task";

export interface LocalAgentOptions {
  readonly dataDir: string;
  /** Tells the scheduler of a task's new state. */
  readonly report: (taskId: string, status: ScheduleStatus, message?: string) => void;
  /** Ports of the tasks that are alive. */
  readonly portsInUse: () => ReadonlySet<number>;
  readonly onError: (error: unknown) => void;
}

const killGraceMs = 5000;

/** Runs tasks for real, on this machine. */
export class LocalAgent implements Machine {
  private readonly executors = new Map<string, TaskExecutor>();
  private readonly ports: Ports;

  constructor(private readonly options: LocalAgentOptions) {
    this.ports = new Ports(options.portsInUse);
  }

  withPorts(names: readonly string[], run: (ports: Readonly<Record<string, number>>) => void): void {
    if (names.length === 0) {
      run({});
      return;
    }
    this.ports
      .take(names.length)
      .then((taken) => {
        run(Object.fromEntries(names.map((name, i) => [name, taken[i] ?? 0])));
        this.ports.settle(taken);
      })
      .catch(this.options.onError);
  }

  launch(task: ScheduledTask): void {
    const { taskId } = task.assignedTask;
    const folder = this.folderOf(taskId);
    try {
      folder.create();
    } catch (error) {
      this.options.report(taskId, ScheduleStatus.FAILED, `The task's folder could not be made: ${String(error)}`);
      return;
    }
    const executor = this.executorOf(task, folder, false);
    if (!executor) return;
    this.options.report(taskId, ScheduleStatus.STARTING, "Starting task execution.");
    executor.start();
  }

  /** Goes on with a task that an earlier sandbox process launched; reports LOST when its processes are gone. */
  recover(task: ScheduledTask): void {
    const { assignedTask, status } = task;
    const folder = this.folderOf(assignedTask.taskId);
    const runs = folder.readRuns();
    const open = runs?.filter(({ endedAt }) => endedAt === undefined) ?? [];
    if (!runs || (open.length > 0 && !open.some((run) => isTraceable(folder, run)))) {
      const killed = status === ScheduleStatus.KILLING || status === ScheduleStatus.RESTARTING;
      this.options.report(
        assignedTask.taskId,
        killed ? ScheduleStatus.KILLED : ScheduleStatus.LOST,
        "The task's processes ended while the sandbox was not running.",
      );
      return;
    }
    const executor = this.executorOf(task, folder, status === ScheduleStatus.RUNNING);
    if (!executor) return;
    if (status === ScheduleStatus.ASSIGNED) this.options.report(assignedTask.taskId, ScheduleStatus.STARTING);
    executor.start(runs);
    if (status === ScheduleStatus.KILLING || status === ScheduleStatus.RESTARTING) this.kill(assignedTask.taskId);
  }

  kill(taskId: string): void {
    this.executors.get(taskId)?.kill().catch(this.options.onError);
  }

  /** Stops looking after tasks; they go on. */
  detach(): void {
    for (const executor of this.executors.values()) executor.detach();
    this.executors.clear();
  }

  /** Ends all tasks' processes, without the scheduler's knowing. */
  async killAll(): Promise<void> {
    const executors = [...this.executors.values()];
    for (const executor of executors) executor.detach();
    const deadline = Date.now() + killGraceMs;
    for (const executor of executors) executor.signal("SIGTERM");
    while (executors.some((executor) => executor.isAlive()) && Date.now() < deadline) {
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    for (const executor of executors) executor.signal("SIGKILL");
    for (const taskId of this.executors.keys()) this.folderOf(taskId).forgetRuns();
    this.executors.clear();
  }

  forget(taskId: string): void {
    this.folderOf(taskId).remove();
  }

  processesOf(taskId: string): readonly string[] {
    return this.folderOf(taskId).processes();
  }

  output(taskId: string, process: string, stream: Stream): Promise<string | undefined> {
    return this.folderOf(taskId).output(process, stream);
  }

  private folderOf(taskId: string): TaskFolder {
    return new TaskFolder(this.options.dataDir, taskId);
  }

  /** @returns undefined when the task cannot be run, which is reported */
  private executorOf(task: ScheduledTask, folder: TaskFolder, running: boolean): TaskExecutor | undefined {
    const { taskId } = task.assignedTask;
    try {
      const executor = new TaskExecutor(parse(task), folder, running, {
        running: (message) => this.options.report(taskId, ScheduleStatus.RUNNING, message),
        ended: (outcome) => this.ended(taskId, outcome),
      });
      this.executors.set(taskId, executor);
      return executor;
    } catch (error) {
      if (!(error instanceof InvalidTask) && !(error instanceof UnboundReferences)) throw error;
      this.options.report(taskId, ScheduleStatus.FAILED, error.message);
      return undefined;
    }
  }

  private ended(taskId: string, outcome: TaskOutcome): void {
    this.executors.delete(taskId);
    switch (outcome.kind) {
      case "finished":
        this.options.report(taskId, ScheduleStatus.FINISHED, "Task finished.");
        return;
      case "killed":
        this.options.report(taskId, ScheduleStatus.KILLED, "Instructed to kill task.");
        return;
      case "failed":
        this.options.report(taskId, ScheduleStatus.FAILED, outcome.reason);
    }
  }
}

function parse({ assignedTask }: ScheduledTask): ExecutorTask {
  const { taskId, instanceId, slaveHost, assignedPorts, task } = assignedTask;
  return parseExecutorTask(task.executorConfig?.data ?? "", {
    taskId,
    instanceId,
    hostname: slaveHost ?? "localhost",
    user: userInfo().username,
    ports: assignedPorts,
  });
}
