import { AuroraError } from "../aurora/errors";
import type { SubmittedNodes } from "../heron/state";
import type { Target, World } from "./target";
import { clearRun, recordJob, refuseForeignTree, writeTree } from "./tree";

/**
 * Submits in Heron's order: topology, packing plan, execution state, job, scheduler location. Undone when the scheduler
 * refuses the job; kept when it may have it, since the next look tells.
 * @param run keeps what was found before the first write: a second look finds what the first has written
 */
export async function submit(target: Target, world: World, run: { found?: SubmittedNodes }): Promise<void> {
  await refuseForeignTree(target, world);
  await clearRun(target, world);
  const written = await writeTree(target, world);
  const previous = (run.found ??= written);
  world.progress(`submitting ${target.inputs.instances} instances`);
  try {
    await world.aurora.createJob({ ...target.payload.jobConfiguration, instanceCount: target.inputs.instances });
  } catch (error) {
    if (!(error instanceof AuroraError && isOfTheJob(error, previous))) await world.tree.restore(previous);
    throw error;
  }
  await recordJob(target, world);
}

/**
 * Whether what was written may be the tree of a job that is there: of ours, whose answer was lost, or of one that somebody else
 * submitted since the tree was found empty.
 */
function isOfTheJob({ kind }: AuroraError, { topology, plan, executionState }: SubmittedNodes): boolean {
  return (
    kind === "unsure" || (kind === "exists" && [topology, plan, executionState].every((data) => data === undefined))
  );
}
