/** The arguments that Heron's own executor demands, in the order of its submitter; those of ports come from Thermos. */
const required = [
  "shard", "server-port", "tmanager-controller-port", "tmanager-stats-port", "shell-port", "metrics-manager-port",
  "scheduler-port", "metricscache-manager-server-port", "metricscache-manager-stats-port", "checkpoint-manager-port",
  "topology-name", "topology-id", "topology-defn-file", "state-manager-connection", "state-manager-root",
  "state-manager-config-file", "tmanager-binary", "stmgr-binary", "metrics-manager-classpath", "instance-jvm-opts",
  "classpath", "heron-internals-config-file", "override-config-file", "component-ram-map", "component-jvm-opts",
  "pkg-type", "topology-binary-file", "heron-java-home", "heron-shell-binary", "cluster", "role", "environment",
  "instance-classpath", "metrics-sinks-config-file", "scheduler-classpath", "python-instance-binary",
  "cpp-instance-binary", "metricscache-manager-classpath", "metricscache-manager-mode", "is-stateful",
  "checkpoint-manager-classpath", "stateful-config-file", "checkpoint-manager-ram", "health-manager-mode",
  "health-manager-classpath",
] as const; // prettier-ignore

export type Flag = (typeof required)[number];

/**
 * Reads `--flag=value` arguments as strictly as the real executor: all of them, and no others.
 * @throws Error that names what is missing or unknown
 */
export function parseArguments(args: readonly string[]): ReadonlyMap<Flag, string> {
  const values = new Map<Flag, string>();
  for (const arg of args) {
    if (arg === "--verbose-gc") continue;
    const [, name, value] = /^--([a-z-]+)=([^]*)$/.exec(arg) ?? [];
    const flag = required.find((each) => each === name);
    if (flag === undefined || value === undefined) throw new Error(`unrecognized argument: ${arg}`);
    values.set(flag, value);
  }
  const missing = required.filter((flag) => !values.has(flag));
  if (missing.length > 0) throw new Error(`the following arguments are required: ${missing.join(", ")}`);
  return values;
}

/** A port. @throws Error when the value is none */
export function port(values: ReadonlyMap<Flag, string>, flag: Flag): number {
  const number = Number(values.get(flag));
  if (!Number.isInteger(number) || number < 1 || number > 65535) throw new Error(`--${flag} is not a port`);
  return number;
}
