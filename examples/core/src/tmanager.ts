import { create, equals, toBinary } from "@bufbuild/protobuf";
import { components } from "../../../components/heron/definition";
import { type PackingPlan, PackingPlanSchema } from "../../../components/heron/proto/gen/packing_plan_pb";
import { type PhysicalPlan, PhysicalPlanSchema } from "../../../components/heron/proto/gen/physical_plan_pb";
import { TManagerLocationSchema } from "../../../components/heron/proto/gen/tmanager_pb";
import { TopologySchema, TopologyState } from "../../../components/heron/proto/gen/topology_pb";
import type { ExecutorArguments } from "./arguments";
import type { Answer, Request } from "./http";
import { absentContainers, physicalPlan, type Registration } from "./physical-plan";
import { withRuntimeConfig } from "./runtime-config";
import { readMessage, type StateTree } from "./state-tree";

/**
 * The part of Heron's TManager that other tools see: it is to be found in the state tree, makes the physical plan once all
 * containers have registered, and switches the topology on and off. Containers register with it over HTTP, which is this
 * stand-in's own way.
 */
export class TManager {
  private readonly registered = new Map<number, Registration>();
  private packingPlan: PackingPlan | undefined;
  private plan: PhysicalPlan | undefined;
  /** One change at a time: each waits for the one before. */
  private last: Promise<unknown> = Promise.resolve();

  constructor(
    private readonly args: Pick<
      ExecutorArguments,
      "topologyName" | "topologyId" | "controllerPort" | "serverPort" | "statsPort"
    >,
    private readonly host: string,
    private readonly tree: StateTree,
    private readonly log: (line: string) => void,
  ) {}

  /** Makes this process the topology's TManager in the state tree. */
  async register(): Promise<void> {
    await this.tree.register(this.node("tmanagers"), this.location());
    this.log(
      `registered as the TManager of ${this.args.topologyName}, controller at ${this.host}:${this.args.controllerPort}`,
    );
  }

  /** Takes the registration back, unless it is a successor's by now. */
  async leave(): Promise<void> {
    const current = await this.tree.read(this.node("tmanagers"));
    if (current !== undefined && Buffer.from(this.location()).equals(current)) {
      await this.tree.remove(this.node("tmanagers"));
    }
  }

  /** Takes note of the packing plan. With another one the physical plan is void, and all containers register anew. */
  use(packingPlan: PackingPlan): Promise<void> {
    return this.exclusively(async () => {
      const before = this.packingPlan;
      if (before !== undefined && equals(PackingPlanSchema, before, packingPlan)) return;
      this.packingPlan = packingPlan;
      this.registered.clear();
      this.plan = undefined;
      // The first plan after a start goes with what the predecessor left: the state that the topology is in.
      if (before !== undefined) await this.tree.remove(this.node("pplans"));
      this.log(`waiting for containers ${absentContainers(packingPlan, this.registered).join(", ")}`);
    });
  }

  /** Answers containers that register. */
  readonly server = ({ url, body }: Request): Promise<Answer> =>
    this.exclusively(async () => {
      if (url.searchParams.get("topologyid") !== this.args.topologyId) return { status: 400, body: "another topology" };
      if (this.packingPlan === undefined) return { status: 503, body: "no packing plan yet" };
      const registration = JSON.parse(body) as Registration;
      if (!this.packingPlan.containerPlans.some(({ id }) => id === registration.container)) {
        return { status: 404, body: "not in the packing plan" };
      }
      this.registered.set(registration.container, registration);
      if (absentContainers(this.packingPlan, this.registered).length === 0) await this.makePlan(this.packingPlan);
      return { status: 200, body: "" };
    });

  /** Answers on the controller port as Heron's TManager does. */
  readonly controller = ({ url }: Request): Promise<Answer> =>
    this.exclusively(() => {
      const id = url.searchParams.get("topologyid");
      const { pathname } = url;
      if (!["/activate", "/deactivate", "/runtime_config/update"].includes(pathname)) return answer(404, "");
      if (!id) return answer(400, "Missing 'topologyid' argument in the request");
      if (id !== this.args.topologyId) return answer(400, "Topology id does not match");
      if (this.plan === undefined) return answer(500, "The physical plan is not there yet: not all containers run");
      if (pathname === "/runtime_config/update")
        return this.configure(this.plan, url.searchParams.getAll("runtime-config"));
      return pathname === "/activate"
        ? this.turn(this.plan, TopologyState.PAUSED, TopologyState.RUNNING, "activated")
        : this.turn(this.plan, TopologyState.RUNNING, TopologyState.PAUSED, "deactivated");
    });

  private async turn(plan: PhysicalPlan, from: TopologyState, to: TopologyState, done: string): Promise<Answer> {
    if (plan.topology?.state !== from) return answer(400, `Topology is not ${TopologyState[from]}`);
    await this.store({ ...plan, topology: { ...plan.topology, state: to } });
    this.log(`topology ${done}`);
    return answer(200, `Topology successfully ${done}`);
  }

  private async configure(plan: PhysicalPlan, entries: readonly string[]): Promise<Answer> {
    const { topology } = plan;
    if (topology === undefined || entries.length === 0) return answer(400, "No runtime config is found");
    const values = new Map(entries.map((entry): [string, string] => cut(entry)));
    if (entries.some((entry) => ![2, 3].includes(entry.split(":").length))) {
      return answer(400, "Failed to parse runtime configs");
    }
    const known = components(topology).map(({ name }) => name);
    if ([...values.keys()].some((key) => key.includes(":") && !known.includes(cut(key)[0]))) {
      return answer(400, "Failed to validate runtime configs");
    }
    await this.store({ ...plan, topology: withRuntimeConfig(topology, values) });
    this.log(`runtime config ${entries.join(", ")}`);
    return answer(200, "Runtime config updated");
  }

  private async makePlan(packingPlan: PackingPlan): Promise<void> {
    const topology = await readMessage(this.tree, TopologySchema, this.node("topologies"));
    if (topology === undefined) throw new Error(`the state tree holds no topology ${this.args.topologyName}`);
    const before = this.plan ?? (await readMessage(this.tree, PhysicalPlanSchema, this.node("pplans")));
    // As Heron's: what there was of a topology of the same plan goes on, with its state and its runtime config.
    const own = before?.topology ?? topology;
    const plan = physicalPlan(own, packingPlan, this.registered);
    if (this.plan !== undefined && equals(PhysicalPlanSchema, this.plan, plan)) return;
    await this.store(plan);
    this.log(`all containers are here: ${plan.instances.length} instances, topology ${TopologyState[own.state]}`);
  }

  private async store(plan: PhysicalPlan): Promise<void> {
    await this.tree.write(this.node("pplans"), toBinary(PhysicalPlanSchema, plan));
    this.plan = plan;
  }

  private location(): Uint8Array {
    const { topologyName, topologyId, controllerPort, serverPort, statsPort } = this.args;
    const location = { topologyName, topologyId, host: this.host, controllerPort, serverPort, statsPort };
    return toBinary(TManagerLocationSchema, create(TManagerLocationSchema, location));
  }

  private node(directory: string): string {
    return `${directory}/${this.args.topologyName}`;
  }

  private exclusively<T>(change: () => Promise<T>): Promise<T> {
    const done = this.last.then(change);
    this.last = done.catch(() => undefined);
    return done;
  }
}

/** At the last colon. */
function cut(entry: string): [string, string] {
  const at = entry.lastIndexOf(":");
  return [entry.slice(0, at), entry.slice(at + 1)];
}

function answer(status: number, body: string): Promise<Answer> {
  return Promise.resolve({ status, body });
}
