import { create, fromBinary, toBinary } from "@bufbuild/protobuf";
import { createServer } from "node:http";
import { PhysicalPlanSchema } from "../../../components/heron/proto/gen/physical_plan_pb";
import { TManagerLocationSchema } from "../../../components/heron/proto/gen/tmanager_pb";
import { TopologySchema, TopologyState } from "../../../components/heron/proto/gen/topology_pb";
import { type Flag, port } from "./arguments";
import type { State } from "./state";

/**
 * Container 0: registers as the topology's TManager and answers activate and deactivate on its controller port.
 * @returns what takes the registration back
 */
export async function startTManager(args: ReadonlyMap<Flag, string>, state: State): Promise<() => Promise<void>> {
  const name = args.get("topology-name") ?? "";
  const id = args.get("topology-id") ?? "";
  const controllerPort = port(args, "tmanager-controller-port");
  const planNode = `pplans/${name}`;
  const stored = await state.read(`topologies/${name}`);
  if (stored === undefined) throw new Error(`the state tree holds no topology ${name}`);
  const plan = create(PhysicalPlanSchema, { topology: fromBinary(TopologySchema, stored) });
  await state.write(planNode, toBinary(PhysicalPlanSchema, plan));

  const server = createServer((request, response) => {
    const url = new URL(request.url ?? "/", "http://localhost");
    const wanted = { "/activate": TopologyState.RUNNING, "/deactivate": TopologyState.PAUSED }[url.pathname];
    if (wanted === undefined) {
      response.writeHead(404).end();
    } else if (url.searchParams.get("topologyid") !== id) {
      response.writeHead(400).end(`this is the TManager of ${id}`);
    } else if (plan.topology !== undefined) {
      plan.topology.state = wanted;
      console.log(`topology ${TopologyState[wanted]}`);
      state.write(planNode, toBinary(PhysicalPlanSchema, plan)).then(
        () => response.writeHead(200).end(`Topology successfully ${url.pathname.slice(1)}d`),
        (error: unknown) => response.writeHead(500).end(String(error)),
      );
    }
  });
  await new Promise<void>((resolve) => server.listen(controllerPort, "127.0.0.1", resolve));
  const location = create(TManagerLocationSchema, {
    topologyName: name,
    topologyId: id,
    host: "127.0.0.1",
    controllerPort,
    serverPort: port(args, "server-port"),
    statsPort: port(args, "tmanager-stats-port"),
  });
  const node = `tmanagers/${name}`;
  await state.write(node, toBinary(TManagerLocationSchema, location));
  console.log(`registered as TManager of ${name}, controller port ${controllerPort}`);
  return async () => {
    // A successor may have registered already: only our own entry goes.
    const current = await state.read(node);
    if (current === undefined || fromBinary(TManagerLocationSchema, current).controllerPort !== controllerPort) return;
    await state.remove(node);
  };
}
