import type { Clock } from "../clock";
import type { ScheduledTask, TaskConfig } from "./model";
import { ScheduleStatus } from "./model";
import { Occupancy } from "./occupancy";
import type { Host, Offer } from "./placement";
import { pendingReason, vetoesOf } from "./placement";
import { slaveAssignedStatuses } from "./status";
import type { Store } from "./store";
import type { TaskListener, TaskManager } from "./task-manager";

/** The hosts' side: runs what it is given and reports to {@link TaskManager.changeState}. */
export interface Agent {
  /** Finds a port for each name, then calls `run`, at once or later; without free ports it does not. */
  withPorts(names: readonly string[], run: (ports: Readonly<Record<string, number>>) => void): void;
  launch(task: ScheduledTask): void;
  kill(taskId: string): void;
}

/** How fast PENDING tasks are put on hosts: so many at a time, with a pause before each time. */
export interface AssignmentPace {
  readonly pauseMs: number;
  readonly batch: number;
}

export interface AssignerOptions {
  readonly store: Store;
  readonly clock: Clock;
  readonly manager: TaskManager;
  readonly agent: Agent;
  readonly hosts: readonly Host[];
  readonly pace: AssignmentPace;
}

/** Puts PENDING tasks on hosts, first come, first served, and tries again when room is made. */
export class Assigner implements TaskListener {
  private readonly waiting = new Set<string>();
  /** PENDING tasks that were tried. */
  private readonly unplaced = new Set<string>();
  private readonly occupancy = new Occupancy();
  private scheduled = false;
  private readonly hostsById: ReadonlyMap<string, Host>;

  constructor(private readonly options: AssignerOptions) {
    this.hostsById = new Map(options.hosts.map((host) => [host.slaveId, host]));
  }

  /** Takes up the PENDING tasks that were there before. */
  start(): void {
    for (const task of this.options.store.allTasks()) this.taskChanged(task);
  }

  taskChanged(task: ScheduledTask): void {
    const { taskId } = task.assignedTask;
    this.occupancy.note(task);
    if (task.status === ScheduleStatus.PENDING) {
      this.enqueue(taskId);
      return;
    }
    this.unplaced.delete(taskId);
    if (!slaveAssignedStatuses.has(task.status)) this.retry();
  }

  taskDeleted({ assignedTask: { taskId } }: ScheduledTask): void {
    this.occupancy.forget(taskId);
    this.unplaced.delete(taskId);
    this.retry();
  }

  /** Why a PENDING task is not on a host yet, in Aurora's words; empty when it soon will be. */
  pendingReason(config: TaskConfig): string {
    return pendingReason(config, this.offers(), this.siblings(config));
  }

  /** What the hosts have free now. */
  offers(): Offer[] {
    return this.occupancy.offers(this.options.hosts);
  }

  private enqueue(taskId: string): void {
    this.waiting.add(taskId);
    this.schedule();
  }

  /** Tasks that found no host before may find one now. */
  private retry(): void {
    for (const taskId of this.unplaced) this.waiting.add(taskId);
    this.unplaced.clear();
    this.schedule();
  }

  private schedule(): void {
    if (this.scheduled || this.waiting.size === 0) return;
    this.scheduled = true;
    this.options.clock.after(this.options.pace.pauseMs, () => {
      this.scheduled = false;
      this.assignBatch();
      this.schedule();
    });
  }

  private assignBatch(): void {
    for (const taskId of [...this.waiting].slice(0, this.options.pace.batch)) {
      this.waiting.delete(taskId);
      const task = this.options.store.task(taskId);
      if (task?.status !== ScheduleStatus.PENDING) continue;
      this.unplaced.add(taskId);
      this.tryAssign(task);
    }
  }

  private tryAssign({ assignedTask: { taskId, task } }: ScheduledTask): void {
    const { agent, manager } = this.options;
    const offer = this.offerFor(task);
    if (!offer) return;
    const { slaveId, hostname: slaveHost } = offer.host;
    const names = task.resources.flatMap(({ namedPort }) => namedPort ?? []);
    agent.withPorts(names, (assignedPorts) => {
      const assigned = manager.assign(taskId, { slaveId, slaveHost, assignedPorts });
      if (assigned) agent.launch(assigned);
    });
  }

  private offerFor(task: TaskConfig): Offer | undefined {
    const siblings = this.siblings(task);
    return this.offers()
      .sort((a, b) => b.free.cpus - a.free.cpus)
      .find((offer) => vetoesOf(task, offer, siblings).length === 0);
  }

  private siblings({ job }: TaskConfig): Host[] {
    return this.options.store
      .tasksOf(job)
      .filter(({ status }) => slaveAssignedStatuses.has(status))
      .flatMap(({ assignedTask: { slaveId } }) => this.hostsById.get(slaveId ?? "") ?? []);
  }
}
