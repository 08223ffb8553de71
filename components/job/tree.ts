import { setTimeout as sleep } from "node:timers/promises";
import type { JobKey } from "../aurora/job-key";
import { UserError } from "../errors";
import type { Ownership, Submission, SubmittedNodes } from "../heron/state";
import { topologyPages } from "./pages";
import { type JobPayload, treeOf } from "./payload";
import { planOfOthers } from "./plan-of-others";
import type { Target, World } from "./target";
import { isOurs } from "./tree-owner";
import { settleMs } from "./wait";
import type { UpdateLocks } from "./update-locks";

/**
 * The tree is keyed by the topology's name alone, so another job's topology of the same name would be overwritten.
 * @returns whose it is, which may be a job's that is gone
 * @throws UserError that names whose it is
 */
export async function refuseForeignTree(target: Target, { tree, aurora }: World): Promise<Ownership | undefined> {
  const { job, inputs } = target;
  const ownership = await tree.ownership(job.name);
  if (ownership === undefined || isOurs(ownership, inputs)) return ownership;
  const { cluster, role, environ } = ownership;
  const other = { cluster, role, environment: environ, name: job.name };
  // A node that no living job stands behind is a left-over, which must not be in the way.
  if (cluster === job.cluster && !(await isOrComes(other, aurora))) return ownership;
  throw foreignTree(ownership, target, tree, "already");
}

/** Looked at twice, since a job that is being submitted has its tree before it is there itself. */
async function isOrComes(job: JobKey, aurora: World["aurora"]): Promise<boolean> {
  const isThere = async () => (await aurora.tasks(job, { active: true })).length > 0;
  if (await isThere()) return true;
  await sleep(settleMs);
  return isThere();
}

function foreignTree(
  { cluster, role, environ }: Ownership,
  { job }: Pick<Target, "job">,
  { description }: Pick<World["tree"], "description">,
  since: "already" | "by now, which is submitted at the same time",
): UserError {
  return new UserError(
    `The state tree ${description} holds a topology '${job.name}' of ${cluster}/${role}/${environ} ${since}, and ` +
      `keeps one topology of a name. Nothing was touched. Choose another name, or give this cluster a root of its own (state.*.root).`,
  );
}

/**
 * Writes topology, packing plan and execution state of a job that is about to be made, and deletes what an earlier run has left there,
 * which would mislead its TManager; returns what was there.
 * @param before what {@link refuseForeignTree} has found
 * @throws UserError where another job of the name is submitted at the same time, and was first
 */
export async function writeTree(
  target: Target,
  { tree, touched }: World,
  before: Ownership | undefined,
): Promise<SubmittedNodes> {
  const { job, inputs, payload } = target;
  const submission = submissionOf(payload);
  const isClaimed = await tree.claim(submission).catch((error: unknown) => {
    // It may have landed.
    touched?.();
    throw error;
  });
  const holder = isClaimed ? undefined : await tree.ownership(job.name);
  if (holder !== undefined && holder.topologyId !== before?.topologyId && !isOurs(holder, inputs))
    throw foreignTree(holder, target, tree, "by now, which is submitted at the same time");
  touched?.();
  await tree.clearRun(job.name);
  const previous = await tree.submit(submission);
  return isClaimed ? { ...previous, executionState: undefined } : previous;
}

/** The same for a job that runs: a plan that is kept outside stays as it is. */
export async function rewriteTree(target: Target, world: World, locks: UpdateLocks): Promise<SubmittedNodes> {
  await locks.confirm();
  const kept = target.inputs.scaling === "outside" ? await planOfOthers(target, world) : undefined;
  world.touched?.();
  const planned = submissionOf(target.payload);
  const submission = kept === undefined ? planned : { ...planned, plan: kept };
  const found = await world.tree.submit(submission);
  locks.wrote(submission.plan);
  return found;
}

function submissionOf(payload: JobPayload): Submission {
  const planned = treeOf(payload);
  const submissionTime = Math.floor(Date.now() / 1000);
  return { ...planned, executionState: { ...planned.executionState, submissionTime } };
}

/** After the job is there: where it is to be seen. */
export async function recordJob({ job, inputs }: Target, { tree }: World): Promise<void> {
  const { jobPage } = topologyPages(inputs, job);
  await tree.recordScheduler(job.name, jobPage === undefined ? [] : [jobPage]);
}
