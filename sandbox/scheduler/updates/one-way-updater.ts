import type { JobUpdateInstructions, ScheduledTask, TaskConfig } from "../model";
import { expandRanges } from "../ranges";
import type { Verdict } from "./instance-updater";
import { InstanceUpdater } from "./instance-updater";
import type { Strategy } from "./strategy";
import { strategyOf } from "./strategy";

type InstanceState = "idle" | "working" | "succeeded" | "failed";

/** What one round of evaluation found about an instance. */
export interface Step {
  readonly instanceId: number;
  readonly verdict: Verdict;
  /** States that the instance entered in this round. */
  readonly entered: readonly Exclude<InstanceState, "idle">[];
}

export interface Evaluation {
  readonly status: "working" | "succeeded" | "failed";
  readonly steps: readonly Step[];
}

/** The instance's task as it is now: the one that changed, or the active one. */
export type Observation = ScheduledTask | undefined;

/** Takes a job's instances from one state to another, in one direction; rolling back is another of these. */
export class OneWayUpdater {
  private readonly instances = new Map<number, { readonly updater: InstanceUpdater; state: InstanceState }>();
  private readonly strategy: Strategy;
  private readonly maxFailedInstances: number;

  constructor(instructions: JobUpdateInstructions, rollingForward: boolean) {
    const { settings, desiredState } = instructions;
    this.strategy = strategyOf(settings.updateStrategy, rollingForward);
    this.maxFailedInstances = settings.maxFailedInstances;
    const before = new Map(
      instructions.initialState.flatMap(({ task, instances }) =>
        expandRanges(instances).map((id): [number, TaskConfig] => [id, task]),
      ),
    );
    const after = new Map(expandRanges(desiredState?.instances ?? []).map((id) => [id, desiredState?.task] as const));
    const order = updateOrder(before, after);
    for (const id of rollingForward ? order : order.reverse()) {
      const desired = rollingForward ? after.get(id) : before.get(id);
      const { maxPerInstanceFailures, minWaitInInstanceRunningMs } = settings;
      const updater = new InstanceUpdater(desired, maxPerInstanceFailures, minWaitInInstanceRunningMs);
      this.instances.set(id, { updater, state: "idle" });
    }
  }

  has(instanceId: number): boolean {
    return this.instances.has(instanceId);
  }

  /** Evaluates the instances that changed, then begins as many others as the strategy allows. */
  evaluate(
    changed: ReadonlyMap<number, Observation>,
    observe: (instanceId: number) => Observation,
    now: number,
  ): Evaluation {
    const steps = [...changed]
      .filter(([id]) => this.instances.get(id)?.state === "working")
      .map(([id, task]) => this.step(id, task, now));
    if (this.status() === "working") steps.push(...this.beginNext(observe, now));
    return { status: this.status(), steps };
  }

  private beginNext(observe: (instanceId: number) => Observation, now: number): Step[] {
    const idle = this.inState("idle");
    if (idle.length === 0) return [];
    const working = this.inState("working");
    const steps = this.strategy(idle, working).map((id) => this.step(id, observe(id), now));
    const nothingToDo = steps.every(({ verdict }) => verdict === "succeeded" || verdict === "failed");
    return steps.length > 0 && working.length === 0 && nothingToDo
      ? [...steps, ...this.beginNext(observe, now)]
      : steps;
  }

  private step(instanceId: number, task: Observation, now: number): Step {
    const instance = this.instances.get(instanceId);
    if (!instance) throw new Error(`Instance ${instanceId} is not part of the update.`);
    const entered: Exclude<InstanceState, "idle">[] = [];
    if (instance.state === "idle") entered.push("working");
    const verdict = instance.updater.evaluate(task, now);
    if (verdict === "succeeded" || verdict === "failed") entered.push(verdict);
    instance.state = entered.at(-1) ?? instance.state;
    return { instanceId, verdict, entered };
  }

  private status(): Evaluation["status"] {
    if (this.inState("failed").length > this.maxFailedInstances) return "failed";
    return this.inState("working").length + this.inState("idle").length === 0 ? "succeeded" : "working";
  }

  private inState(state: InstanceState): number[] {
    return [...this.instances].filter(([, instance]) => instance.state === state).map(([id]) => id);
  }
}

/** Aurora's order: new instances first, then changed ones, then those to remove; each by id. */
function updateOrder(before: ReadonlyMap<number, unknown>, after: ReadonlyMap<number, unknown>): number[] {
  const rank = (id: number) => (!before.has(id) ? 1 : after.has(id) ? 2 : 3);
  return [...new Set([...before.keys(), ...after.keys()])].sort((a, b) => rank(a) - rank(b) || a - b);
}
