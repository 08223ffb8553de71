import type { ThermosProcess, ThermosTask } from "./thermos-task";
import { InvalidTask } from "./thermos-task";

/** How a run of a process ended. `lost`: by a signal, or nobody knows how; that is no failure, and it runs again. */
export type RunOutcome = "success" | "failure" | "lost";

interface ProcessState {
  phase: "idle" | "running" | "finished" | "failed";
  failures: number;
  /** When its last run ended; milliseconds. */
  endedAt?: number;
}

/** Which of a task's processes run next: Thermos's planner. Times in milliseconds. */
export class Plan {
  private readonly states: ReadonlyMap<string, ProcessState>;
  private readonly processes: ReadonlyMap<string, ThermosProcess>;
  private readonly predecessors: ReadonlyMap<string, ReadonlySet<string>>;

  /** @param final plan the finalizing processes instead of the regular ones. @throws InvalidTask */
  constructor(task: ThermosTask, final: boolean) {
    const chosen = task.processes.filter((process) => process.final === final);
    this.processes = new Map(chosen.map((process) => [process.name, process]));
    this.states = new Map(chosen.map(({ name }) => [name, { phase: "idle", failures: 0 }]));
    this.predecessors = dependencies(task.orders, this.processes);
  }

  has(name: string): boolean {
    return this.processes.has(name);
  }

  /** Processes that may start now. */
  runnable(now: number): ThermosProcess[] {
    return this.ready().filter((process) => this.waitMs(process, now) <= 0);
  }

  /** How long until a process may start that waits only because its last run was short; undefined without any. */
  nextWaitMs(now: number): number | undefined {
    const waits = this.ready()
      .map((process) => this.waitMs(process, now))
      .filter((wait) => wait > 0);
    return waits.length > 0 ? Math.min(...waits) : undefined;
  }

  running(): string[] {
    return this.inPhase("running");
  }

  failed(): string[] {
    return this.inPhase("failed");
  }

  started(name: string): void {
    this.state(name).phase = "running";
  }

  ended(name: string, outcome: RunOutcome, now: number): void {
    const state = this.state(name);
    const process = this.processes.get(name);
    state.endedAt = now;
    if (outcome === "lost") {
      state.phase = "idle";
    } else if (outcome === "success") {
      state.phase = process?.daemon ? "idle" : "finished";
    } else {
      state.failures++;
      const mayFailMore = process?.maxFailures === 0 || state.failures < (process?.maxFailures ?? 1);
      state.phase = mayFailMore ? "idle" : process?.ephemeral ? "finished" : "failed";
    }
  }

  /** All processes are over; ephemeral ones do not count. */
  isComplete(): boolean {
    return [...this.processes.values()].every(({ name, ephemeral }) => {
      const { phase } = this.state(name);
      return ephemeral || phase === "finished" || phase === "failed";
    });
  }

  /** Nothing runs, nothing can, and it is not over: what a process waits for has failed. */
  isDeadlocked(): boolean {
    return this.running().length === 0 && this.ready().length === 0 && !this.isComplete();
  }

  /** @param maxFailures how many processes may fail for good; 0 all */
  isHealthy(maxFailures: number): boolean {
    return !this.isDeadlocked() && (maxFailures === 0 || this.failed().length < maxFailures);
  }

  private ready(): ThermosProcess[] {
    return [...this.processes.values()].filter(
      ({ name }) =>
        this.state(name).phase === "idle" &&
        [...(this.predecessors.get(name) ?? [])].every((before) => this.state(before).phase === "finished"),
    );
  }

  private waitMs({ name, minDuration }: ThermosProcess, now: number): number {
    const { endedAt } = this.state(name);
    return endedAt === undefined ? 0 : minDuration * 1000 - (now - endedAt);
  }

  private inPhase(phase: ProcessState["phase"]): string[] {
    return [...this.states].filter(([, state]) => state.phase === phase).map(([name]) => name);
  }

  private state(name: string): ProcessState {
    const state = this.states.get(name);
    if (!state) throw new Error(`The plan has no process '${name}'.`);
    return state;
  }
}

function dependencies(
  orders: ThermosTask["orders"],
  processes: ReadonlyMap<string, ThermosProcess>,
): Map<string, Set<string>> {
  const before = new Map<string, Set<string>>();
  for (const order of orders) {
    const known = order.filter((name) => processes.has(name));
    if (known.length === 0) continue;
    if (known.length !== order.length) throw new InvalidTask("Invalid process dependencies!");
    for (const [index, name] of order.entries()) {
      const earlier = processes.get(order[index - 1] ?? "");
      if (!earlier) continue;
      if (earlier.daemon) {
        throw new InvalidTask(`Process ${name} may not depend upon daemon process ${earlier.name}`);
      }
      if (earlier.ephemeral && !processes.get(name)?.ephemeral) {
        throw new InvalidTask(`Non-ephemeral process ${name} may not depend upon ephemeral process ${earlier.name}`);
      }
      before.set(name, (before.get(name) ?? new Set()).add(earlier.name));
    }
  }
  return before;
}
