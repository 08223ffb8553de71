import { quote } from "../../shell";
import { gibibyte } from "../packing/units";

/** What the executor's arguments are made from. */
export interface ExecutorSettings {
  readonly cluster: string;
  readonly role: string;
  readonly environment: string;
  readonly topologyName: string;
  readonly topologyId: string;
  /** Base name of the user's file in the topology package. */
  readonly topologyFile: string;
  readonly topologyConfig: ReadonlyMap<string, string>;
  /** `LOCALMODE`, or ZooKeeper's host list. */
  readonly stateManagerConnection: string;
  readonly stateManagerRoot: string;
  readonly javaHome: string;
  readonly verboseGc: boolean;
  /** Heron's modes of the metrics cache and the health manager: `disabled`, its default, or `cluster`, in container 0. */
  readonly metricsCacheMode?: string;
  readonly healthManagerMode?: string;
  /** Bytes by component, in Heron's order. */
  readonly ramMap: ReadonlyMap<string, number>;
}

/** One argument: `--flag=value`, or the flag alone. `encoded` values stand between double quotes in Heron's own text. */
export interface ExecutorArgument {
  readonly flag: string;
  readonly value?: string;
  readonly encoded?: true;
}

/** The executor's port flags and the Thermos port that each gets, in the order of Heron's own `heron.aurora`. */
export const executorPorts = [
  { flag: "server-port", port: "port1" },
  { flag: "tmanager-controller-port", port: "port2" },
  { flag: "tmanager-stats-port", port: "port3" },
  { flag: "shell-port", port: "http" },
  { flag: "metrics-manager-port", port: "port4" },
  { flag: "scheduler-port", port: "scheduler" },
  { flag: "metricscache-manager-server-port", port: "metricscachemgr_serverport" },
  { flag: "metricscache-manager-stats-port", port: "metricscachemgr_statsport" },
  { flag: "checkpoint-manager-port", port: "ckptmgr_port" },
] as const;

/** The arguments that describe the topology to `heron-executor`, in the order of Heron's SchedulerUtils. */
export function executorArguments(settings: ExecutorSettings): readonly ExecutorArgument[] {
  const config = (key: string): string => settings.topologyConfig.get(key) ?? "";
  const core = (path: string): string => `./heron-core/${path}`;
  const conf = (file: string): string => `./heron-conf/${file}`;
  const lib = (...names: string[]): string => names.map((name) => core(`lib/${name}/*`)).join(":");
  const ramMap = [...settings.ramMap].map(([component, ram]) => `${component}:${ram}`).join(",");
  return [
    { flag: "topology-name", value: settings.topologyName },
    { flag: "topology-id", value: settings.topologyId },
    { flag: "topology-defn-file", value: `${settings.topologyName}.defn` },
    { flag: "state-manager-connection", value: settings.stateManagerConnection },
    { flag: "state-manager-root", value: settings.stateManagerRoot },
    { flag: "state-manager-config-file", value: conf("statemgr.yaml") },
    { flag: "tmanager-binary", value: core("bin/heron-tmanager") },
    { flag: "stmgr-binary", value: core("bin/heron-stmgr") },
    { flag: "metrics-manager-classpath", value: lib("metricsmgr") },
    { flag: "instance-jvm-opts", value: encodeJavaOptions(config("topology.worker.childopts")), encoded: true },
    { flag: "classpath", value: classPath(settings.topologyFile, config("topology.additional.classpath")) },
    { flag: "heron-internals-config-file", value: conf("heron_internals.yaml") },
    { flag: "override-config-file", value: conf("override.yaml") },
    { flag: "component-ram-map", value: ramMap },
    { flag: "component-jvm-opts", value: encodeJavaOptions(config("topology.component.jvmopts")), encoded: true },
    { flag: "pkg-type", value: packageType(settings.topologyFile) },
    { flag: "topology-binary-file", value: settings.topologyFile },
    { flag: "heron-java-home", value: settings.javaHome.replace(/(.)\/+$/, "$1") },
    ...(settings.verboseGc ? [{ flag: "verbose-gc" }] : []),
    { flag: "heron-shell-binary", value: core("bin/heron-shell") },
    { flag: "cluster", value: settings.cluster },
    { flag: "role", value: settings.role },
    { flag: "environment", value: settings.environment },
    { flag: "instance-classpath", value: lib("instance") },
    { flag: "metrics-sinks-config-file", value: conf("metrics_sinks.yaml") },
    { flag: "scheduler-classpath", value: lib("scheduler", "packing", "statemgr") },
    { flag: "python-instance-binary", value: core("bin/heron-python-instance") },
    { flag: "cpp-instance-binary", value: core("bin/heron-cpp-instance") },
    { flag: "metricscache-manager-classpath", value: lib("metricscachemgr") },
    { flag: "metricscache-manager-mode", value: settings.metricsCacheMode ?? "disabled" },
    { flag: "is-stateful", value: String(config("topology.reliability.mode") === "EFFECTIVELY_ONCE") },
    // Heron joins a third, custom class path that nobody sets: the colon stays.
    { flag: "checkpoint-manager-classpath", value: `${lib("ckptmgr", "statefulstorage")}:` },
    { flag: "stateful-config-file", value: conf("stateful.yaml") },
    { flag: "checkpoint-manager-ram", value: config("topology.stateful.checkpointmanager.ram") || String(gibibyte) },
    { flag: "health-manager-mode", value: settings.healthManagerMode ?? "disabled" },
    { flag: "health-manager-classpath", value: lib("healthmgr") },
  ];
}

/** As Heron's submitter passes them in TOPOLOGY_ARGUMENTS: nothing quoted but the encoded values. */
export function stockText(args: readonly ExecutorArgument[]): string {
  return args.map(({ flag, value, encoded }) => worded(flag, encoded ? `"${value}"` : value)).join(" ");
}

/** For a shell, each argument quoted. */
export function quotedText(args: readonly ExecutorArgument[]): string {
  return args.map(({ flag, value }) => quote(worded(flag, value))).join(" ");
}

function worded(flag: string, value: string | undefined): string {
  return value === undefined ? `--${flag}` : `--${flag}=${value}`;
}

/** Heron's encoding of JVM options: base64, with `(61)` for `=`, which the executor's option parser would split at. */
function encodeJavaOptions(text: string): string {
  return Buffer.from(text, "utf8").toString("base64").replaceAll("=", "(61)");
}

/** Heron takes every such ending out of the name, wherever it stands. */
function classPath(file: string, additional: string): string {
  const own = file.endsWith(".jar") ? file : `libs/*:${file.replaceAll(".tar.gz", "").replaceAll(".tar", "")}.jar`;
  return additional === "" ? own : `${own}:${additional}`;
}

/** Heron's package type, told by the file's extension. */
function packageType(file: string): string {
  return file.endsWith(".tar.gz") ? "tar" : file.slice(file.lastIndexOf(".") + 1);
}
