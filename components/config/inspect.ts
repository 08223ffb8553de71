import type { HeronClusterArgs } from "../cluster-args";
import type { HeronTopologyArgs } from "../topology-args";
import type { FileLookup } from "./checks";
import { checkDedicated, checkEnvironment, checkLocalFile, checkServers, checkUrl } from "./checks";
import { fetchOf } from "../plan/cluster";
import { isMap } from "./layers";
import { localSchedulerFindings } from "./local-scheduler";
import { fetchCommandFindings } from "../plan/fetch-command";
import { unfetchable } from "../plan/fetchable";
import type { Finding, Path } from "../finding";
import { instanceFindings } from "../heron/packing/defaults";
import { DocumentError, firstFindings, problemIn } from "./problem";
import { s3Findings } from "./s3";
import type { StackFields } from "./schema/stack";
import { checkSecrets } from "./secrets";
import { unsoundValues } from "./unsound";
import type { Validated } from "./validate";
import { validate } from "./validate";

/** What is wrong with the arguments of a `HeronCluster`, however they came about. */
export function inspectCluster(args: unknown): Validated<HeronClusterArgs> {
  const validated = validate("cluster", args);
  return inspected(
    validated,
    [
      ...environmentFindings(args),
      ...addressFindings(args),
      ...heronAuroraFindings(validated.value),
      ...digestFindings(validated.value),
      ...localSchedulerFindings(validated.value),
      ...storeFindings(validated.value),
      ...fetchCommandsFindings(validated.value),
      ...instancesFindings(args, ["conf", "packing.yaml"]),
      ...unsoundValues(args),
    ],
    checkSecrets(args, textAt(args, "cluster")),
  );
}

/** What is wrong with the arguments of a `HeronTopology` that belongs to `role`. */
export function inspectTopology(args: unknown, role: string | undefined): Validated<HeronTopologyArgs> {
  return inspected(
    validate("topology", args),
    [...dedicatedFindings(args, role), ...instancesFindings(args, ["heronConfig"]), ...unsoundValues(args)],
    checkSecrets(args, undefined),
  );
}

/** What is wrong with a stack document, apart from the topologies it names. */
export function inspectStackDocument(value: unknown, files: FileLookup): Validated<StackFields> {
  const role = textAt(value, "role");
  const defaults = valueAt(value, "defaults");
  const validated = validate("stack", value);
  return inspected(
    validated,
    [
      ...environmentFindings(value),
      ...addressFindings(value),
      ...heronAuroraFindings(validated.value),
      ...digestFindings(validated.value),
      ...localSchedulerFindings(validated.value),
      ...storeFindings(validated.value),
      ...fetchCommandsFindings(validated.value),
      ...fetchFindings(validated.value),
      ...fileFindings(valueAt(value, "core"), ["path"], files).map((finding) => under("core", finding)),
      ...dedicatedFindings(defaults, role).map((finding) => under("defaults", finding)),
      ...instancesFindings(value, ["conf", "packing.yaml"]),
      ...instancesFindings(value, ["defaults", "heronConfig"]),
    ],
    checkSecrets(value, textAt(value, "cluster")),
  );
}

/** What is wrong with a topology document of the stack whose cluster and role these are. */
export function inspectTopologyDocument(
  value: unknown,
  stack: { readonly cluster: string | undefined; readonly role: string | undefined },
  files: FileLookup,
): Validated<HeronTopologyArgs> {
  return inspected(
    validate("topology", value),
    [
      ...fileFindings(value, ["package", "definition"], files),
      ...libraryFindings(valueAt(value, "libraries"), files),
      ...dedicatedFindings(value, stack.role),
      ...instancesFindings(value, ["heronConfig"]),
    ],
    checkSecrets(value, stack.cluster),
  );
}

/**
 * The arguments that a program gives to the resource `name`.
 * @throws UserError that lists what is wrong with them
 */
export function requireValid<T>(name: string, { value, findings }: Validated<T>): T {
  if (value !== undefined) return value;
  throw new DocumentError(findings.map((finding) => problemIn(name, finding)));
}

/** The value at a key, where there is a map that has it. */
export function valueAt(map: unknown, key: string): unknown {
  if (typeof map !== "object" || map === null || Array.isArray(map)) return undefined;
  return new Map<string, unknown>(Object.entries(map)).get(key);
}

/** The text at a key; of any other type it is for the schema to complain. */
export function textAt(map: unknown, key: string): string | undefined {
  const value = valueAt(map, key);
  return typeof value === "string" ? value : undefined;
}

function inspected<T>(
  validated: Validated<T>,
  semantic: readonly Finding[],
  secrets: readonly Finding[] = [],
): Validated<T> {
  const findings = firstFindings(secrets, validated.findings, semantic);
  return findings.length === 0 ? validated : { value: undefined, findings };
}

function environmentFindings(cluster: unknown): readonly Finding[] {
  const environment = textAt(cluster, "environment");
  const isLocal = valueAt(valueAt(cluster, "scheduler"), "local") !== undefined;
  return environment === undefined || isLocal
    ? []
    : checkEnvironment(environment, textAt(cluster, "environmentPattern"));
}

