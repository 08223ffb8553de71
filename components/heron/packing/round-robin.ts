import { UserError } from "../../errors";
import { containerOrder, hashSetCopyOrder } from "./java-hash-map";
import type { ContainerPlan, InstancePlan, PackingPlan, Resources } from "./plan";
import { byRamDescending, bytes, GiB, javaRound, MiB, type PackingSettings } from "./settings";

/** The two versions differ in what an instance that no map names gets, and in the least ram of an instance. */
export type RoundRobinVersion = "RoundRobinPacking" | "RoundRobinPackingV2";

const cpuPadding = 1;
const diskPadding = 12 * GiB;
const leastRam: Readonly<Record<RoundRobinVersion, number>> = {
  RoundRobinPacking: 16 * MiB,
  RoundRobinPackingV2: 192 * MiB,
};

interface Dealt {
  readonly component: string;
  readonly taskId: number;
  readonly componentIndex: number;
}

/**
 * Heron's RoundRobinPacking and RoundRobinPackingV2: instances are dealt to the containers in turn.
 * @throws UserError where Heron refuses, in words that say what to change
 */
export function packRoundRobin(
  version: RoundRobinVersion,
  settings: PackingSettings,
  containers = settings.containers,
  parallelism = settings.parallelism,
): PackingPlan {
  const dealt = deal(settings, containers, parallelism);
  const largest = Math.max(...dealt.map((instances) => instances.length));
  const padding = ramPadding(settings);
  const { instance } = settings;
  const ramHint = settings.number("topology.container.ram");
  const cpuHint = settings.number("topology.container.cpu");
  const diskHint = settings.number("topology.container.disk");
  const share = version === "RoundRobinPacking" ? shareRest : giveDefault;
  const plans = dealt.map((instances, at): ContainerPlan => {
    const id = at + 1;
    const rams = share({
      what: "ram",
      id,
      instances,
      map: settings.ramMap,
      hint: ramHint,
      container: instance.ram * largest + padding,
      padding,
      instance: instance.ram,
      divide: (rest, count) => javaRound(rest / count),
    });
    const cpus = share({
      what: "cpu",
      id,
      instances,
      map: settings.cpuMap,
      hint: cpuHint,
      container: javaRound(instance.cpu * largest + cpuPadding),
      padding: cpuPadding,
      instance: instance.cpu,
      divide: (rest, count) => rest / count,
    });
    const placed = instances.map((each, index): InstancePlan => {
      const resource: Resources = { cpu: cpus[index] ?? 0, ram: rams[index] ?? 0, disk: instance.disk };
      if (resource.ram < leastRam[version]) throw tooLittleRam(each, resource.ram, leastRam[version]);
      return { ...each, resource };
    });
    const cpu = sum(cpus) + cpuPadding;
    const ram = sum(rams) + padding;
    return {
      id,
      requiredResource: {
        cpu: cpuHint ?? cpu,
        ram: ramHint === undefined ? ram : Math.min(ram, ramHint),
        disk: diskHint ?? instance.disk * largest + diskPadding,
      },
      instances: hashSetCopyOrder(placed),
    };
  });
  return { id: settings.topologyId, containers: containerOrder(plans) };
}

/** Heron's repacking: as many instances a container as at first, everything dealt anew. */
export function repackRoundRobin(
  version: RoundRobinVersion,
  settings: PackingSettings,
  parallelism: ReadonlyMap<string, number>,
  containers?: number,
): PackingPlan {
  const perContainer = total(settings.parallelism) / settings.containers;
  return packRoundRobin(version, settings, containers ?? Math.ceil(total(parallelism) / perContainer), parallelism);
}

