import type { TaskContext } from "./interpolate";
import { interpolate, scopeOf } from "./interpolate";

/** A process of a task; durations in seconds. */
export interface ThermosProcess {
  readonly name: string;
  readonly cmdline: string;
  /** How often it may fail; 0 without end. */
  readonly maxFailures: number;
  readonly daemon: boolean;
  readonly ephemeral: boolean;
  readonly minDuration: number;
  readonly final: boolean;
}

export interface ThermosTask {
  readonly processes: readonly ThermosProcess[];
  /** Lists of process names, each to run when the one before it has finished. */
  readonly orders: readonly (readonly string[])[];
  /** How many processes may fail for good; 0 all. */
  readonly maxFailures: number;
  /** How many run at once; 0 all. */
  readonly maxConcurrency: number;
  readonly finalizationWait: number;
}

/** Durations in seconds. */
export interface HealthCheckConfig {
  readonly endpoint: string;
  readonly expectedResponse: string;
  readonly expectedResponseCode: number;
  readonly shellCommand?: string;
  readonly initialInterval: number;
  readonly interval: number;
  readonly maxConsecutiveFailures: number;
  readonly minConsecutiveSuccesses: number;
  readonly timeout: number;
}

export interface HttpLifecycle {
  readonly port: string;
  readonly gracefulShutdownEndpoint: string;
  readonly gracefulShutdownWait: number;
  readonly shutdownEndpoint: string;
  readonly shutdownWait: number;
}

/** What Aurora's executor reads from `executorConfig.data`, with Thermos's defaults filled in. */
export interface ExecutorTask {
  readonly task: ThermosTask;
  readonly healthCheck: HealthCheckConfig;
  readonly lifecycle?: HttpLifecycle;
  /** Ports by name: those assigned, and those that `announce` maps to them. */
  readonly portmap: Readonly<Record<string, number>>;
}

/** Executor data that Thermos would not take. */
export class InvalidTask extends Error {
  override readonly name = "InvalidTask";
}

/** @throws InvalidTask | UnboundReferences */
export function parseExecutorTask(data: string, context: TaskContext): ExecutorTask {
  const sent = Fields.of(parseJson(data), "the task's executor data");
  const announce = sent.optional("announce");
  const primaryPort = announce?.text("primary_port", "http") ?? "http";
  const scope = new Map([...scopeOf(context), ["primary_port", primaryPort]]);
  const bind = (name: string) => Fields.of(interpolate(sent.raw(name) ?? {}, scope), name);
  const lifecycle = sent.optional("lifecycle")?.optional("http") && bind("lifecycle").optional("http");
  return {
    task: parseTask(bind("task")),
    healthCheck: parseHealthCheck(bind("health_check_config")),
    ...(lifecycle && { lifecycle: parseLifecycle(lifecycle) }),
    portmap: resolvePorts(bind("announce").optional("portmap")?.texts() ?? {}, context.ports),
  };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new InvalidTask(`Could not deserialize task: ${String(error)}`, { cause: error });
  }
}

function parseTask(task: Fields): ThermosTask {
  const processes = task.list("processes").map((process) => ({
    name: process.required("name"),
    cmdline: process.required("cmdline"),
    maxFailures: process.number("max_failures", 1),
    daemon: process.flag("daemon"),
    ephemeral: process.flag("ephemeral"),
    minDuration: process.number("min_duration", 5),
    final: process.flag("final"),
  }));
  if (processes.length === 0) throw new InvalidTask("The task has no processes.");
  const names = new Set(processes.map(({ name }) => name));
  if (names.size !== processes.length) throw new InvalidTask("Two processes of the task have one name.");
  return {
    processes,
    orders: task.list("constraints").map((constraint) => constraint.strings("order")),
    maxFailures: task.number("max_failures", 1),
    maxConcurrency: task.number("max_concurrency", 0),
    finalizationWait: task.number("finalization_wait", 30),
  };
}

