import type { AuroraClient } from "../aurora/client";
import type { JobKey } from "../aurora/job-key";
import type { TaskStatus } from "../aurora/task-status";
import { metadataNames } from "../aurora/thermos/metadata";
import type { StateTreeArgs } from "../cluster-args";
import type { StateTree } from "../heron/state";
import type { Adoptable } from "./adopt";
import type { AuroraJobInputs } from "./inputs";
import type { JobPayload } from "./payload";
import type { Progress } from "./progress";

/** What should run. */
export interface Target {
  readonly job: JobKey;
  readonly inputs: AuroraJobInputs;
  readonly payload: JobPayload;
  /** Topology and packing plan in the state tree before this change, put back when the scheduler rolls back. */
  readonly before?: JobPayload;
  /** Owners whose marks count as ours, beside the stack's own: it had another name when the tasks were made. */
  readonly formerOwners?: readonly string[];
  /** True when the job is taken over, from another stack maybe, whose mark must not stay on it. */
  readonly taking?: boolean;
  /** True when the documents ask for the task that is recorded: no preview has told of a restart. */
  readonly isSameTask?: boolean;
  /** False when the preview has not told that the job is submitted where it is not there; absent on create. */
  readonly isSubmissionTold?: boolean;
  /** How many instances were recorded: what a preview has told of goes by it. Absent where others say how many there are. */
  readonly recorded?: number;
  /** Other state trees that may hold the topology's nodes. */
  readonly leftTrees?: readonly StateTreeArgs[];
  /** The listed containers that this run has restarted: filled as it goes. */
  readonly restarted?: number[];
  /** What a task without our marks must do to be taken for one of ours (see `adopt.ts`). */
  readonly adoptable?: Adoptable;
}

/** Where it runs, and who watches. */
export interface World {
  readonly aurora: AuroraClient;
  readonly tree: StateTree;
  readonly progress: Progress;
  /** Says what is to be read when all is over. */
  readonly warn: (message: string) => Promise<void>;
  /** Is told when the state tree is about to be written, or what an earlier run has changed is found, which nobody has recorded. */
  readonly touched?: () => void;
}

/** Active tasks by what has to happen to them. */
export interface Standing {
  /** Instances that run another task configuration. */
  readonly outdated: readonly number[];
  readonly missing: readonly number[];
  /** Instances that are not wanted. */
  readonly extra: readonly number[];
  /** True when what is missing lies above what is there, so that `addInstances` gives the right ids. */
  readonly missingAtEnd: boolean;
}

/**
 * The instances that should run, ascending: those of the packing plan; of a job that is scaled outside, those that are there.
 * @param interrupted what a broken-off update of ours was replacing, which is there too
 */
export function wantedInstances(
  { instances, scaling }: AuroraJobInputs,
  tasks: readonly TaskStatus[],
  interrupted: readonly number[] = [],
): number[] {
  if (scaling === "outside" && tasks.length > 0)
    return [...new Set([...presentInstances(tasks), ...interrupted])].sort((a, b) => a - b);
  return Array.from({ length: instances }, (_, instance) => instance);
}

/** Pure: how the active `tasks` stand against the `wanted` instances of the target. */
export function standing(
  { inputs: { taskHash, owner }, taking }: Pick<Target, "inputs" | "taking">,
  tasks: readonly TaskStatus[],
  wanted: readonly number[],
): Standing {
  const isOurs = (task: TaskStatus): boolean =>
    ownMark(task, metadataNames.task) === taskHash &&
    (taking !== true || (ownMark(task, metadataNames.owner) ?? owner) === owner);
  const present = presentInstances(tasks);
  const missing = wanted.filter((instance) => !present.includes(instance));
  const highest = Math.max(-1, ...present);
  return {
    outdated: tasks.filter((task) => wanted.includes(task.instanceId) && !isOurs(task)).map((task) => task.instanceId),
    missing,
    extra: present.filter((instance) => !wanted.includes(instance)),
    missingAtEnd: missing.every((instance) => instance > highest),
  };
}

/** The instances that have a task, ascending. */
export function presentInstances(tasks: readonly Pick<TaskStatus, "instanceId">[]): number[] {
  return [...new Set(tasks.map((task) => task.instanceId))].sort((a, b) => a - b);
}

/** The value of one of our metadata entries on a task; undefined for a task that this project did not make. */
export function ownMark(task: Pick<TaskStatus, "metadata">, name: string): string | undefined {
  return task.metadata.find((entry) => entry.key === name)?.value;
}
