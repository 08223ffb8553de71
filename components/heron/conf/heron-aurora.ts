import { UserError } from "../../errors";

/** What Heron's submitter binds when it calls `aurora job create` with `heron.aurora`. */
const bindings = [
  "CLUSTER",
  "ROLE",
  "ENVIRON",
  "TOPOLOGY_NAME",
  "NUM_CONTAINERS",
  "CPUS_PER_CONTAINER",
  "RAM_PER_CONTAINER",
  "DISK_PER_CONTAINER",
  "TIER",
  "EXECUTOR_BINARY",
  "CORE_PACKAGE_URI",
  "TOPOLOGY_PACKAGE_URI",
  "TOPOLOGY_ARGUMENTS",
] as const;

/** Heron's own template does without. */
const optional: readonly string[] = ["TIER"];

/**
 * Checks a `heron.aurora` that the user has written.
 * @throws UserError for a binding that it lacks, without which no topology would run, and for one that nobody binds
 */
export function checkHeronAurora(text: string, file: string): void {
  const used = new Set([...text.matchAll(/\{\{([A-Z][A-Z0-9_]*)\}\}/g)].map(([, name]) => name ?? ""));
  const lacking = bindings.filter((name) => !used.has(name) && !optional.includes(name));
  if (lacking.length > 0) {
    throw new UserError(
      `${file}: uses no ${lacking.map((name) => `{{${name}}}`).join(", ")}, which a topology's job needs. ` +
        `Heron's submitter binds ${bindings.join(", ")}.`,
    );
  }
  const unbound = [...used].filter(
    (name) => !bindings.some((each) => each === name) && !/^AURORA_METADATA_\d+$/.test(name),
  );
  if (unbound.length > 0) {
    throw new UserError(
      `${file}: nobody binds ${unbound.map((name) => `{{${name}}}`).join(", ")}, so 'aurora job create' would refuse it. ` +
        `Heron's submitter binds ${bindings.join(", ")}, and AURORA_METADATA_<n> by heron.scheduler.properties.`,
    );
  }
}
