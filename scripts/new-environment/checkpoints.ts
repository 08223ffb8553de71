import { load } from "js-yaml";
import type { ConfTree, HeronClusterArgs } from "../../components/cluster-args";
import { isMap } from "../../components/config/layers";
import { confTemplate } from "../../components/heron/conf/files";
import { withOverrides } from "../../components/heron/conf/overrides";

const file = "stateful.yaml";
const storage = "heron.statefulstorage.config";

type Conf = NonNullable<HeronClusterArgs["conf"]>;

/**
 * What a new environment's `conf` says over that of `cluster`, for checkpoints of its own: Heron's storages keep them by the
 * topology's name alone, and each that runs removes those that are older than its own, another environment's too. Nothing where
 * no document says how checkpoints are kept, since as shipped they cannot be.
 */
export function ownCheckpoints(name: string, cluster: Pick<HeronClusterArgs, "conf" | "scheduler">): Conf {
  const roots = rootsIn(settingsOf(cluster)).map(([key, root]) => [key, `${root}-${name}`]);
  return roots.length === 0 ? {} : { [file]: { [storage]: Object.fromEntries(roots) as ConfTree } };
}

/** Where a stack's topologies keep their checkpoints: the key that says it, and the folder. Nothing where no document says how. */
export function checkpointRoot(
  cluster: Pick<HeronClusterArgs, "conf" | "scheduler">,
): { readonly key: string; readonly root: string } | undefined {
  const settings = settingsOf(cluster);
  // Settings of another storage than the one in use may stand beside its own.
  const name = settings["heron.statefulstorage.classname"];
  const [, kind] = /\.(\w+)\.\w+$/.exec(typeof name === "string" ? name : "") ?? [];
  const [found] = rootsIn(settings).filter(([key]) => key === `heron.statefulstorage.${kind}.root.path`);
  return found && { key: found[0], root: found[1] };
}

function settingsOf(cluster: Pick<HeronClusterArgs, "conf" | "scheduler">): Readonly<Record<string, ConfTree>> {
  const said = cluster.conf?.[file];
  return said === undefined ? {} : (load(withOverrides(confTemplate(file, cluster), said)) as Record<string, ConfTree>);
}

function rootsIn(settings: Readonly<Record<string, ConfTree>>): readonly (readonly [key: string, root: string])[] {
  return Object.entries(isMap(settings[storage]) ? settings[storage] : {}).flatMap(([key, root]) =>
    key.endsWith(".root.path") && typeof root === "string" ? [[key, root.replace(/\/+$/, "")] as const] : [],
  );
}