function parseHealthCheck(config: Fields): HealthCheckConfig {
  const checker = config.optional("health_checker");
  const http = checker?.optional("http");
  const shell = checker?.optional("shell");
  return {
    endpoint: http?.text("endpoint", "/health") ?? "/health",
    expectedResponse: http?.text("expected_response", "ok") ?? "ok",
    expectedResponseCode: http?.number("expected_response_code", 0) ?? 0,
    ...(shell && { shellCommand: shell.required("shell_command") }),
    initialInterval: config.number("initial_interval_secs", 15),
    interval: config.number("interval_secs", 10),
    maxConsecutiveFailures: config.number("max_consecutive_failures", 0),
    minConsecutiveSuccesses: config.number("min_consecutive_successes", 1),
    timeout: config.number("timeout_secs", 1),
  };
}

function parseLifecycle(http: Fields): HttpLifecycle {
  return {
    port: http.text("port", "health"),
    gracefulShutdownEndpoint: http.text("graceful_shutdown_endpoint", "/quitquitquit"),
    gracefulShutdownWait: http.number("graceful_shutdown_wait_secs", 5),
    shutdownEndpoint: http.text("shutdown_endpoint", "/abortabortabort"),
    shutdownWait: http.number("shutdown_wait_secs", 5),
  };
}

/** Follows the aliases of `announce.portmap` to assigned or static ports. */
function resolvePorts(
  aliases: Readonly<Record<string, string>>,
  assigned: Readonly<Record<string, number>>,
): Record<string, number> {
  const resolve = (name: string, seen: readonly string[]): number | undefined => {
    const port = assigned[name] ?? (/^\d+$/.test(name) ? Number(name) : undefined);
    const alias = aliases[name];
    if (port !== undefined || alias === undefined || seen.includes(name)) return port;
    return resolve(alias, [...seen, name]);
  };
  const mapped = Object.keys(aliases).flatMap((name): [string, number][] => {
    const port = resolve(name, []);
    return port === undefined ? [] : [[name, port]];
  });
  return { ...Object.fromEntries(mapped), ...assigned };
}

/** A JSON object read field by field, with pystachio's leniency: numbers and booleans may come as strings. */
class Fields {
  private constructor(
    private readonly values: Readonly<Record<string, unknown>>,
    private readonly what: string,
  ) {}

  static of(value: unknown, what: string): Fields {
    if (typeof value !== "object" || value === null || Array.isArray(value)) {
      throw new InvalidTask(`Could not deserialize task: ${what} is not an object.`);
    }
    return new Fields(value as Readonly<Record<string, unknown>>, what);
  }

  raw(name: string): unknown {
    return this.values[name];
  }

  optional(name: string): Fields | undefined {
    const value = this.values[name];
    return value === undefined || value === null ? undefined : Fields.of(value, name);
  }

  required(name: string): string {
    const value = this.values[name];
    if (typeof value !== "string") throw new InvalidTask(`Could not deserialize task: ${this.what} lacks '${name}'.`);
    return value;
  }

  text(name: string, otherwise: string): string {
    const value = this.values[name];
    return typeof value === "string" ? value : otherwise;
  }

  texts(): Record<string, string> {
    return Object.fromEntries(Object.entries(this.values).map(([name, value]) => [name, String(value)]));
  }

  number(name: string, otherwise: number): number {
    const value = this.values[name];
    if (value === undefined || value === null) return otherwise;
    const number = Number(value);
    if (Number.isNaN(number)) throw new InvalidTask(`Could not deserialize task: '${name}' is not a number.`);
    return number;
  }

  flag(name: string): boolean {
    const value = this.values[name];
    return value === true || value === 1 || value === "true" || value === "1";
  }

  list(name: string): Fields[] {
    return this.array(name).map((each) => Fields.of(each, `${this.what}.${name}`));
  }

  strings(name: string): string[] {
    return this.array(name).map(String);
  }

  private array(name: string): readonly unknown[] {
    const value = this.values[name] ?? [];
    if (!Array.isArray(value)) throw new InvalidTask(`Could not deserialize task: '${name}' is not a list.`);
    return value;
  }
}
