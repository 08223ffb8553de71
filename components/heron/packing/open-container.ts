import type { CapacityRules } from "./capacity-rules";
import { hashOfInstance } from "./java-hash";
import { JavaHashSet } from "./java-hash-set";
import type { ContainerPlan, InstancePlan, Resources } from "./plan";

/** Nearer to the capacity than this share of it, a sum of cores is taken again in Heron's own order. */
const doubt = 1e-9;

/** A container of a plan in the making. */
export class OpenContainer {
  private readonly instances: InstancePlan[] = [];
  private readonly counts = new Map<string, number>();
  private readonly used = { cpu: 0, ram: 0, disk: 0 };
  /** Made when first needed: most attempts at a plan end before. */
  private table: JavaHashSet<InstancePlan> | undefined;

  constructor(
    readonly id: number,
    private readonly rules: CapacityRules,
  ) {}

  get size(): number {
    return this.instances.length;
  }

  get placed(): readonly InstancePlan[] {
    return this.instances;
  }

  countOf(component: string): number {
    return this.counts.get(component) ?? 0;
  }

  /** What is left for instances, never below 0. */
  get free(): Resources {
    const { capacity, padding } = this.rules;
    return {
      cpu: Math.max(0, capacity.cpu - padding.cpu - this.used.cpu),
      ram: Math.max(0, capacity.ram - padding.ram - this.used.ram),
      disk: Math.max(0, capacity.disk - padding.disk - this.used.disk),
    };
  }

  /** Whether an instance of these resources still fits beside the others and the padding. */
  fits(resource: Resources): boolean {
    const { capacity, padding } = this.rules;
    return (
      this.used.ram + padding.ram + resource.ram <= capacity.ram &&
      this.used.disk + padding.disk + resource.disk <= capacity.disk &&
      this.fitsCpu(resource.cpu)
    );
  }

  add(instance: InstancePlan): void {
    this.instances.push(instance);
    this.table?.add(instance);
    this.account(instance, 1);
  }

  /** Removes the instance of the component that Heron comes upon first. */
  removeAny(component: string): void {
    const table = this.tabled();
    const instance = [...table].find((candidate) => candidate.component === component);
    if (instance === undefined) throw new Error(`Container ${this.id} has no instance of '${component}'.`);
    table.delete(instance);
    this.instances.splice(this.instances.indexOf(instance), 1);
    this.account(instance, -1);
  }

  /** The finished container: instances and padding summed up, cores rounded to whole ones. */
  toPlan(): ContainerPlan {
    const { padding } = this.rules;
    return {
      id: this.id,
      requiredResource: {
        cpu: Math.round(this.cpuInHeronsOrder()),
        ram: this.used.ram + padding.ram,
        disk: this.used.disk + padding.disk,
      },
      instances: [...this.tabled()],
    };
  }

  private fitsCpu(cpu: number): boolean {
    const capacity = this.rules.capacity.cpu;
    const sum = this.used.cpu + this.rules.padding.cpu + cpu;
    const isClear = Math.abs(capacity - sum) > doubt * capacity;
    return (isClear ? sum : this.cpuInHeronsOrder() + cpu) <= capacity;
  }

  /** Floating-point sums depend on the order of their terms. */
  private cpuInHeronsOrder(): number {
    let sum = 0;
    for (const { resource } of this.tabled()) sum += resource.cpu;
    return sum + this.rules.padding.cpu;
  }

  private tabled(): JavaHashSet<InstancePlan> {
    if (this.table === undefined) {
      this.table = new JavaHashSet(hashOfInstance);
      for (const instance of this.instances) this.table.add(instance);
    }
    return this.table;
  }

  private account({ component, resource }: InstancePlan, sign: 1 | -1): void {
    this.used.cpu += sign * resource.cpu;
    this.used.ram += sign * resource.ram;
    this.used.disk += sign * resource.disk;
    this.counts.set(component, this.countOf(component) + sign);
  }
}
