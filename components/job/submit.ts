import { AuroraError } from "../aurora/errors";
import type { SubmittedNodes } from "../heron/state";
import { ownershipIn } from "../heron/state/wire";
import { treeOf } from "./payload";
import type { Run } from "./run";
import type { Target, World } from "./target";
import { recordJob, refuseForeignTree, writeTree } from "./tree";

/**
 * Submits in Heron's order: topology, packing plan, execution state, job, scheduler location. Undone when the scheduler
 * refuses the job; kept when it may have it, since the next look tells.
 * @param run keeps what was found before the first write: a second look finds what the first has written
 */
export async function submit(target: Target, world: World, run: Run): Promise<void> {
  const before = await refuseForeignTree(target, world);
  const written = await writeTree(target, world, before);
  const previous = (run.found ??= written);
  world.progress(`submitting ${target.inputs.instances} instances`);
  try {
    await world.aurora.createJob({ ...target.payload.jobConfiguration, instanceCount: target.inputs.instances });
  } catch (error) {
    if (!(error instanceof AuroraError && isOfTheJob(error, previous))) {
      // Of a job that nobody has recorded nothing is left, also of what an earlier run has written.
      const isLeft = run.operation === "create" && isCutOff(previous, target);
      await (isLeft && !isThere(error) ? world.tree.erase(target.job.name) : world.tree.restore(previous));
    }
    throw error;
  }
  await recordJob(target, world);
}

function isThere(error: unknown): boolean {
  return error instanceof AuroraError && error.kind === "exists";
}

/** Whether what was found is what an earlier run of this submission had written when it was cut off. */
function isCutOff({ topology, executionState }: SubmittedNodes, { inputs, payload }: Target): boolean {
  if (executionState !== undefined) return ownershipIn(executionState)?.topologyId === inputs.topologyId;
  return topology !== undefined && Buffer.compare(topology, treeOf(payload).topology) === 0;
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
