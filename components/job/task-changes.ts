import { canonicalJson } from "../canonical-json";
import type { TaskConfig, ThermosJob } from "../aurora/job-configuration";
import { askedLinks } from "../aurora/task-links";
import { metadataNames } from "../aurora/thermos/metadata";

/**
 * The parts of a task configuration that differ, in words for a preview: `command launch_heron_executor`, `health check`.
 * Our own marks are no part of it.
 */
export function taskChanges(before: TaskConfig, after: TaskConfig): string[] {
  const old = partsOf(before);
  const fresh = partsOf(after);
  const names = new Set([...old.keys(), ...fresh.keys()]);
  return [...names].filter((name) => old.get(name) !== fresh.get(name));
}

const words: Readonly<Partial<Record<keyof TaskConfig, string>>> = {
  resources: "container resources",
  constraints: "constraints",
  container: "container image",
  tier: "tier",
  priority: "priority",
  partitionPolicy: "partition policy",
  slaPolicy: "SLA policy",
  mesosFetcherUris: "fetcher URIs",
  taskLinks: "task links",
  contactEmail: "contact",
  owner: "owner",
};

/** The parts of a task configuration by their words, each as canonical JSON; our own marks are no part of it. */
export function partsOf(config: TaskConfig): ReadonlyMap<string, string> {
  const marks: readonly string[] = Object.values(metadataNames);
  const { health_check_config: healthCheck, task = {} } = config.executorConfig.data;
  const sets = {
    ...config,
    resources: byJson(config.resources),
    constraints: byJson(config.constraints),
    taskLinks: askedLinks(config.taskLinks),
    mesosFetcherUris: byJson(config.mesosFetcherUris ?? []),
  };
  const named = Object.entries(words).map(([key, word]): [string, unknown] => [word, sets[key as keyof TaskConfig]]);
  return new Map(
    [
      ...named,
      ["metadata", byJson(config.metadata.filter(({ key }) => !marks.includes(key)))] as const,
      ["health check", healthCheck] as const,
      ...commandsOf(task),
    ].map(([name, value]) => [name, canonicalJson(value)]),
  );
}

/** A set in an order of its own: the scheduler gives it back in any. */
function byJson<T>(set: readonly T[]): readonly T[] {
  return [...set].sort((a, b) => (canonicalJson(a) < canonicalJson(b) ? -1 : 1));
}

function commandsOf(task: ThermosJob[string]): (readonly [string, unknown])[] {
  const { processes } = task as { readonly processes?: readonly { readonly name: string; readonly cmdline: string }[] };
  return (processes ?? []).map(({ name, cmdline }) => [`command ${name}`, cmdline]);
}
