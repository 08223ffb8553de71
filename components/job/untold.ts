import type { TaskStatus } from "../aurora/task-status";
import { metadataNames } from "../aurora/thermos/metadata";
import { UserError } from "../errors";
import { ownMark, type Target } from "./target";

/**
 * What others have done to a job, and a change would undo without its preview having told. Nothing of it is recorded: a
 * preview goes by the inputs that the engine has kept, which only a refresh changes.
 */
export class UntoldError extends UserError {}

/**
 * A job that is recorded as running and is gone from the scheduler, as after a kill by hand: to submit it again may undo
 * what somebody meant, and the preview of a change has told of that only where it says so.
 * @throws UntoldError that names the refresh whose next preview does
 */
export function refuseGone({ inputs, isSubmissionTold }: Pick<Target, "inputs" | "isSubmissionTold">): void {
  if (isSubmissionTold !== false) return;
  throw new UntoldError(
    `${inputs.jobKey} is gone from the scheduler: somebody has killed it since it was recorded, or a run of this stack that was cut ` +
      `off. It was not submitted again, since the preview did not say so. To have it run again, run 'pulumi refresh': the next preview ` +
      `says that it will be submitted. To leave it gone, take the topology out of the documents.`,
  );
}

/**
 * Containers that others have given a task of their own since it was recorded: no preview has told that they would restart.
 * @throws UntoldError that names the refresh whose preview does
 */
export function refuseUntold(
  { inputs, isSameTask }: Target,
  tasks: readonly TaskStatus[],
  outdated: readonly number[],
): void {
  const theirs = outdated.filter((instance) =>
    tasks.some((task) => task.instanceId === instance && ownMark(task, metadataNames.task) === undefined),
  );
  if (isSameTask !== true || theirs.length === 0) return;
  throw new UntoldError(
    `Somebody else has given container ${theirs.join(", ")} of ${inputs.jobKey} another task since it was recorded. Nothing was ` +
      `touched, since what the documents say would restart what the preview did not name. Run 'pulumi up --refresh': its preview does.`,
  );
}

/**
 * Containers that nobody has recorded: others have added them, or a run that was cut off. No preview has told that they would go.
 * @throws UntoldError that names the refresh whose preview does
 */
export function refuseUntoldRemoval({ inputs, recorded }: Target, extra: readonly number[]): void {
  const unknown = recorded === undefined ? [] : extra.filter((instance) => instance >= recorded);
  if (unknown.length === 0) return;
  throw new UntoldError(
    `${inputs.jobKey} runs container ${unknown.join(", ")}, which nobody has recorded: somebody else has added it, or a run that was ` +
      `cut off. No container was touched, since what the documents say would kill what the preview did not name. Run 'pulumi up ` +
      `--refresh': its preview does. To leave the size to others, say 'scaling: outside'.`,
  );
}
