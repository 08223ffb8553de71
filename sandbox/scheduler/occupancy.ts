import type { ScheduledTask, TaskConfig } from "./model";
import type { Host, Offer } from "./placement";
import { executor } from "./placement";
import { slaveAssignedStatuses } from "./status";
import { quantity } from "./validation";

/** Of a core: whole numbers, so that what comes and goes leaves nothing behind. */
const fractions = 1e6;

interface Taken {
  readonly cpuFractions: number;
  readonly ramMb: number;
  readonly diskMb: number;
}

const nothing: Taken = { cpuFractions: 0, ramMb: 0, diskMb: 0 };

/** What tasks take of the hosts, counted as they come and go: to add it up anew for each task takes the square of their number. */
export class Occupancy {
  /** By task id. */
  private readonly placed = new Map<string, { readonly slaveId: string; readonly taken: Taken }>();
  /** By slave id. */
  private readonly totals = new Map<string, Taken>();

  /** Counts a task as it stands by now. */
  note({ assignedTask: { taskId, slaveId, task }, status }: ScheduledTask): void {
    const isPlaced = slaveId !== undefined && slaveAssignedStatuses.has(status);
    if (!isPlaced) this.forget(taskId);
    else if (!this.placed.has(taskId)) this.place(taskId, slaveId, task);
  }

  forget(taskId: string): void {
    const known = this.placed.get(taskId);
    if (known === undefined) return;
    this.placed.delete(taskId);
    this.add(known.slaveId, known.taken, -1);
  }

  /** What each host has free. */
  offers(hosts: readonly Host[]): Offer[] {
    return hosts.map((host) => {
      const { cpuFractions, ramMb, diskMb } = this.totals.get(host.slaveId) ?? nothing;
      return {
        host,
        free: {
          cpus: (Math.round(host.cpus * fractions) - cpuFractions) / fractions,
          ramMb: host.ramMb - ramMb,
          diskMb: host.diskMb - diskMb,
        },
      };
    });
  }

  private place(taskId: string, slaveId: string, { resources }: TaskConfig): void {
    const taken = {
      cpuFractions: Math.round((quantity(resources, "numCpus") + executor.cpus) * fractions),
      ramMb: quantity(resources, "ramMb") + executor.ramMb,
      diskMb: quantity(resources, "diskMb"),
    };
    this.placed.set(taskId, { slaveId, taken });
    this.add(slaveId, taken, 1);
  }

  private add(slaveId: string, taken: Taken, times: 1 | -1): void {
    const total = this.totals.get(slaveId) ?? nothing;
    this.totals.set(slaveId, {
      cpuFractions: total.cpuFractions + times * taken.cpuFractions,
      ramMb: total.ramMb + times * taken.ramMb,
      diskMb: total.diskMb + times * taken.diskMb,
    });
  }
}
