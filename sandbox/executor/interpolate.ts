/** Values by the names under which Thermos offers them: `mesos.instance`, `thermos.ports[http]`, … */
export type Scope = ReadonlyMap<string, string>;

/** References that nothing answers. */
export class UnboundReferences extends Error {
  override readonly name = "UnboundReferences";

  constructor(readonly references: readonly string[]) {
    super(`Failed to interpolate task, missing: ${references.join(", ")}`);
  }
}

/**
 * Replaces `{{name}}` in all strings of a JSON value, as pystachio does; `{{&name}}` is how a literal `{{name}}` is
 * written. @throws UnboundReferences
 */
export function interpolate(value: unknown, scope: Scope): unknown {
  const missing = new Set<string>();
  const result = replaceIn(value, scope, missing);
  if (missing.size > 0) throw new UnboundReferences([...missing]);
  return result;
}

function replaceIn(value: unknown, scope: Scope, missing: Set<string>): unknown {
  if (typeof value === "string") return replaceText(value, scope, missing);
  if (Array.isArray(value)) return value.map((each) => replaceIn(each, scope, missing));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, replaceIn(each, scope, missing)]));
}

function replaceText(text: string, scope: Scope, missing: Set<string>): string {
  return text.replace(/\{\{(&?)([\w.[\]-]+)\}\}/g, (whole, escaped: string, name: string) => {
    if (escaped) return `{{${name}}}`;
    const bound = scope.get(name);
    if (bound === undefined) missing.add(whole);
    return bound ?? whole;
  });
}

/** What Thermos knows about a task that is about to run. */
export interface TaskContext {
  readonly taskId: string;
  readonly instanceId: number;
  readonly hostname: string;
  readonly user: string;
  readonly ports: Readonly<Record<string, number>>;
}

export function scopeOf({ taskId, instanceId, hostname, user, ports }: TaskContext): Scope {
  return new Map([
    ["mesos.instance", String(instanceId)],
    ["mesos.hostname", hostname],
    ["thermos.task_id", taskId],
    ["thermos.user", user],
    ...Object.entries(ports).map(([name, port]): [string, string] => [`thermos.ports[${name}]`, String(port)]),
  ]);
}
