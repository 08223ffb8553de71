import type { JobPayload } from "../components/job/payload";

/** A resource as the engine registered it. */
export interface RegisteredResource {
  /** Type token, e.g. `aws:s3/bucket:Bucket`. */
  readonly type: string;
  readonly name: string;
  readonly props: Readonly<Record<string, unknown>>;
  /** How the engine is to treat it. */
  readonly opts?: { readonly protect?: boolean };
  /** Of a topology's job: what its properties tell by a hash alone. Absent where this checkout's cache does not have it. */
  readonly payload?: JobPayload;
}

/** A rule that a stack must keep to. */
export interface Rule {
  readonly name: string;
  /** What it demands, and the controls that it stands for. */
  readonly description: string;
  readonly level: "mandatory" | "advisory";
  /** What breaks the rule, in words that say what to do; empty when nothing does. */
  check(resources: readonly RegisteredResource[]): readonly string[];
}

/** The value at `path` in a resource's properties; undefined where there is none. */
export function at(value: unknown, ...path: readonly (string | number)[]): unknown {
  return path.reduce<unknown>(
    (inside, key) =>
      typeof inside === "object" && inside !== null ? (inside as Record<string | number, unknown>)[key] : undefined,
    value,
  );
}
