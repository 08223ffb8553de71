import { parseJobKey } from "../aurora/job-key";
import { AuroraError } from "../aurora/errors";
import { openCache } from "../cache";
import { changedInputs, describeChange, differsAtAll, type OldInputs } from "./changes";
import { credentialsKey, parseCredentials } from "../config/credentials";
import { type Connections, connections } from "./connections";
import { converge } from "./converge";
import { messageOf, quietly } from "./errors";
import type { AuroraJobInputs } from "./inputs";
import { kill } from "./kill";
import { loadPayload, type JobPayload } from "./payload";
import { metadataNames } from "../aurora/thermos";
import { engineProgress } from "./progress";
import { observe } from "./observe";
import { ownMark, type Target, type World } from "./target";
import { setTopologyState } from "./tmanager";
import { eraseTree } from "./tree";

let connect: Connections = connections(new Map());

/** What the dynamic provider does for an `AuroraJob`. Every method may be run again after being killed at any point. */
export const auroraJob = {
  /** Credentials come from the stack's configuration, so they are in no resource's state and rotate without a diff. */
  configure(request: { readonly config: { get(key: string): string | undefined } }): void {
    connect = connections(parseCredentials(request.config.get(credentialsKey)));
  },

  /** Names the action in an input, which is how a preview can show it; the words of an unchanged job stay. */
  check(olds: OldInputs, news: AuroraJobInputs): { inputs: AuroraJobInputs } {
    const change = describeChange(Object.keys(olds).length > 0 ? olds : undefined, news) ?? olds.change;
    return { inputs: change === undefined ? news : { ...news, change } };
  },

  diff(_id: string, olds: OldInputs, news: AuroraJobInputs) {
    const replaces = changedInputs(olds, news).filter((key) => key === "jobKey");
    return {
      changes: differsAtAll(olds, news),
      replaces,
      // The state tree is keyed by the topology's name alone: two jobs of one name would share its nodes.
      deleteBeforeReplace: replaces.length > 0 && sameName(olds.jobKey, news.jobKey),
    };
  },

  async create(inputs: AuroraJobInputs): Promise<{ id: string; outs: AuroraJobInputs }> {
    const target = await targetOf(inputs);
    const world = await worldOf(inputs);
    try {
      await converge(target, world, "create");
    } catch (error) {
      const unreached = error instanceof AuroraError && error.kind === "unreachable";
      if (unreached || !(await isSubmitted(target, world))) throw error;
      // The job is there but not up: recorded, so that it is nobody's orphan and the next run goes on from there.
      const message = messageOf(error);
      throw Object.assign(new Error(message), { id: inputs.jobKey, properties: { ...inputs }, reasons: [message] });
    }
    return { id: inputs.jobKey, outs: inputs };
  },

  async read(id: string, outs: AuroraJobInputs) {
    const found = await quietly(async () => observe(outs, await worldOf(outs)));
    return found === undefined ? {} : { id, props: found, inputs: found };
  },

  async update(_id: string, olds: OldInputs, news: AuroraJobInputs): Promise<{ outs: AuroraJobInputs }> {
    const before = await payloadOf(olds);
    const target = { ...(await targetOf(news)), ...(before && { before }) };
    const world = await worldOf(news);
    await converge(target, world, "update");
    if (olds.state !== undefined && olds.state !== news.state) await setTopologyState(news, world);
    if (olds.stateTree !== undefined && movedTree(olds, news))
      await eraseTree(news, await worldOf({ ...news, stateTree: olds.stateTree }));
    return { outs: news };
  },

  async delete(_id: string, outs: AuroraJobInputs): Promise<void> {
    await quietly(async () => kill(outs, await worldOf(outs)));
  },
};

async function targetOf(inputs: AuroraJobInputs): Promise<Target> {
  return { job: parseJobKey(inputs.jobKey), inputs, payload: await loadPayload(openCache(), inputs.payload) };
}

async function payloadOf(olds: OldInputs): Promise<JobPayload | undefined> {
  return olds.payload === undefined ? undefined : loadPayload(openCache(), olds.payload).catch(() => undefined);
}

async function worldOf(inputs: AuroraJobInputs): Promise<World> {
  const cluster = parseJobKey(inputs.jobKey).cluster;
  return {
    aurora: connect.aurora(cluster, inputs.scheduler),
    tree: await connect.stateTree(cluster, inputs.stateTree),
    progress: engineProgress(inputs.resourceUrn),
  };
}

function movedTree(olds: OldInputs, news: AuroraJobInputs): boolean {
  return JSON.stringify(olds.stateTree) !== JSON.stringify(news.stateTree);
}

function sameName(a: string | undefined, b: string): boolean {
  return a?.slice(a.lastIndexOf("/")) === b.slice(b.lastIndexOf("/"));
}

/** Whether the scheduler holds a job of ours, however it fares. A scheduler that cannot say is taken for a no. */
async function isSubmitted({ job, inputs }: Target, { aurora }: World): Promise<boolean> {
  try {
    const tasks = await aurora.tasks(job, { active: true });
    return tasks.some((task) => ownMark(task, metadataNames.owner) === inputs.owner);
  } catch (error) {
    if (error instanceof AuroraError) return false;
    throw error;
  }
}
