import type { PackingPlan } from "../../../components/heron/proto/gen/packing_plan_pb";
import { TManagerLocationSchema } from "../../../components/heron/proto/gen/tmanager_pb";
import type { ExecutorArguments } from "./arguments";
import type { Registration } from "./physical-plan";
import { readMessage, type StateTree } from "./state-tree";

const patienceMs = 2000;

/** What this container hosts by the packing plan, in a line. */
export function hostedInstances(plan: PackingPlan, container: number): string {
  if (container === 0) return `TManager of ${plan.containerPlans.length} containers`;
  const own = plan.containerPlans.find(({ id }) => id === container);
  // As when containers are added before the plan that names them.
  if (own === undefined) return "not in the packing plan: nothing to host";
  const names = own.instancePlans.map(({ componentName, taskId }) => `${componentName}_${taskId}`);
  return `hosts ${names.length} instances: ${names.join(", ")}`;
}

/**
 * Registers a container with the topology's TManager, as its stream manager would.
 * @returns where the TManager is when it took the registration, else undefined: it may not be there yet
 */
export async function registerContainer(
  args: ExecutorArguments,
  host: string,
  tree: StateTree,
): Promise<string | undefined> {
  const tmanager = await readMessage(tree, TManagerLocationSchema, `tmanagers/${args.topologyName}`);
  if (tmanager === undefined) return undefined;
  const registration: Registration = {
    container: args.container,
    host,
    port: args.serverPort,
    shellPort: args.shellPort,
    pid: process.pid,
    cwd: process.cwd(),
  };
  const place = `${tmanager.host}:${tmanager.serverPort}`;
  const url = `http://${place}/register?topologyid=${encodeURIComponent(args.topologyId)}`;
  try {
    const options = { method: "POST", body: JSON.stringify(registration), signal: AbortSignal.timeout(patienceMs) };
    return (await fetch(url, options)).ok ? place : undefined;
  } catch {
    // A TManager that is starting or gone: the caller asks again in a moment.
    return undefined;
  }
}
