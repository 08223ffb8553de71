import { hashSetOrder } from "./java-hash-map";
import type { ContainerLimits } from "./limits";
import type { ContainerPlan, InstancePlan, PackingPlan, Resources } from "./plan";
import { bytes, javaRound } from "./settings";

/** A container that is being filled; `used` holds its padding too. */
interface OpenContainer {
  readonly id: number;
  readonly instances: InstancePlan[];
  used: Resources;
  /** Most instances it ever held: what Java's set of them has grown to. */
  most: number;
}

/** Heron's PackingPlanBuilder: containers with limits, instances put in and taken out one by one. */
export class PlanBuilder {
  readonly #containers = new Map<number, OpenContainer>();
  #highestTask = 0;
  readonly #highestIndex = new Map<string, number>();
  /** By component: the place in `#order` below which every container is full for it. */
  #firstFitting = new Map<string, number>();
  /** Container ids, ascending. */
  readonly #order: number[] = [];

  constructor(
    private readonly topologyId: string,
    private readonly limits: ContainerLimits,
    private readonly resources: (component: string) => Resources,
    private readonly capInstances: boolean,
    existing?: PackingPlan,
  ) {
    for (const { id, instances } of existing?.containers ?? []) {
      const container = this.open(id);
      for (const instance of instances) this.#put(container, instance);
    }
  }

  get size(): number {
    return this.#containers.size;
  }

  open(id: number): OpenContainer {
    let container = this.#containers.get(id);
    if (container === undefined) {
      container = { id, instances: [], used: this.limits.padding, most: 0 };
      this.#containers.set(id, container);
      this.#order.push(id);
      if (id < (this.#order.at(-2) ?? 0)) this.#order.sort((a, b) => a - b);
    }
    return container;
  }

  /**
   * Heron's growth to `count` containers: its loop compares against the growing number, so one pass adds only half of
   * what is missing, and the next instance brings the rest.
   */
  grow(count: number): void {
    let next = (this.#order.at(-1) ?? 0) + 1;
    for (let added = 0; added < count - this.#containers.size; added++) this.open(next++);
  }

  /** Why an instance of `component` does not fit into container `id`; undefined when it does. */
  obstacle(id: number, component: string): string | undefined {
    const { used, instances } = this.open(id);
    const { capacity } = this.limits;
    const need = this.resources(component);
    if (used.cpu + need.cpu > capacity.cpu) {
      return `${used.cpu} of ${capacity.cpu} cores are taken and ${component} needs ${need.cpu} (raise topology.container.cpu)`;
    }
    if (used.ram + need.ram > capacity.ram) {
      return `${bytes(used.ram)} of ${bytes(capacity.ram)} ram are taken and ${component} needs ${bytes(need.ram)} (raise topology.container.ram)`;
    }
    if (used.disk + need.disk > capacity.disk) {
      return `${bytes(used.disk)} of ${bytes(capacity.disk)} disk are taken and ${component} needs ${bytes(need.disk)} (raise topology.container.disk)`;
    }
    if (this.capInstances && instances.length >= this.limits.instances) {
      return `it holds ${instances.length} instances already (raise topology.container.max.instances)`;
    }
    return undefined;
  }

  /** Puts a new instance into container `id`, which must have room. */
  add(id: number, component: string): void {
    const componentIndex = (this.#highestIndex.get(component) ?? -1) + 1;
    const resource = this.resources(component);
    this.#put(this.open(id), { component, taskId: this.#highestTask + 1, componentIndex, resource });
  }

  /**
   * Puts a new instance into the container of lowest id that has room; undefined when none has. While instances are only
   * added, a container that was full for a component stays so, hence the search goes on where the last one ended.
   */
  addToFirst(component: string): number | undefined {
    let at = this.#firstFitting.get(component) ?? 0;
    while (at < this.#order.length && this.obstacle(this.#order[at] ?? 0, component) !== undefined) at++;
    this.#firstFitting.set(component, at);
    const id = this.#order[at];
    if (id !== undefined) this.add(id, component);
    return id;
  }

  /** Puts a new instance into the first container with room, from `first` on and round; undefined when none has. */
  addFrom(first: number, component: string): number | undefined {
    const ids = this.#order;
    const id = [...ids.filter((each) => each >= first), ...ids.filter((each) => each < first)].find(
      (each) => this.obstacle(each, component) === undefined,
    );
    if (id !== undefined) this.add(id, component);
    return id;
  }

  /**
   * Takes an instance of `component` out of the container that Heron would choose: one of that component alone, then the
   * one with fewest instances, then the most homogeneous, then the highest id.
   */
  remove(component: string): number {
    const share = (container: OpenContainer): number =>
      container.instances.length === 0
        ? 0
        : container.instances.filter((each) => each.component === component).length / container.instances.length;
    const candidates = [...this.#containers.values()]
      .map((container) => ({ container, share: share(container) }))
      .filter((each) => each.share > 0)
      .sort(
        (a, b) =>
          Number(b.share === 1) - Number(a.share === 1) ||
          a.container.instances.length - b.container.instances.length ||
          Math.trunc(1000 * b.share) - Math.trunc(1000 * a.share) ||
          b.container.id - a.container.id,
      );
    const container = candidates[0]?.container;
    const instance =
      container && hashSetOrder(container.instances, container.most).find((each) => each.component === component);
    if (container === undefined || instance === undefined) throw new RangeError(`no instance of ${component} is left`);
    container.instances.splice(container.instances.indexOf(instance), 1);
    container.used = minus(container.used, instance.resource);
    this.#recount();
    return container.id;
  }

  build(): PackingPlan {
    const containers = this.#order.flatMap((id): ContainerPlan[] => {
      const { instances, used, most } = this.open(id);
      return instances.length === 0
        ? []
        : [{ id, requiredResource: { ...used, cpu: javaRound(used.cpu) }, instances: hashSetOrder(instances, most) }];
    });
    return { id: this.topologyId, containers };
  }

  #put(container: OpenContainer, instance: InstancePlan): void {
    container.instances.push(instance);
    container.most = Math.max(container.most, container.instances.length);
    container.used = plus(container.used, instance.resource);
    this.#count(instance);
  }

  #count({ component, taskId, componentIndex }: InstancePlan): void {
    this.#highestTask = Math.max(this.#highestTask, taskId);
    this.#highestIndex.set(component, Math.max(this.#highestIndex.get(component) ?? -1, componentIndex));
  }

  #recount(): void {
    this.#highestIndex.clear();
    this.#highestTask = 0;
    this.#firstFitting = new Map();
    for (const { instances } of this.#containers.values()) instances.forEach((instance) => this.#count(instance));
  }
}

function plus(a: Resources, b: Resources): Resources {
  return { cpu: a.cpu + b.cpu, ram: a.ram + b.ram, disk: a.disk + b.disk };
}

function minus(a: Resources, b: Resources): Resources {
  return { cpu: a.cpu - b.cpu, ram: a.ram - b.ram, disk: a.disk - b.disk };
}
