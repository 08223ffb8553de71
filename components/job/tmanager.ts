import { request } from "undici";
import { parseJobKey } from "../aurora/job-key";
import { UserError } from "../errors";
import { TopologyState } from "../heron/proto/gen/topology_pb";
import type { AuroraJobInputs } from "./inputs";
import type { World } from "./target";
import { poll } from "./wait";

/** How long a TManager that has just started is given to register itself. */
const registrationSeconds = 30;

/**
 * Activates or deactivates a running topology, as `heron activate` does: by a call to its TManager, at the place that the
 * state tree names.
 * @throws UserError when it cannot be reached or refuses
 */
export async function setTopologyState(inputs: AuroraJobInputs, { tree, progress }: World): Promise<void> {
  const { name } = parseJobKey(inputs.jobKey);
  const command = inputs.state === "running" ? "activate" : "deactivate";
  const wanted = inputs.state === "running" ? TopologyState.RUNNING : TopologyState.PAUSED;
  let answer = "it has not registered in the state tree";
  const done = await poll(Date.now() + registrationSeconds * 1000, async () => {
    const { tmanager, physicalPlan } = await tree.read(name);
    if (tmanager === undefined) return false;
    // A TManager refuses what is so already, as after an `up` that was killed here.
    if (physicalPlan?.topology?.state === wanted) return true;
    const url = `http://${tmanager.host}:${tmanager.controllerPort}/${command}?topologyid=${encodeURIComponent(inputs.topologyId)}`;
    progress(`asking the TManager to ${command} ${name}`);
    try {
      const { statusCode, body } = await request(url, { headersTimeout: 10_000, bodyTimeout: 10_000 });
      answer = `${tmanager.host}:${tmanager.controllerPort} answered ${statusCode}: ${(await body.text()).trim()}`;
      return statusCode === 200;
    } catch (error) {
      answer = `${tmanager.host}:${tmanager.controllerPort} cannot be reached (${(error as Error).message})`;
      return false;
    }
  });
  if (done) return;
  throw new UserError(
    `The TManager of ${inputs.jobKey} did not ${command} the topology: ${answer}. ` +
      `Look whether container 0 runs, and whether this machine reaches it; then run 'pulumi up' again.`,
  );
}
