import { readFileSync } from "node:fs";
import { join } from "node:path";
import { load } from "js-yaml";
import { type AuroraClient, connectAurora } from "../components/aurora/client";
import type { HeronClusterArgs } from "../components/cluster-args";
import { loadStack, type StackDocument } from "../components/config/load";
import { UserError } from "../components/errors";
import { openStateTree, type StateTree } from "../components/heron/state";
import { projectRoot } from "../components/project";
import { openSession } from "../components/zookeeper/session";

/** A stack's documents, and where what they describe runs; for reading, without credentials. */
export interface StackReader {
  readonly document: StackDocument;
  /** `project/stack`. */
  readonly owner: string;
  readonly aurora: AuroraClient;
  readonly tree: StateTree;
  close(): Promise<void>;
}

/** @throws UserError when the documents are wrong or the state tree cannot be reached */
export async function openStack(stack: string): Promise<StackReader> {
  const root = projectRoot();
  const document = loadStack(join(root, "stacks", `${stack}.yaml`));
  const project = load(readFileSync(join(root, "Pulumi.yaml"), "utf8")) as { readonly name: string };
  const { cluster, scheduler, state } = document.cluster;
  if (scheduler.local !== undefined) {
    throw new UserError(`This asks Aurora, and the topologies of '${stack}' run on Heron's local scheduler.`);
  }
  const tree = await openStateTree(readable(state));
  const aurora = connectAurora({ cluster, scheduler, openServiceSet: openSession });
  return {
    document,
    owner: `${project.name}/${stack}`,
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
