import { type AuroraClient, connectAurora } from "../aurora/client";
import type { SchedulerArgs, StateTreeArgs } from "../cluster-args";
import { parseCredentials, type Credentials } from "../config/credentials";
import { openStateTree, type StateTree } from "../heron/state";

/** Credentials by Aurora cluster name. */
export type CredentialsByCluster = Readonly<Record<string, Credentials>>;

/** Connections of one provider process, opened once each: many jobs share a scheduler and a state tree. */
export interface Connections {
  aurora(cluster: string, scheduler: SchedulerArgs): AuroraClient;
  stateTree(cluster: string, tree: StateTreeArgs): Promise<StateTree>;
}

/** Reads the stack's `heron:credentials`. @throws UserError that names what is wrong, never a value */
export function credentialsFrom(config: string | undefined): CredentialsByCluster {
  return config === undefined ? {} : parseCredentials(config);
}

export function connections(credentials: CredentialsByCluster): Connections {
  const clients = new Map<string, AuroraClient>();
  const trees = new Map<string, Promise<StateTree>>();
  return {
    aurora: (cluster, scheduler) =>
      once(clients, JSON.stringify([cluster, scheduler]), () =>
        connectAurora({ cluster, scheduler, ...(credentials[cluster] && { credentials: credentials[cluster] }) }),
      ),
    stateTree: async (cluster, tree) => {
      const key = JSON.stringify([cluster, tree]);
      try {
        return await once(trees, key, () => openStateTree(tree, credentials[cluster]?.zookeeper));
      } catch (error) {
        trees.delete(key);
        throw error;
      }
    },
  };
}

function once<T>(made: Map<string, T>, key: string, make: () => T): T {
  const known = made.get(key);
  if (known !== undefined) return known;
  const fresh = make();
  made.set(key, fresh);
  return fresh;
}
