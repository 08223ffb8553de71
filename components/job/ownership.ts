import type { AuroraClient } from "../aurora/client";
import { AuroraError } from "../aurora/errors";
import { parseJobKey } from "../aurora/job-key";
import type { TaskStatus } from "../aurora/task-status";
import { metadataNames } from "../aurora/thermos/metadata";
import { UserError } from "../errors";
import { canonicalJson } from "../canonical-json";
import type { OldInputs } from "./changes";
import type { AuroraJobInputs } from "./inputs";
import { ownMark, type Target, type World } from "./target";
import { schedulerOf } from "./worlds";

/** A task, or the configuration that an update leads to, with the marks on it. */
type Marked = Pick<TaskStatus, "metadata">;

/**
 * A job of this key that this stack did not make is never overwritten on create, unless the document says `adopt: true`.
 * The mark in the task's metadata tells: it is how a submit that was interrupted recognises its own work.
 * @throws UserError that names the owner and `adopt: true`
 */
export function refuseForeignJob(tasks: readonly Marked[], inputs: AuroraJobInputs): void {
  if (inputs.adopt) return;
  const foreign = tasks.find((task) => ownMark(task, metadataNames.owner) !== inputs.owner);
  if (foreign === undefined) return;
  const owner = ownMark(foreign, metadataNames.owner);
  throw new UserError(
    `${inputs.jobKey} is running already and ` +
      (owner === undefined ? "was not submitted by this tool" : `belongs to the stack '${owner}'`) +
      `. Nothing was touched. Choose another name, or set 'adopt: true' on the topology to take the job over.`,
  );
}

/** A job with our mark of which nothing is recorded: where the run ends now, it would be nobody's once the documents do without it. */
export function noteUnrecorded(tasks: readonly Marked[], { inputs }: Pick<Target, "inputs">, { touched }: World): void {
  if (tasks.some((task) => ownMark(task, metadataNames.owner) === inputs.owner)) touched?.();
}

/**
 * A job that another stack has taken over since is not ours to change or kill. One without a mark is: it was adopted,
 * or resubmitted by the stock CLI under our key.
 * @param former owners whose marks count as ours: names that the stack had before
 */
export function refuseTakenJob(
  tasks: readonly Marked[],
  { jobKey, owner }: Pick<AuroraJobInputs, "jobKey" | "owner">,
  former: readonly string[] = [],
): void {
  const taken = tasks
    .map((task) => ownMark(task, metadataNames.owner))
    .find((mark) => mark !== undefined && mark !== owner && !former.includes(mark));
  if (taken === undefined) return;
  throw new UserError(
    `${jobKey} belongs to the stack '${taken}' by now, so this stack leaves it alone. ` +
      `If that is right, take the topology out of this stack's state with 'pulumi state delete <URN>'.`,
  );
}

/**
 * Another address of the same scheduler is fine; another scheduler would get a second job, and the first be nobody's. Where
 * nothing listens at the old address any more, nothing is left there.
 */
export async function refuseLeftBehind(was: OldInputs, { job, inputs }: Target, { aurora }: World): Promise<void> {
  const isSame = canonicalJson(was.scheduler) === canonicalJson(inputs.scheduler);
  if (was.scheduler === undefined || isSame || was.jobKey !== inputs.jobKey) return;
  if (was.scheduler.local !== undefined || inputs.scheduler.local !== undefined) return;
  if ((await aurora.tasks(job, { active: true })).length > 0) return;
  if (!(await isLeft({ ...inputs, scheduler: was.scheduler }, job))) return;
  throw new UserError(
    `${inputs.jobKey} runs on the scheduler that the documents named before, and the one that 'scheduler' names now has no such ` +
      `job. Nothing was touched. Destroy it there first, or give the other scheduler a 'cluster' name of its own.`,
  );
}

/**
 * Of two resources of one job key at two addresses it is one job where both show the same tasks, or the one that goes shows none.
 * @throws UserError where it is two
 */
export async function refuseTwoJobs(
  holder: AuroraJobInputs,
  left: AuroraJobInputs,
  { aurora: theirs }: Pick<World, "aurora">,
  { aurora }: Pick<World, "aurora">,
): Promise<void> {
  if (canonicalJson(holder.scheduler) === canonicalJson(left.scheduler)) return;
  const job = parseJobKey(left.jobKey);
  const tasks = await aurora.tasks(job, { active: true });
  const known = new Set((await theirs.tasks(job, { active: true })).map(({ taskId }) => taskId));
  if (tasks.length === 0 || tasks.some(({ taskId }) => known.has(taskId))) return;
  throw new UserError(
    `${left.jobKey} runs on two schedulers: on that of the resource that goes, and on that of another resource of this stack with the ` +
      `same job key. Neither was killed. Kill it on the former by the scheduler's own tools ('aurora job killall ${left.jobKey}'), then run ` +
      `this again.`,
  );
}

/** The stack's credentials are for the new scheduler: the old one is told none, as long as it answers without. */
async function isLeft(inputs: AuroraJobInputs, job: Target["job"]): Promise<boolean> {
  const asked = (client: AuroraClient) => client.tasks(job, { active: true });
  try {
    const tasks = await asked(schedulerOf(inputs, "unnamed")).catch((error: unknown) => {
      if (error instanceof AuroraError && error.kind === "unauthorized") return asked(schedulerOf(inputs));
      throw error;
    });
    return tasks.length > 0;
  } catch (error) {
    if (!(error instanceof AuroraError)) throw error;
    if (error.isNobodyThere) return false;
    throw new UserError(
      `${inputs.jobKey} may still run on the scheduler that the documents named before, and the one that 'scheduler' names now has ` +
        `no such job. Nothing was touched. What the old one answers: ${error.message} Run 'pulumi up' again when it answers, or ` +
        `destroy the topology with the documents as they were; if the job there is gone for good, take it out of the state with ` +
        `'pulumi state delete <URN>'.`,
    );
  }
}
