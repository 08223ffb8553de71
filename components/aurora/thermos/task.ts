import { load } from "js-yaml";
import { render, template } from "../../render";

/** A container's processes, as templates: command lines by name, in their order. */
export interface TaskTemplate {
  readonly name: string;
  readonly processes: readonly { readonly name: string; readonly cmdline: string }[];
}

/** Our own: better than Heron's stock one where that is weak. */
export function defaultTaskTemplate(): TaskTemplate {
  const { name, processes } = load(template("thermos", "task.yaml")) as { name: string; processes: string[] };
  return {
    name,
    processes: processes.map((process) => ({ name: process, cmdline: template("thermos", `${process}.sh`).trimEnd() })),
  };
}

/** What one container gets: cores, bytes, and GPUs (default 0). */
export interface TaskResources {
  readonly cpu: number;
  readonly ram: number;
  readonly disk: number;
  readonly gpus?: number;
}

/** The Thermos task in the shape of Aurora's pystachio schema: the processes run one after the other. */
export function thermosTask(task: TaskTemplate, view: object, { cpu, ram, disk, gpus = 0 }: TaskResources): object {
  return {
    name: task.name,
    processes: task.processes.map(({ name, cmdline }) => ({
      name,
      cmdline: render(cmdline, view),
      daemon: false,
      ephemeral: false,
      final: false,
      max_failures: 1,
      min_duration: 5,
    })),
    constraints: [{ order: task.processes.map(({ name }) => name) }],
    resources: { cpu, ram, disk, gpu: gpus },
    finalization_wait: 30,
    max_concurrency: 0,
    max_failures: 1,
  };
}

/**
 * The ports that the processes use, as Aurora's own loader finds them: every `{{thermos.ports[name]}}`, and what is
 * announced, with the aliases of the port map resolved.
 */
export function namedPorts(task: object, portmap: Readonly<Record<string, string>>): string[] {
  const used = [...JSON.stringify(task).matchAll(/\{\{thermos\.ports\[(\w+)\]\}\}/g)].map(([, name]) => name ?? "");
  return [...new Set(used.map((name) => portmap[name] ?? name))].sort();
}
