import { type AuroraClient, connectAurora } from "../components/aurora/client";
import type { HeronClusterArgs } from "../components/cluster-args";
import { UserError } from "../components/errors";
import { openStateTree, type StateTree } from "../components/heron/state";
import { openSession } from "../components/zookeeper/session";
import { type DocumentedStack, documentedStack } from "./stack-document";

/** A stack's documents, and where what they describe runs; for reading, without credentials. */
export interface StackReader extends DocumentedStack {
  readonly aurora: AuroraClient;
  readonly tree: StateTree;
  close(): Promise<void>;
}

/** @throws UserError when the documents are wrong or the state tree cannot be reached */
export async function openStack(stack: string): Promise<StackReader> {
  const documented = documentedStack(stack);
  const { cluster, scheduler, state } = documented.document.cluster;
  if (scheduler.local !== undefined) {
    throw new UserError(`This asks Aurora, and the topologies of '${stack}' run on Heron's local scheduler.`);
  }
  const tree = await openStateTree(readable(state));
  const aurora = connectAurora({ cluster, scheduler, openServiceSet: openSession });
  return {
    ...documented,
    aurora,
    tree,
    close: async () => {
      await tree.close();
      await aurora.close();
    },
  };
}

/** Everybody may read a tree that only its owner may change. */
function readable({ zookeeper, local }: HeronClusterArgs["state"]): HeronClusterArgs["state"] {
  return zookeeper === undefined ? { ...(local && { local }) } : { zookeeper: { ...zookeeper, digest: false } };
}
