import { load } from "js-yaml";
import { hdfsUri } from "../../artifacts/hdfs/address";
import { prefixOf } from "../../artifacts/s3/address";
import type { ConfValue, HeronClusterArgs } from "../../cluster-args";
import { ArgumentError } from "../../errors";
import { render, template } from "../../render";
import type { PackingAlgorithm } from "../../topology-args";
import { markedVersion } from "../release-marks";
import { defaultJavaHome, defaultWorkingDirectory, defaultZooKeeperRoot, localJavaHome } from "./defaults";
import { confFiles, confTemplate } from "./files";
import { withOverrides } from "./overrides";
import { scalar, yaml } from "./yaml";

export { defaultJavaHome, defaultZooKeeperRoot } from "./defaults";

const versionKey = "heron.build.version";

const packages: Readonly<Record<PackingAlgorithm, string>> = {
  RoundRobinPacking: "roundrobin",
  RoundRobinPackingV2: "roundrobin",
  ResourceCompliantRRPacking: "roundrobin",
  FirstFitDecreasingPacking: "binpacking",
};

/** Heron's class of an algorithm, as `packing.yaml` names it. */
export function packingClass(algorithm: PackingAlgorithm): string {
  return `org.apache.heron.packing.${packages[algorithm]}.${algorithm}`;
}

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
  /**
   * Whether `heron` submits with it. What it uploads then lies apart from what other environments of the role do: Heron names
   * a package by topology and role alone, and would overwrite the one that their containers fetch again when they restart.
   */
  readonly submits?: boolean;
  /** Metadata of the job, in heron.aurora (of one without Aurora, in release.yaml); none for a package, which must not change with it. */
  readonly marks?: readonly { readonly key: string; readonly value: string }[];
}

/**
 * The Heron conf dir in full, file by file, in the order of a topology package: what Heron 0.20 ships for Aurora or for its local scheduler, with
 * the cluster's values, `release.yaml` and `override.yaml`. The same text on every machine.
 * @throws UserError for an override of a file that is not there
 */
export function renderConfDir(settings: ConfSettings): ReadonlyMap<string, string> {
  const { cluster } = settings;
  const environment = settings.submits === true ? `/${cluster.environment}` : "";
  const view = {
    ...settings,
    coreUri: scalar(settings.coreUri),
    marked: settings.marks !== undefined && settings.marks.length > 0,
    javaHome: scalar(cluster.javaHome ?? (cluster.scheduler.local ? localJavaHome : defaultJavaHome)),
    workingDirectory: scalar(cluster.scheduler.local?.workingDirectory ?? defaultWorkingDirectory),
    packingClass: packingClass(settings.packing),
    directory: cluster.artifacts.directory && {
      path: scalar(`${cluster.artifacts.directory.path}/\${CLUSTER}/\${ROLE}${environment}/\${TOPOLOGY}`),
    },
    s3: cluster.artifacts.s3 && {
      bucket: scalar(cluster.artifacts.s3.bucket),
      prefix: scalar(
        `${prefixOf(cluster.artifacts.s3)}/heron/${cluster.cluster}/${cluster.role}/${cluster.environment}`,
      ),
      region: scalar(cluster.artifacts.s3.region),
    },
    hdfs: cluster.artifacts.hdfs && {
      uri: scalar(
        `${hdfsUri(cluster.artifacts.hdfs, cluster.artifacts.hdfs.path)}/topologies/\${CLUSTER}${environment}`,
      ),
    },
    zookeeper: cluster.state.zookeeper && {
      servers: scalar(cluster.state.zookeeper.servers),
      root: scalar(cluster.state.zookeeper.root ?? defaultZooKeeperRoot),
    },
    local: cluster.state.local && { root: scalar(cluster.state.local.root) },
  };
  const files = confFiles(cluster);
  refuseUnknownFiles(cluster, files);
  refuseContradictions(settings);
  const rendered = files.map((name): [string, string] => {
    const text = render(confTemplate(name, cluster), view);
    return [name, withOverrides(text, cluster.conf?.[name] ?? {})];
  });
  return new Map([
    ...rendered,
    ["release.yaml", releaseText(settings)],
    ["override.yaml", Object.keys(settings.heronConfig).length === 0 ? "{}\n" : yaml(settings.heronConfig)],
  ]);
}

/** With the marks of a topology that the local scheduler runs: they come into its execution state by it. */
function releaseText({ cluster, marks = [] }: ConfSettings): string {
  const text = template("conf", "release.yaml");
  if (cluster.scheduler.local === undefined || marks.length === 0) return text;
  const { [versionKey]: version = "" } = load(text) as Readonly<Record<string, string>>;
  return withOverrides(text, { [versionKey]: markedVersion(version, marks) });
}

/** What the document says by a key of its own, which the job goes by: the conf dir must not say otherwise. */
function refuseContradictions({ cluster, heronConfig }: ConfSettings): void {
  const { state, javaHome = defaultJavaHome, scheduler } = cluster;
  const said: Readonly<Record<string, readonly [by: string, value: string | undefined]>> = {
    "heron.statemgr.root.path": state.zookeeper
      ? ["state.zookeeper.root", state.zookeeper.root ?? defaultZooKeeperRoot]
      : ["state.local.root", state.local?.root],
    ...(scheduler.local === undefined && { "heron.directory.sandbox.java.home": ["javaHome", javaHome] }),
  };
  const places = [
    { path: ["heronConfig"], values: heronConfig },
    ...Object.entries(cluster.conf ?? {}).map(([file, values]) => ({ path: ["conf", file], values })),
  ];
  const findings = places.flatMap(({ path, values }) =>
    Object.entries(values).flatMap(([key, value]) => {
      const [by, right] = said[key] ?? [];
      if (by === undefined || value === right) return [];
      return [
        { path: [...path, key], message: `'${by}' says it here, and says another: say it there, and take this out` },
      ];
    }),
  );
  if (findings.length > 0) throw new ArgumentError(findings);
}

function refuseUnknownFiles(cluster: HeronClusterArgs, files: readonly string[]): void {
  const known = files.filter((name) => name.endsWith(".yaml"));
  for (const name of Object.keys(cluster.conf ?? {})) {
    if (known.every((each) => each !== name)) {
      const message = `the Heron conf dir has no such file. It has ${known.join(", ")}.`;
      throw new ArgumentError([{ path: ["conf", name], message }]);
    }
  }
}
