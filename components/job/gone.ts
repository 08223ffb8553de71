import { UserError } from "../errors";
import type { Target } from "./target";

/**
 * A job that is recorded as running and is gone from the scheduler, as after a kill by hand: to submit it again may undo
 * what somebody meant, and the preview of a change has told of that only where it says so.
 * @throws UserError that names the refresh whose next preview does
 */
export function refuseGone({ inputs, isSubmissionTold }: Pick<Target, "inputs" | "isSubmissionTold">): void {
  if (isSubmissionTold !== false) return;
  throw new UserError(
    `${inputs.jobKey} is gone from the scheduler: it was killed since it was recorded, and not by this stack. It was not submitted ` +
      `again, since the preview did not say so. To have it run again, run 'pulumi refresh': the next preview says that it will be ` +
      `submitted. To leave it gone, take the topology out of the documents.`,
  );
}
