import { parseArgs } from "node:util";

/** Options that Heron's executor demands. */
const required = [
  "shard",
  "topology-name",
  "topology-id",
  "topology-defn-file",
  "topology-binary-file",
  "pkg-type",
  "state-manager-connection",
  "state-manager-root",
  "state-manager-config-file",
  "server-port",
  "tmanager-controller-port",
  "tmanager-stats-port",
  "shell-port",
  "metrics-manager-port",
  "scheduler-port",
  "metricscache-manager-server-port",
  "metricscache-manager-stats-port",
  "checkpoint-manager-port",
  "cluster",
  "role",
  "environment",
  "tmanager-binary",
  "stmgr-binary",
  "heron-shell-binary",
  "python-instance-binary",
  "cpp-instance-binary",
  "heron-java-home",
  "classpath",
  "instance-classpath",
  "scheduler-classpath",
  "metrics-manager-classpath",
  "metricscache-manager-classpath",
  "checkpoint-manager-classpath",
  "health-manager-classpath",
  "health-manager-mode",
  "instance-jvm-opts",
  "component-jvm-opts",
  "component-ram-map",
  "is-stateful",
  "checkpoint-manager-ram",
  "heron-internals-config-file",
  "override-config-file",
  "metrics-sinks-config-file",
  "stateful-config-file",
] as const;
const optional = ["metricscache-manager-mode", "jvm-remote-debugger-ports"] as const;

/** Members of the topology package that an executor reads. */
const files = [
  "topology-defn-file",
  "topology-binary-file",
  "state-manager-config-file",
  "heron-internals-config-file",
  "override-config-file",
  "metrics-sinks-config-file",
  "stateful-config-file",
] as const;

/** What the stand-in makes use of. */
export interface ExecutorArguments {
  /** Number of this container; 0 runs the TManager. */
  readonly container: number;
  readonly topologyName: string;
  readonly topologyId: string;
  readonly stateManagerConnection: string;
  readonly stateManagerRoot: string;
  readonly serverPort: number;
  readonly controllerPort: number;
  readonly statsPort: number;
  readonly shellPort: number;
  /** Components that have JVM options of their own. */
  readonly componentsWithJvmOptions: readonly string[];
  /** Files that must lie in the container. */
  readonly files: readonly string[];
}

/** The arguments are not those of Heron's executor. */
export class UsageError extends Error {
  override readonly name = "UsageError";
}

/**
 * Reads the command line of `heron-executor`, as strictly as Heron's own: every option that it demands, none that it does
 * not know, numbers and encodings that it can read.
 * @throws UsageError
 */
export function parseArguments(args: readonly string[]): ExecutorArguments {
  const values = optionsOf(args);
  const missing = required.filter((name) => values[name] === undefined);
  if (missing.length > 0) throw new UsageError(`missing: ${missing.map((name) => `--${name}`).join(", ")}`);
  const text = (name: (typeof required)[number]): string => values[name] ?? "";
  const port = (name: (typeof required)[number]): number => number(name, text(name), 65_535);

  number("checkpoint-manager-ram", text("checkpoint-manager-ram"), Number.MAX_SAFE_INTEGER);
  checkRamMap(text("component-ram-map"));
  decode("instance-jvm-opts", text("instance-jvm-opts"));
  return {
    container: number("shard", text("shard"), 2 ** 31 - 1),
    topologyName: text("topology-name"),
    topologyId: text("topology-id"),
    stateManagerConnection: text("state-manager-connection"),
    stateManagerRoot: text("state-manager-root"),
    serverPort: port("server-port"),
    controllerPort: port("tmanager-controller-port"),
    statsPort: port("tmanager-stats-port"),
    shellPort: port("shell-port"),
    componentsWithJvmOptions: componentsOf(decode("component-jvm-opts", text("component-jvm-opts"))),
    files: files.map(text),
  };
}

function optionsOf(args: readonly string[]): Readonly<Record<string, string | undefined>> {
  const options = Object.fromEntries([...required, ...optional].map((name) => [name, { type: "string" as const }]));
  try {
    // A flag without a value is none of Heron's options but this one.
    return parseArgs({ args: args.filter((arg) => arg !== "--verbose-gc"), options, strict: true }).values;
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
}

function number(name: string, text: string, most: number): number {
  const value = Number(text);
  if (/^\d+$/.test(text) && value <= most) return value;
  throw new UsageError(`--${name}: ${JSON.stringify(text)} is no number up to ${most}`);
}

function checkRamMap(text: string): void {
  for (const entry of text.split(",")) {
    if (!/^[^:]+:\d+$/.test(entry))
      throw new UsageError(`--component-ram-map: ${JSON.stringify(entry)} is not component:bytes`);
  }
}

/** Heron's submitter puts base64 between double quotes, with `=` as `(61)`. */
function decode(name: string, text: string): string {
  const base64 = text.replace(/^"|"$/g, "").replaceAll("(61)", "=").replaceAll("&equals;", "=");
  if (/^[A-Za-z0-9+/]*={0,2}$/.test(base64)) return Buffer.from(base64, "base64").toString("utf8");
  throw new UsageError(`--${name} is not in base64`);
}

/** A JSON map, keys and values in base64 again. */
function componentsOf(json: string): string[] {
  if (json === "") return [];
  const map = JSON.parse(json) as Readonly<Record<string, string>>;
  return Object.keys(map).map((component) => Buffer.from(component, "base64").toString("utf8"));
}
