import { canonicalJson } from "../canonical-json";
import type { TaskConfig, ThermosJob } from "../aurora/job-configuration";
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
  contactEmail: "contact",
  owner: "owner",
};

function partsOf(config: TaskConfig): Map<string, string> {
  const marks: readonly string[] = Object.values(metadataNames);
  const { health_check_config: healthCheck, task } = config.executorConfig.data;
  const named = Object.entries(words).map(([key, word]): [string, unknown] => [word, config[key as keyof TaskConfig]]);
  return new Map(
    [
      ...named,
      ["metadata", config.metadata.filter(({ key }) => !marks.includes(key))] as const,
      ["health check", healthCheck] as const,
      ...commandsOf(task),
    ].map(([name, value]) => [name, canonicalJson(value)]),
  );
}

function commandsOf(task: ThermosJob[string]): (readonly [string, unknown])[] {
  const { processes } = task as { readonly processes: readonly { readonly name: string; readonly cmdline: string }[] };
  return processes.map(({ name, cmdline }) => [`command ${name}`, cmdline]);
}