const urls: readonly Path[] = [
  ["scheduler", "url"],
  ["scheduler", "webUrl"],
  ["ui"],
  ["tracker"],
  ["core", "url"],
  ["artifacts", "s3", "endpoint"],
];

const servers: readonly Path[] = [
  ["scheduler", "zookeeper", "servers"],
  ["state", "zookeeper", "servers"],
];

function addressFindings(cluster: unknown): readonly Finding[] {
  const namenodes = ["artifacts", "hdfs", "namenodes"];
  const list = valueIn(cluster, namenodes);
  const ofNamenodes = (Array.isArray(list) ? list : []).map((_, index): Path => [...namenodes, index]);
  const checked = (paths: readonly Path[], check: typeof checkUrl) =>
    paths.flatMap((path) => {
      const text = valueIn(cluster, path);
      return typeof text === "string" ? check(path, text) : [];
    });
  return [...checked([...urls, ...ofNamenodes], checkUrl), ...checked(servers, checkServers)];
}

function valueIn(value: unknown, path: Path): unknown {
  return path.reduce<unknown>(
    (inner, step) => (Array.isArray(inner) ? inner[Number(step)] : valueAt(inner, String(step))),
    value,
  );
}

/** This submitter marks the job by the very bindings. */
function heronAuroraFindings(cluster: HeronClusterArgs | undefined): readonly Finding[] {
  if (cluster?.heronAurora === undefined || cluster.submitter !== "heron-cli") return [];
  const path = ["conf", "scheduler.yaml", "heron.scheduler.properties"];
  const message =
    "with 'submitter: heron-cli' and a heronAurora this is ours, since it marks the job; leave it out, and write your metadata into the heron.aurora";
  return cluster.conf?.["scheduler.yaml"]?.["heron.scheduler.properties"] === undefined ? [] : [{ path, message }];
}

/** The CLI is given no credentials: it may read the tree, and not write to it. */
function digestFindings(cluster: HeronClusterArgs | undefined): readonly Finding[] {
  if (cluster?.submitter !== "heron-cli" || cluster.state.zookeeper?.digest !== true) return [];
  const message =
    "heron has no credentials for the state tree, so its submit, update and kill, which write to it, fail; leave 'submitter: heron-cli' out, or 'digest'";
  return [{ path: ["state", "zookeeper", "digest"], message }];
}

function storeFindings(cluster: HeronClusterArgs | undefined): readonly Finding[] {
  const { s3 } = cluster?.artifacts ?? {};
  if (cluster === undefined || s3 === undefined) return [];
  const findings = [...s3Findings(s3)];
  const uploader = cluster.conf?.["uploader.yaml"]?.["heron.class.uploader"];
  if (s3.endpoint !== undefined && cluster.submitter === "heron-cli" && uploader === undefined) {
    const message =
      "heron's S3Uploader uploads to AWS alone; leave 'submitter: heron-cli' out, or name another uploader in " +
      "conf: {uploader.yaml: {heron.class.uploader: …}}";
    findings.push({ path: ["endpoint"], message });
  }
  return findings.map((finding) => under("artifacts", under("s3", finding)));
}

function fetchFindings(cluster: HeronClusterArgs | undefined): readonly Finding[] {
  const message = cluster && unfetchable(cluster.artifacts, fetchOf(cluster));
  return message === undefined ? [] : [{ path: ["fetch"], message }];
}

function fetchCommandsFindings(cluster: HeronClusterArgs | undefined): readonly Finding[] {
  if (typeof cluster?.fetch !== "object") return [];
  const { fetch, core } = cluster;
  // A core package that is left where it lies is fetched by curl.
  const ofCore = core.host === false ? [] : fetchCommandFindings("core", fetch.core);
  return [...ofCore, ...fetchCommandFindings("topology", fetch.topology)];
}

function dedicatedFindings(topology: unknown, role: string | undefined): readonly Finding[] {
  const dedicated = textAt(topology, "dedicated");
  return dedicated === undefined || role === undefined ? [] : checkDedicated(dedicated, role);
}

/** What an instance has by default, as the packing reads it. */
function instancesFindings(value: unknown, path: Path): readonly Finding[] {
  const conf = valueIn(value, path);
  return isMap(conf) ? instanceFindings(conf, path) : [];
}

function fileFindings(map: unknown, keys: readonly string[], files: FileLookup): readonly Finding[] {
  return keys.flatMap((key) => {
    const file = textAt(map, key);
    return file === undefined ? [] : checkLocalFile([key], file, files);
  });
}

function libraryFindings(libraries: unknown, files: FileLookup): readonly Finding[] {
  if (!Array.isArray(libraries)) return [];
  return libraries.flatMap((file: unknown, index) =>
    typeof file === "string" ? checkLocalFile(["libraries", index], file, files) : [],
  );
}

function under(key: string, { path, message }: Finding): Finding {
  return { path: [key, ...path], message };
}
