import { type CapacityRules, resourcesOfComponent } from "./capacity-rules";
import { JavaHashSet } from "./java-hash-set";
import { OpenContainer } from "./open-container";
import type { PackingPlan } from "./plan";

/** The highest numbers in use, from which the next instance's are counted. */
interface Numbering {
  taskId: number;
  readonly indices: Map<string, number>;
}

/**
 * A packing plan in the making, as Heron's PackingPlanBuilder goes about it: containers of one capacity, to which
 * instances are added and from which they are removed. Removals come before additions.
 */
export class PlanBuilder {
  private readonly containers = new Map<number, OpenContainer>();
  private ascending: OpenContainer[] = [];
  private numbering: Numbering | undefined;

  /** @param containerCount how many containers there shall be; raised as the algorithm asks for more. */
  constructor(
    private readonly rules: CapacityRules,
    public containerCount: number,
    current?: PackingPlan,
  ) {
    if (current === undefined) {
      for (let id = 1; id <= containerCount; id += 1) this.open(id);
    } else {
      for (const { id, instances } of current.containers) {
        const container = this.open(id);
        for (const instance of instances) container.add(instance);
      }
    }
  }

  /** The containers by id. */
  get inOrder(): readonly OpenContainer[] {
    return this.ascending;
  }

  /** The containers in the order of Heron's table of them. */
  get inTableOrder(): OpenContainer[] {
    const table = new JavaHashSet<OpenContainer>(({ id }) => id);
    for (const container of this.containers.values()) table.add(container);
    return [...table];
  }

  /**
   * Opens missing containers, as Heron does before each step: only about half of them at a time, since its loop counts
   * what it has just opened as well.
   */
  grow(): void {
    for (let opened = 0; opened < this.containerCount - this.containers.size; opened += 1) {
      this.open((this.ascending.at(-1)?.id ?? 0) + 1);
    }
  }

  /** The container of that id, opened if need be. */
  container(id: number): OpenContainer {
    this.grow();
    return this.containers.get(id) ?? this.open(id);
  }

  /** Adds a new instance of the component to a container that has room for it. */
  add(container: OpenContainer, component: string): void {
    const last = (this.numbering ??= this.number());
    const componentIndex = (last.indices.get(component) ?? -1) + 1;
    last.taskId += 1;
    last.indices.set(component, componentIndex);
    const resource = resourcesOfComponent(this.rules, component);
    container.add({ component, taskId: last.taskId, componentIndex, resource });
  }

  /**
   * Removes instances of the component where it disturbs least, one by one: from a container that has nothing else,
   * then with the fewest instances, then with the largest share of the component, then with the highest id.
   */
  remove(component: string, count: number): void {
    const having = this.ascending.filter((container) => container.countOf(component) > 0);
    for (let removed = 0; removed < count; removed += 1) {
      this.grow();
      const chosen = mostDispensable(having, component);
      this.growAsHeronSearches(chosen, component);
      chosen.removeAny(component);
    }
    this.numbering = undefined;
  }

  /** The plan of the containers that are not empty, in Heron's order. */
  build(topologyId: string): PackingPlan {
    const inUse = this.inTableOrder.filter(({ size }) => size > 0);
    return { id: topologyId, containers: inUse.map((container) => container.toPlan()) };
  }

  /** Heron tries the containers it prefers to the chosen one in vain, and each try is a step. */
  private growAsHeronSearches(chosen: OpenContainer, component: string): void {
    if (this.containers.size >= this.containerCount) return;
    const inVain = this.ascending.filter((container) => preference(container, chosen, component) < 0).length;
    for (let step = 0; step <= inVain; step += 1) this.grow();
  }

  private open(id: number): OpenContainer {
    const container = new OpenContainer(id, this.rules);
    const isHighest = id > (this.ascending.at(-1)?.id ?? 0);
    this.containers.set(id, container);
    this.ascending.push(container);
    if (!isHighest) this.ascending.sort((one, other) => one.id - other.id);
    return container;
  }

  private number(): Numbering {
    const indices = new Map<string, number>();
    let taskId = 0;
    for (const { placed } of this.ascending) {
      for (const instance of placed) {
        taskId = Math.max(taskId, instance.taskId);
        indices.set(instance.component, Math.max(instance.componentIndex, indices.get(instance.component) ?? 0));
      }
    }
    return { taskId, indices };
  }
}

function mostDispensable(having: readonly OpenContainer[], component: string): OpenContainer {
  let best: OpenContainer | undefined;
  for (const container of having) {
    if (container.countOf(component) === 0) continue;
    if (best === undefined || preference(container, best, component) < 0) best = container;
  }
  if (best === undefined) throw new Error(`No container has an instance of '${component}'.`);
  return best;
}

function preference(one: OpenContainer, other: OpenContainer, component: string): number {
  return (
    Number(isAll(other, component)) - Number(isAll(one, component)) ||
    one.size - other.size ||
    share(other, component) - share(one, component) ||
    other.id - one.id
  );
}

function isAll(container: OpenContainer, component: string): boolean {
  return container.size > 0 && container.countOf(component) === container.size;
}

/** In whole thousandths, as Heron compares. */
function share(container: OpenContainer, component: string): number {
  return container.size === 0 ? 0 : Math.trunc((1000 * container.countOf(component)) / container.size);
}