function deal(settings: PackingSettings, containers: number, parallelism: ReadonlyMap<string, number>): Dealt[][] {
  const instances = total(parallelism);
  if (!Number.isInteger(containers) || containers < 1) {
    throw new UserError(
      `topology.stmgrs is ${containers}, but a topology needs at least one container. Set it to a whole number from 1 up.`,
    );
  }
  if (containers > instances) {
    throw new UserError(
      `topology.stmgrs asks for ${containers} containers, but there are only ${instances} instances to put into them. ` +
        `Lower topology.stmgrs to ${instances} or less, or raise the parallelism.`,
    );
  }
  const dealt = Array.from({ length: containers }, (): Dealt[] => []);
  let taskId = 0;
  for (const component of byRamDescending([...parallelism.keys()], (name) => settings.ramMap.get(name) ?? 0)) {
    for (let componentIndex = 0; componentIndex < (parallelism.get(component) ?? 0); componentIndex++) {
      dealt[taskId % containers]?.push({ component, taskId: ++taskId, componentIndex });
    }
  }
  return dealt;
}

function ramPadding(settings: PackingSettings): number {
  const daemon = GiB;
  const stateful = settings.text("topology.reliability.mode") === "EFFECTIVELY_ONCE";
  return (
    settings.number("topology.container.ram.padding") ??
    (settings.number("topology.stmgr.ram") ?? daemon) +
      (settings.number("topology.metricsmgr.ram") ?? daemon) +
      (settings.number("topology.stateful.checkpointmanager.ram") ?? (stateful ? daemon : 0))
  );
}

interface Share {
  readonly what: "ram" | "cpu";
  readonly id: number;
  readonly instances: readonly Dealt[];
  readonly map: ReadonlyMap<string, number>;
  /** The container's size where the topology gives one. */
  readonly hint: number | undefined;
  /** The container's size where it does not. */
  readonly container: number;
  readonly padding: number;
  readonly instance: number;
  readonly divide: (rest: number, count: number) => number;
}

/** Version 1: instances that no map names share evenly what the container has left. */
function shareRest(share: Share): number[] {
  const { instances, map, hint, padding } = share;
  const used = sum(instances.map(({ component }) => map.get(component) ?? 0));
  refuseExcess(share, used);
  const unnamed = instances.filter(({ component }) => !map.has(component)).length;
  if (unnamed === 0) return instances.map(({ component }) => map.get(component) ?? 0);
  const tight = hint !== undefined && used > hint - padding;
  const rest = (hint ?? share.container) - (tight ? 0 : padding) - used;
  if (rest <= 0) {
    throw new UserError(
      `Container ${share.id} has no ${share.what} left for ${unnamed} of its instances: ` +
        `${amount(share, hint ?? share.container)} in all, ${amount(share, used)} taken by topology.component.${share.what}map` +
        `${tight ? "" : `, ${amount(share, padding)} kept for Heron's own processes`}. ` +
        `Raise topology.container.${share.what}, or lower the map's values.`,
    );
  }
  const each = share.divide(rest, unnamed);
  return instances.map(({ component }) => map.get(component) ?? each);
}

/** Version 2: instances that no map names get the default. */
function giveDefault(share: Share): number[] {
  const given = share.instances.map(({ component }) => share.map.get(component) ?? share.instance);
  refuseExcess(share, sum(given));
  return given;
}

function refuseExcess(share: Share, used: number): void {
  if (share.hint === undefined || used <= share.hint) return;
  throw new UserError(
    `Container ${share.id} would hold instances of ${amount(share, used)} ${share.what}, ` +
      `but topology.container.${share.what} allows ${amount(share, share.hint)}. ` +
      `Raise it, raise topology.stmgrs so that a container holds fewer instances, or lower topology.component.${share.what}map.`,
  );
}

function tooLittleRam({ component }: Dealt, ram: number, least: number): UserError {
  return new UserError(
    `An instance of '${component}' would get ${bytes(ram)} of ram, but Heron needs at least ${bytes(least)}. ` +
      `Raise topology.container.ram or the component's entry in topology.component.rammap.`,
  );
}

function amount(share: Share, value: number): string {
  return share.what === "ram" ? bytes(value) : `${value} cores`;
}

function sum(values: readonly number[]): number {
  return values.reduce((all, value) => all + value, 0);
}

function total(parallelism: ReadonlyMap<string, number>): number {
  return sum([...parallelism.values()]);
}
