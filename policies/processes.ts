import type { JobPayload } from "../components/job/payload";
import { at } from "./resource";

/** A process of the task that a job's containers run. */
export interface Process {
  readonly name: string;
  readonly commandLine: string;
}

/** The processes that the executor is given, in the job's own order. */
export function processesOf({ jobConfiguration }: JobPayload): readonly Process[] {
  const processes = at(jobConfiguration.taskConfig.executorConfig.data, "task", "processes");
  return (Array.isArray(processes) ? (processes as unknown[]) : []).map((process) => ({
    name: String(at(process, "name")),
    commandLine: String(at(process, "cmdline")),
  }));
}
