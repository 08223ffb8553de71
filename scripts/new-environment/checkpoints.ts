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
  const said = cluster.conf?.[file];
  if (said === undefined) return {};
  const settings = load(withOverrides(confTemplate(file, cluster), said)) as Readonly<Record<string, ConfTree>>;
  const roots = Object.entries(isMap(settings[storage]) ? settings[storage] : {}).flatMap(([key, root]) =>
    key.endsWith(".root.path") && typeof root === "string" ? [[key, `${root.replace(/\/+$/, "")}-${name}`]] : [],
  );
  return roots.length === 0 ? {} : { [file]: { [storage]: Object.fromEntries(roots) as ConfTree } };
}
