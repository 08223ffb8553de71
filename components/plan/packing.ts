import {
  componentCounts,
  componentRamMap,
  maxContainerResources,
  pack,
  type PackingDefaults,
  packingDefaults,
  type PackingPlan,
  repack,
  type Resources,
  schedule,
} from "../heron/packing";
import { ArgumentError } from "../errors";
import { type Topology, TopologyConfigError } from "../heron/definition";
import type { HeronClusterArgs } from "../cluster-args";
import { packingClass } from "../heron/conf";
import type { HeronTopologyArgs } from "../topology-args";
import { algorithmElsewhere, algorithmKeys, defaultPacking } from "./defaults";
import { checkContainer, checkRunnable } from "./runnable";

/** A topology's packing plan, and what every container of the job gets. */
export interface TopologyPacking {
  /** With scheduled resources. */
  readonly plan: PackingPlan;
  /** Bytes by component: what the executor gives an instance's JVM. */
  readonly ramMap: ReadonlyMap<string, number>;
  readonly container: Resources;
}

/**
 * Packs what the definition says, then lays `parallelism` and `containerNumber` over it with Heron's repacking. Containers that come out
 * smaller by that keep the size they have: scaling should not restart what runs. Only where a container must grow, or an
 * instance gets less ram, does the task change.
 * @param conf the cluster's overrides of the conf dir
 * @throws UserError where Heron or Aurora would fail; an ArgumentError for what an argument says
 */
export function packTopology(topology: Topology, args: HeronTopologyArgs, conf?: ConfOverrides): TopologyPacking {
  refuseNamedAlgorithm(args);
  refuseOtherAlgorithm(args, conf);
  try {
    checkRunnable(topology);
    const packing = packed(topology, args, defaultsOf(args, conf));
    checkContainer(topology, packing.container);
    return packing;
  } catch (error) {
    if (!(error instanceof TopologyConfigError) || !Object.hasOwn(args.config ?? {}, error.key)) throw error;
    throw new ArgumentError([{ path: ["config", error.key], message: error.problem }], { cause: error });
  }
}

function packed(topology: Topology, args: HeronTopologyArgs, defaults: PackingDefaults): TopologyPacking {
  const algorithm = args.packing ?? defaultPacking;
  const base = pack(algorithm, topology, defaults);
  const scaled = withoutGaps(scale(topology, base, args, defaults));
  const container = largest(maxContainerResources(base), maxContainerResources(scaled));
  const ramMap = new Map(componentRamMap(base));
  for (const [component, ram] of componentRamMap(scaled)) {
    ramMap.set(component, Math.min(ram, ramMap.get(component) ?? ram));
  }
  return { plan: schedule(scaled, container), ramMap, container };
}

/** What the job's containers have when they are of the definition alone: `heron` keeps that when it scales. */
export function definedContainer(topology: Topology, args: HeronTopologyArgs, conf?: ConfOverrides): Resources {
  return maxContainerResources(pack(args.packing ?? defaultPacking, topology, defaultsOf(args, conf)));
}

type ConfOverrides = HeronClusterArgs["conf"];

/** As Heron's submitter reads them: the conf dir's files, and a topology's `heronConfig` over them. */
function defaultsOf({ heronConfig }: HeronTopologyArgs, conf: ConfOverrides = {}): PackingDefaults {
  return packingDefaults({ ...conf["packing.yaml"], ...heronConfig });
}

function refuseNamedAlgorithm({ heronConfig = {} }: HeronTopologyArgs): void {
  const named = algorithmKeys.filter((key) => Object.hasOwn(heronConfig, key));
  if (named.length > 0)
    throw new ArgumentError(named.map((key) => ({ path: ["heronConfig", key], message: algorithmElsewhere })));
}

/**
 * Of the cluster's conf dir, by which a `heron update` would pack anew: it may name the algorithm only as the topology does.
 * @throws ArgumentError for the topology's `packing`, since another topology may well be packed as the conf dir says
 */
function refuseOtherAlgorithm({ packing = defaultPacking }: HeronTopologyArgs, conf: ConfOverrides = {}): void {
  const said = conf["packing.yaml"] ?? {};
  const others = algorithmKeys.filter((key) => Object.hasOwn(said, key) && said[key] !== packingClass(packing));
  if (others.length === 0) return;
  throw new ArgumentError(
    others.map((key) => ({
      path: ["packing"],
      message:
        `is ${packing}, but conf["packing.yaml"]["${key}"] of the stack document names ${JSON.stringify(said[key])}, by which 'heron' would ` +
        `pack it. Take that out there, and name the algorithm here`,
    })),
  );
}

/**
 * Pure: a plan whose containers are numbered 1 to n, as Aurora numbers a job's instances. Heron's repacking leaves gaps
 * where it has emptied containers; the containers of the highest numbers move into them, and all others stay where they are.
 */
function withoutGaps(plan: PackingPlan): PackingPlan {
  const count = plan.containers.length;
  const used = new Set(plan.containers.map(({ id }) => id));
  const gaps = Array.from({ length: count }, (_, index) => index + 1).filter((id) => !used.has(id));
  if (gaps.length === 0) return plan;
  const beyond = [...used].filter((id) => id > count).sort((a, b) => b - a);
  const moved = new Map(beyond.map((id, index) => [id, gaps[index] ?? id]));
  return { ...plan, containers: plan.containers.map((each) => ({ ...each, id: moved.get(each.id) ?? each.id })) };
}

function scale(topology: Topology, base: PackingPlan, args: HeronTopologyArgs, defaults: PackingDefaults): PackingPlan {
  const { packing = defaultPacking, parallelism = {}, containerNumber } = args;
  const isWanted = (plan: PackingPlan): boolean =>
    plan.containers.length === (containerNumber ?? plan.containers.length);
  if (!isScaled(base, parallelism) && isWanted(base)) return base;
  const repacked = (plan: PackingPlan, wanted: typeof parallelism, containers?: number): PackingPlan =>
    repack(packing, topology, plan, wanted, containers, defaults);
  if (containerNumber !== base.containers.length) return repacked(base, parallelism, containerNumber);
  // Heron's repacking takes the number that there is for none, and goes by the instances per container instead.
  const inProportion = repacked(base, parallelism);
  return isWanted(inProportion) ? inProportion : repacked(inProportion, {}, containerNumber);
}

function isScaled(plan: PackingPlan, parallelism: Readonly<Record<string, number>>): boolean {
  const counts = componentCounts(plan);
  return Object.entries(parallelism).some(([component, count]) => counts.get(component) !== count);
}

function largest(a: Resources, b: Resources): Resources {
  return { cpu: Math.max(a.cpu, b.cpu), ram: Math.max(a.ram, b.ram), disk: Math.max(a.disk, b.disk) };
}
