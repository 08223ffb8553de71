import { once } from "node:events";
import { createServer } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";
import { PackingPlanSchema } from "../../components/heron/proto/gen/packing_plan_pb";
import { PhysicalPlanSchema } from "../../components/heron/proto/gen/physical_plan_pb";
import { readMessage, type StateTree } from "../../examples/core/src/state-tree";
import { TManager } from "../../examples/core/src/tmanager";
import { listenOnLoopback } from "../support/loopback";

export const tmanagerFaults = ["connection lost, nothing done", "connection lost, done", "HTTP 500"] as const;

export type TManagerFault = (typeof tmanagerFaults)[number];

const lookMs = 30;
const host = "127.0.0.1";

/** What Heron runs of a topology, as far as others see it: the example's TManager, and the containers that register with it. */
export class RunningTopology {
  /** What happens to the next call of the TManager's controller. */
  next: () => TManagerFault | undefined = () => undefined;
  private ended = false;
  private running: Promise<void> = Promise.resolve();
  private readonly server = createServer((incoming, outgoing) => {
    const fault = this.next();
    const request = { method: "GET", url: new URL(incoming.url ?? "/", "http://tmanager"), body: "", from: host };
    const answer =
      fault === "connection lost, nothing done"
        ? Promise.resolve()
        : fault === "HTTP 500"
          ? Promise.resolve({ status: 500, body: "nothing done" })
          : this.tmanager?.controller(request);
    void answer?.then((given) => {
      if (given === undefined || fault === "connection lost, done") outgoing.destroy();
      else outgoing.writeHead(given.status).end(given.body);
    });
  });
  private tmanager: TManager | undefined;

  private constructor(
    private readonly tree: StateTree,
    private readonly topology: { readonly name: string; readonly id: string },
    private readonly containers: () => Promise<readonly number[]>,
  ) {}

  /**
   * @param containers those that run
   * @returns once the TManager has made its physical plan
   */
  static async start(
    tree: StateTree,
    topology: { readonly name: string; readonly id: string },
    containers: () => Promise<readonly number[]>,
  ): Promise<RunningTopology> {
    const started = new RunningTopology(tree, topology, containers);
    const ports = { controllerPort: await listenOnLoopback(started.server), serverPort: 1, statsPort: 1 };
    const args = { topologyName: topology.name, topologyId: topology.id, ...ports };
    started.tmanager = new TManager(args, host, tree, () => undefined);
    await started.look();
    await started.tmanager.register();
    started.running = started.goOn();
    return started;
  }

  /** Those of the containers on which the physical plan has instances. */
  async busy(containers: readonly number[]): Promise<readonly number[]> {
    const plan = await readMessage(this.tree, PhysicalPlanSchema, `pplans/${this.topology.name}`);
    const used = new Set(plan?.instances.map(({ stmgrId }) => stmgrId));
    return containers.filter((container) => used.has(`stmgr-${container}`));
  }

  async close(): Promise<void> {
    this.ended = true;
    await this.running;
    this.tree.close();
    const closed = once(this.server, "close");
    this.server.close();
    this.server.closeAllConnections();
    await closed;
  }

  private async goOn(): Promise<void> {
    while (!this.ended) {
      await this.look();
      await sleep(lookMs);
    }
  }

  private async look(): Promise<void> {
    const plan = await readMessage(this.tree, PackingPlanSchema, `packingplans/${this.topology.name}`);
    if (plan?.id !== this.topology.id) return;
    await this.tmanager?.use(plan);
    const running = await this.containers();
    for (const { id } of plan.containerPlans.filter((each) => running.includes(each.id))) await this.enter(id);
  }

  private async enter(container: number): Promise<void> {
    const body = JSON.stringify({ container, host, port: 1, shellPort: 1, pid: 1, cwd: "/" });
    const url = new URL(`http://tmanager/register?topologyid=${encodeURIComponent(this.topology.id)}`);
    await this.tmanager?.server({ method: "POST", url, body, from: host });
  }
}
