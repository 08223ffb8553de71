import { ArgumentError } from "../../errors";

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

/** Heron's own template does without the one, the written conf dir's without the other: it names our core package itself. */
const optional: readonly string[] = ["TIER", "CORE_PACKAGE_URI"];

/** The name that Heron's submitter binds to the metadata no. `index` (from 0) of `heron.scheduler.properties`. */
function metadataBinding(index: number): string {
  return `AURORA_METADATA_${index + 1}`;
}

/**
 * Checks that a `heron.aurora` that the user has written puts metadata on the job: `keys` in the order in which their values
 * are bound.
 * @throws ArgumentError that says what to add
 */
export function checkMetadata(text: string, file: string, keys: readonly string[]): void {
  const entries = keys.map((key, index) => ({ key, value: `{{${metadataBinding(index)}}}` }));
  const said = new Map([...withoutComments(text).matchAll(metadataEntry)].map(([, key, value]) => [key, value]));
  if (entries.every(({ key, value }) => said.get(key) === value)) return;
  const lines = entries.map(({ key, value }) => `    Metadata(key = '${key}', value = '${value}'),`);
  throw wrong(
    `${file} does not mark the job, by which 'submitter: heron-cli' knows its own. Give its Job\n` +
      ["  metadata = [", ...lines, "  ],"].join("\n"),
  );
}

const metadataEntry = /\bMetadata\(\s*key\s*=\s*['"](.*?)['"]\s*,\s*value\s*=\s*['"](.*?)['"]\s*,?\s*\)/g;

/**
 * Checks a `heron.aurora` that the user has written.
 * @throws ArgumentError for a binding that it lacks, without which no topology would run, and for one that nobody binds
 */
export function checkHeronAurora(text: string, file: string): void {
  const used = new Set([...withoutComments(text).matchAll(/\{\{([A-Z][A-Z0-9_]*)\}\}/g)].map(([, name]) => name ?? ""));
  const lacking = bindings.filter((name) => !used.has(name) && !optional.includes(name));
  if (lacking.length > 0) {
    throw wrong(
      `${file} uses no ${lacking.map((name) => `{{${name}}}`).join(", ")}, which a topology's job needs. ` +
        `Heron's submitter binds ${bindings.join(", ")}.`,
    );
  }
  const unbound = [...used].filter(
    (name) => !bindings.some((each) => each === name) && !/^AURORA_METADATA_\d+$/.test(name),
  );
  if (unbound.length > 0) {
    throw wrong(
      `nobody binds ${unbound.map((name) => `{{${name}}}`).join(", ")} of ${file}, so 'aurora job create' would refuse it. ` +
        `Heron's submitter binds ${bindings.join(", ")}, and AURORA_METADATA_<n> by heron.scheduler.properties.`,
    );
  }
}

function wrong(message: string): ArgumentError {
  return new ArgumentError([{ path: ["heronAurora"], message }]);
}

function withoutComments(text: string): string {
  return text.replace(/^\s*#.*$/gm, "");
}
