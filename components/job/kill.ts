import { setTimeout as sleep } from "node:timers/promises";
import { AuroraError } from "../aurora/errors";
import { type JobKey, parseJobKey } from "../aurora/job-key";
import { timeoutsOf } from "./defaults";
import type { AuroraJobInputs, AuroraJobOutputs } from "./inputs";
import { refuseTakenJob } from "./ownership";
import type { World } from "./target";
import { eraseTree } from "./tree";
import { activeUpdate } from "./update";
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
    await abortUpdate(job, world);
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
async function killAll(outs: AuroraJobInputs, world: World): Promise<void> {
  const job = parseJobKey(outs.jobKey);
  for (let look = 1; look <= looks; look++) {
    try {
      await world.aurora.killTasks(job, "all", "pulumi destroy");
      return;
    } catch (error) {
      if (!(error instanceof AuroraError)) throw error;
      if (error.kind === "updating" && look < looks) {
        await abortUpdate(job, world);
        continue;
      }
      if (error.kind !== "unsure" || look === looks) throw error;
      world.progress(error.message);
      await sleep(settleMs);
    }
  }
}

/** The scheduler kills no job that is in an update. */
async function abortUpdate(job: JobKey, world: World): Promise<void> {
  const update = await activeUpdate(world.aurora, job);
  if (update !== undefined) await world.aurora.abortUpdate({ job, id: update.id }, "the job is being killed");
}
