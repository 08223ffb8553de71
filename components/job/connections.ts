import { askingAhead } from "../aurora/ahead";
import { type AuroraClient, connectAurora } from "../aurora/client";
import type { AuroraCredentials } from "../aurora/credentials";
import type { SchedulerArgs, StateTreeArgs } from "../cluster-args";
import type { Credentials } from "../config/credentials";
import { openStateTree } from "../heron/state/open";
import type { StateTree } from "../heron/state/state-tree";

/** How long a call that fails transiently is repeated: long enough for a change of leader, short enough for a mistake. */
const patient = { retryForMs: 15_000 };

/** A preview goes without a scheduler that does not answer soon. */
const hasty = { retryForMs: 0, timeoutMs: 5_000 };

/** How a scheduler is asked. */
export type Way = "soon" | "ahead" | "unnamed";

/** Connections of one provider process, opened once each: many jobs share a scheduler and a state tree. */
export interface Connections {
  /**
   * @param way `soon`: nothing is repeated, nor waited for long; `ahead`: of many jobs, a moment old; `unnamed`: without
   * the user and password of the cluster
   */
  aurora(cluster: string, scheduler: SchedulerArgs, way?: Way): AuroraClient;
  stateTree(cluster: string, tree: StateTreeArgs): Promise<StateTree>;
}

export function connections(credentials: Credentials): Connections {
  const clients = new Map<string, AuroraClient>();
  const trees = new Map<string, Promise<StateTree>>();
  return {
    aurora: (cluster, scheduler, way) =>
      once(clients, JSON.stringify([cluster, scheduler, way]), () => {
        const { retryForMs, ...limits } = way === "soon" ? hasty : patient;
        const known = credentials.get(cluster) ?? {};
        const client = connectAurora({
          cluster,
          scheduler,
          credentials: way === "unnamed" ? withoutUser(known) : known,
          openServiceSet: async (servers) => (await import("../zookeeper/session.js")).openSession(servers, limits),
          retryForMs,
          ...limits,
        });
        return way === "ahead" ? askingAhead(client) : client;
      }),
    stateTree: async (cluster, tree) => {
      const key = JSON.stringify([cluster, tree]);
      try {
        return await once(trees, key, () => openStateTree(tree, credentials.get(cluster)?.zookeeper));
      } catch (error) {
        trees.delete(key);
        throw error;
      }
    },
  };
}

function withoutUser({ username: _, password: __, ...rest }: AuroraCredentials): AuroraCredentials {
  return rest;
}

function once<T>(made: Map<string, T>, key: string, make: () => T): T {
  const known = made.get(key);
  if (known !== undefined) return known;
  const fresh = make();
  made.set(key, fresh);
  return fresh;
}
