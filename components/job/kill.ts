import { setTimeout as sleep } from "node:timers/promises";
import { AuroraError } from "../aurora/errors";
import { parseJobKey } from "../aurora/job-key";
import { timeoutsOf } from "./defaults";
import type { AuroraJobOutputs } from "./inputs";
import { refuseTakenJob } from "./ownership";
import type { World } from "./target";
import { eraseTree } from "./tree-erasure";
import { abortUpdate, activeUpdate } from "./update";
import { looks, settleMs, waitUntilGone } from "./wait";

/**
 * Kills the job, waits until it is gone, then cleans the state tree, in this order: a tree that is wiped while the job
 * lives makes an orphan. A job that is gone already is fine.
 */
export async function kill(outs: AuroraJobOutputs, world: World): Promise<void> {
  const job = parseJobKey(outs.jobKey);
  let tasks = await world.aurora.tasks(job, { active: true });
  if (tasks.length === 0 && (await activeUpdate(world.aurora, job)) !== undefined) {
    // Between two batches of an update that is as large as the job, which would make them anew.
    await endUpdate(outs, world);
    tasks = await world.aurora.tasks(job, { active: true });
  }
  refuseTakenJob(tasks, outs, outs.formerOwners);
  if (tasks.length > 0) {
    await killAll(outs, world);
    await waitUntilGone(world.aurora, job, timeoutsOf(outs).delete, world.progress);
  }
  await eraseTree(outs, world);
}

/** Asking twice is asking once, so a call that was lost is repeated; whether the last one landed shows in the waiting. */
async function killAll(outs: AuroraJobOutputs, world: World): Promise<void> {
  const job = parseJobKey(outs.jobKey);
  for (let look = 1; look <= looks; look++) {
    try {
      await world.aurora.killTasks(job, "all", "pulumi destroy");
      return;
    } catch (error) {
      if (!(error instanceof AuroraError)) throw error;
      if (error.kind === "updating" && look < looks) {
        await endUpdate(outs, world);
        continue;
      }
      if (error.kind !== "unsure" || look === looks) throw error;
      world.progress(error.message);
      await sleep(settleMs);
    }
  }
}

/** The scheduler kills no job that is in an update. @throws UserError for an update of a stack that has taken the job over */
async function endUpdate(outs: AuroraJobOutputs, world: World): Promise<void> {
  const job = parseJobKey(outs.jobKey);
  const update = await activeUpdate(world.aurora, job);
  if (update === undefined) return;
  const key = { job, id: update.id };
  const { metadataAfter } = await world.aurora.updateDetails(key);
  refuseTakenJob([{ metadata: metadataAfter }], outs, outs.formerOwners);
  await abortUpdate(world.aurora, key, "the job is being killed");
}
