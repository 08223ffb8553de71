import { hdfsUri } from "../../artifacts/hdfs/address";
import { prefixOf } from "../../artifacts/s3/address";
import type { ConfValue, HeronClusterArgs } from "../../cluster-args";
import { UserError } from "../../errors";
import { render, template } from "../../render";
import type { PackingAlgorithm } from "../../topology-args";
import { withOverrides } from "./overrides";
import { scalar, yaml } from "./yaml";

/** Java home that Heron's own configuration names. */
export const defaultJavaHome = "/usr/lib/jvm/java-1.8.0-openjdk-amd64/";

/** Root of the state tree in ZooKeeper unless the document says otherwise. */
export const defaultZooKeeperRoot = "/heron";

/** In the order in which `heron submit` packs them. */
const files = [
  "README",
  "client.yaml",
  "downloader.yaml",
  "heron.aurora",
  "heron_internals.yaml",
  "metrics_sinks.yaml",
  "packing.yaml",
  "scheduler.yaml",
  "stateful.yaml",
  "statemgr.yaml",
  "uploader.yaml",
] as const;

const packages: Readonly<Record<PackingAlgorithm, string>> = {
  RoundRobinPacking: "roundrobin",
  RoundRobinPackingV2: "roundrobin",
  ResourceCompliantRRPacking: "roundrobin",
  FirstFitDecreasingPacking: "binpacking",
};

/** What the conf dir of a cluster says that is not Heron's own default. */
export interface ConfSettings {
  readonly cluster: HeronClusterArgs;
  readonly coreUri: string;
  readonly packing: PackingAlgorithm;
  /** Command lines of the two fetching processes. */
  readonly fetchCore: string;
  readonly fetchTopology: string;
  /** The executor's ports: flag and name. */
  readonly ports: readonly { readonly flag: string; readonly port: string }[];
  /** Keys of `override.yaml`. */
  readonly heronConfig: Readonly<Record<string, ConfValue>>;
  /** Metadata of the job, in heron.aurora; none for a package, which must not change with it. */
  readonly marks?: readonly { readonly key: string; readonly value: string }[];
}

/**
 * The Heron conf dir in full, file by file, in the order of a topology package: what Heron 0.20 ships for Aurora, with
 * the cluster's values, `release.yaml` and `override.yaml`. The same text on every machine.
 * @throws UserError for an override of a file that is not there
 */
export function renderConfDir(settings: ConfSettings): ReadonlyMap<string, string> {
  const { cluster } = settings;
  const view = {
    ...settings,
    coreUri: scalar(settings.coreUri),
    marked: settings.marks !== undefined && settings.marks.length > 0,
    javaHome: scalar(cluster.javaHome ?? defaultJavaHome),
    packingClass: `org.apache.heron.packing.${packages[settings.packing]}.${settings.packing}`,
    directory: cluster.artifacts.directory && {
      path: scalar(`${cluster.artifacts.directory.path}/\${CLUSTER}/\${ROLE}/\${TOPOLOGY}`),
    },
    s3: cluster.artifacts.s3 && {
      bucket: scalar(cluster.artifacts.s3.bucket),
      prefix: scalar(prefixOf(cluster.artifacts.s3)),
      region: scalar(cluster.artifacts.s3.region),
    },
    hdfs: cluster.artifacts.hdfs && {
      uri: scalar(`${hdfsUri(cluster.artifacts.hdfs, cluster.artifacts.hdfs.path)}/topologies/\${CLUSTER}`),
    },
    zookeeper: cluster.state.zookeeper && {
      servers: scalar(cluster.state.zookeeper.servers),
      root: scalar(cluster.state.zookeeper.root ?? defaultZooKeeperRoot),
    },
    local: cluster.state.local && { root: scalar(cluster.state.local.root) },
  };
  refuseUnknownFiles(cluster);
  const rendered = files.map((name): [string, string] => {
    const text = render(template("conf", name), view);
    return [name, withOverrides(text, cluster.conf?.[name] ?? {})];
  });
  return new Map([
    ...rendered,
    ["release.yaml", template("conf", "release.yaml")],
    ["override.yaml", Object.keys(settings.heronConfig).length === 0 ? "{}\n" : yaml(settings.heronConfig)],
  ]);
}

function refuseUnknownFiles(cluster: HeronClusterArgs): void {
  const known = files.filter((name) => name.endsWith(".yaml"));
  for (const name of Object.keys(cluster.conf ?? {})) {
    if (known.every((each) => each !== name)) {
      throw new UserError(`conf.${name}: the Heron conf dir has no such file. It has ${known.join(", ")}.`);
    }
  }
}
