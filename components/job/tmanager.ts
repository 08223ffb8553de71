import { parseJobKey } from "../aurora/job-key";
import type { TaskStatus } from "../aurora/task-status";
import { UserError } from "../errors";
import { TopologyState } from "../heron/proto/gen/topology_pb";
import type { TopologyState as TreeState } from "../heron/state";
import { timeoutsOf } from "./defaults";
import type { AuroraJobInputs } from "./inputs";
import { isCurrent, missingRuntimeConfig } from "./runtime-config";
import type { Target, World } from "./target";
import { poll } from "./wait";

/** How long a TManager that has just started is given to register itself. */
const registrationSeconds = 30;

/** Something that a TManager is asked for. */
interface Request {
  /** In words: 'deactivate the topology'. */
  readonly what: string;
  readonly seconds: number;
  /** Path and further query of the call; `done` when it is so already, `wait` when the TManager is not ready for it. */
  readonly next: (tree: TreeState) => { readonly path: string; readonly query?: string } | "done" | "wait";
}

/** The state asked for, in the words of the state tree. */
export function runningState({ state }: AuroraJobInputs): TopologyState {
  return state === "running" ? TopologyState.RUNNING : TopologyState.PAUSED;
}

/**
 * Activates or deactivates a running topology, as `heron activate` does: by a call to its TManager, at the place that the
 * state tree names.
 * @throws UserError when it cannot be reached or refuses
 */
export function setTopologyState(inputs: AuroraJobInputs, world: World): Promise<void> {
  const path = inputs.state === "running" ? "activate" : "deactivate";
  const wanted = runningState(inputs);
  return ask(inputs, world, {
    what: `${path} the topology`,
    seconds: registrationSeconds,
    // A TManager refuses what is so already, as after an `up` that was killed here.
    next: ({ physicalPlan }) => (physicalPlan?.topology?.state === wanted ? "done" : { path }),
  });
}

/**
 * Changes the configuration of a topology that runs, as `heron update --runtime-config` does. A TManager that has not made
 * its physical plan, which holds that configuration, is waited for.
 * @throws UserError when it cannot be reached or refuses
 */
export function setRuntimeConfig(inputs: AuroraJobInputs, world: World): Promise<void> {
  const wanted = inputs.runtimeConfig ?? {};
  if (Object.keys(wanted).length === 0) return Promise.resolve();
  return ask(inputs, world, {
    what: "change the runtime config",
    seconds: timeoutsOf(inputs).create,
    next: (tree) => {
      const missing = missingRuntimeConfig(tree, wanted);
      if (missing === undefined) return "wait";
      const query = Object.entries(missing).map(([key, value]) => `&runtime-config=${key}:${value}`);
      return query.length === 0 ? "done" : { path: "runtime_config/update", query: query.join("") };
    },
  });
}

/** Whether a TManager is there that would lay a new packing plan out: it is registered, has done so before, and its container runs. */
export async function hasWorkingTManager(
  { job }: Target,
  { tree }: World,
  tasks: readonly TaskStatus[],
): Promise<boolean> {
  const { tmanager, physicalPlan } = await tree.read(job.name);
  const isUp = tasks.some(({ instanceId, status }) => instanceId === 0 && status === "RUNNING");
  return isUp && tmanager !== undefined && physicalPlan !== undefined;
}

/** How long a TManager is given to lay a new packing plan out, s; Heron's own update waits as long. */
const planningSeconds = 600;

/**
 * Waits until the TManager has moved all Heron instances to where the packing plan has them, as Heron does before it
 * removes containers.
 * @throws UserError when it has not; the containers are all still there then
 */
export async function waitUntilPlanned({ job, inputs }: Target, { tree, progress }: World): Promise<void> {
  const seconds = Math.min(planningSeconds, timeoutsOf(inputs).update);
  const done = await poll(Date.now() + seconds * 1000, async () => {
    progress("waiting for the TManager to lay out the new packing plan");
    return isCurrent(await tree.read(job.name));
  });
  if (done) return;
  throw new UserError(
    `The TManager of ${inputs.jobKey} has not laid out the new packing plan within ${seconds} s, so the containers that are ` +
      `no longer in it were left running. Look whether all containers have registered; then run 'pulumi up' again.`,
  );
}

/** Done is what the state tree says: the answer alone is not believed. */
async function ask(
  inputs: AuroraJobInputs,
  { tree, progress }: World,
  { what, seconds, next }: Request,
): Promise<void> {
  // Runs that ask no TManager for anything do without loading it.
  const { request } = await import("undici");
  const { name } = parseJobKey(inputs.jobKey);
  let answer = "it has not registered in the state tree";
  const done = await poll(Date.now() + seconds * 1000, async () => {
    const state = await tree.read(name);
    if (state.tmanager === undefined) return false;
    const call = next(state);
    if (call === "done") return true;
    if (call === "wait") {
      answer = "its physical plan is not that of the packing plan, as long as not all containers have registered";
      return false;
    }
    const place = `${state.tmanager.host}:${state.tmanager.controllerPort}`;
    const url = `http://${place}/${call.path}?topologyid=${encodeURIComponent(inputs.topologyId)}${call.query ?? ""}`;
    progress(`asking the TManager of ${name} to ${what}`);
    try {
      const { statusCode, body } = await request(url, { headersTimeout: 10_000, bodyTimeout: 10_000 });
      answer = `${place} answered ${statusCode}: ${(await body.text()).trim()}`;
      return statusCode === 200 && next(await tree.read(name)) === "done";
    } catch (error) {
      answer = `${place} cannot be reached (${(error as Error).message})`;
      return false;
    }
  });
  if (done) return;
  throw new UserError(
    `The TManager of ${inputs.jobKey} did not ${what}: ${answer}. ` +
      `Look whether container 0 runs, and whether this machine reaches it; then run 'pulumi up' again.`,
  );
}
