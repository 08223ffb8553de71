import { canonicalJson } from "../canonical-json";
import { isKnown } from "../dynamic-provider";
import { configuredCredentials, type ConfigureRequest, type Credentials } from "../config/credentials";
import { sessionOptions } from "../heron/state/open";
import { directories } from "../heron/state/paths";
import { parseServers } from "../zookeeper/servers";
import type { ZooKeeperSession } from "../zookeeper/session";
import type { StateTreeRootInputs, StateTreeRootProperties } from "./inputs";
import { observe, remove, setUp } from "./tree";

let credentials: Credentials = new Map();

/** Trees that this run's program wants: one that it has by another resource, or by the same one made anew, stays. */
const wanted = new Set<string>();

/** What the dynamic provider does for a `StateTreeRoot`. Idempotent: killed at any point, run again, it converges. */
export const stateTreeRoot = {
  /** Credentials come from the stack's configuration, so they are in no resource's state and rotate without a diff. */
  configure(request: ConfigureRequest): void {
    credentials = configuredCredentials(request);
    wanted.clear();
  },

  check(_olds: Partial<StateTreeRootProperties>, news: StateTreeRootProperties) {
    if (isKnown(news.tree)) wanted.add(keyOf(news.tree));
    return { inputs: news };
  },

  /** Other hosts are taken for the same ensemble; another chroot or root path is another tree. */
  diff(_id: string, { tree: old }: StateTreeRootProperties, { tree }: StateTreeRootProperties) {
    if (!isKnown(tree)) return { changes: true, replaces: [] };
    const moved = placeOf(old) !== placeOf(tree);
    return { changes: canonicalJson(old) !== canonicalJson(tree), replaces: moved ? ["tree"] : [] };
  },

  async create(news: StateTreeRootProperties) {
    await withSession(news.tree, (session) => setUp(session, news.tree));
    return { id: placeOf(news.tree), outs: news };
  },

  /** Reports what is there: a directory that lacks, or an ACL that others gave, shows as a diff. */
  async read(id: string, outs: StateTreeRootProperties) {
    const found = await withSession(outs.tree, (session) => observe(session, outs.tree, directories));
    if (found === undefined) return {};
    const props = { ...outs, tree: found };
    return { id, props, inputs: props };
  },

  async update(_id: string, _olds: StateTreeRootProperties, news: StateTreeRootProperties) {
    await withSession(news.tree, (session) => setUp(session, news.tree));
    return { outs: news };
  },

  async delete(_id: string, { tree }: StateTreeRootProperties) {
    if (tree.removeOnDestroy !== true || wanted.has(keyOf(tree))) return;
    await withSession(tree, (session) => remove(session, tree, directories));
  },
};

async function withSession<T>(tree: StateTreeRootInputs, work: (session: ZooKeeperSession) => Promise<T>): Promise<T> {
  // Loaded only where it is used: a provider's start should not wait for a client that it does not need.
  const { openSession } = await import("../zookeeper/session.js");
  const digest = [tree.access, ...Object.values(tree.directories)].includes("creator");
  const session = await openSession(tree.servers, sessionOptions(digest, credentials.get(tree.cluster)?.zookeeper));
  try {
    return await work(session);
  } finally {
    await session.close();
  }
}

function keyOf({ servers, path }: StateTreeRootInputs): string {
  return JSON.stringify([servers, path]);
}

function placeOf({ servers, path }: StateTreeRootInputs): string {
  return `${parseServers(servers).chroot}${path}`;
}
