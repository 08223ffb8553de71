import type { Clock } from "../clock";
import type { ScheduledTask } from "../scheduler/model";
import { ScheduleStatus } from "../scheduler/model";
import type { Machine } from "./machine";

/** Milliseconds that a simulated task stays in each state. */
export interface SimulatedDelays {
  readonly assigned: number;
  readonly starting: number;
  readonly killing: number;
}

/** How a simulated task ends by itself, so many milliseconds after it began to run. */
export interface SimulatedEnd {
  readonly afterMs: number;
  readonly status: ScheduleStatus;
}

export interface SimulatedAgentOptions {
  readonly clock: Clock;
  readonly report: (taskId: string, status: ScheduleStatus) => void;
  readonly delays: SimulatedDelays;
  /** Nothing: tasks run until they are killed. */
  readonly endOf?: (task: ScheduledTask) => SimulatedEnd | undefined;
}

const firstPort = 31_000;
const portCount = 1000;

/** Runs nothing: steps tasks through their states in the times it is given. */
export class SimulatedAgent implements Machine {
  private readonly callOff = new Map<string, () => void>();
  private nextPort = 0;

  constructor(private readonly options: SimulatedAgentOptions) {}

  withPorts(names: readonly string[], run: (ports: Readonly<Record<string, number>>) => void): void {
    run(Object.fromEntries(names.map((name) => [name, firstPort + (this.nextPort++ % portCount)])));
  }

  launch(task: ScheduledTask): void {
    this.recover(task);
  }

  kill(taskId: string): void {
    this.after(taskId, this.options.delays.killing, () => this.options.report(taskId, ScheduleStatus.KILLED));
  }

  /** Takes up a task in whichever state it is. */
  recover(task: ScheduledTask): void {
    const { assignedTask, status } = task;
    const { delays, report } = this.options;
    const { taskId } = assignedTask;
    if (status === ScheduleStatus.ASSIGNED) {
      this.after(taskId, delays.assigned, () => {
        this.startAfter(task);
        report(taskId, ScheduleStatus.STARTING);
      });
    } else if (status === ScheduleStatus.STARTING) {
      this.startAfter(task);
    } else if (status === ScheduleStatus.RUNNING) {
      this.endAfter(task);
    } else {
      this.kill(taskId);
    }
  }

  forget(taskId: string): void {
    this.callOff.get(taskId)?.();
    this.callOff.delete(taskId);
  }

  detach(): void {
    for (const callOff of this.callOff.values()) callOff();
    this.callOff.clear();
  }

  killAll(): Promise<void> {
    this.detach();
    return Promise.resolve();
  }

  processesOf(): readonly string[] {
    return [];
  }

  output(): Promise<undefined> {
    return Promise.resolve(undefined);
  }

  private startAfter(task: ScheduledTask): void {
    const { taskId } = task.assignedTask;
    this.after(taskId, this.options.delays.starting, () => {
      this.endAfter(task);
      this.options.report(taskId, ScheduleStatus.RUNNING);
    });
  }

  private endAfter(task: ScheduledTask): void {
    const { taskId } = task.assignedTask;
    const end = this.options.endOf?.(task);
    if (end) this.after(taskId, end.afterMs, () => this.options.report(taskId, end.status));
  }

  /** A task has one thing before it: what it was about to do is called off. */
  private after(taskId: string, delayMs: number, run: () => void): void {
    this.callOff.get(taskId)?.();
    const cancel = this.options.clock.after(delayMs, () => {
      this.callOff.delete(taskId);
      run();
    });
    this.callOff.set(taskId, cancel);
  }
}
