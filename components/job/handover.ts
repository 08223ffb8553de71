import { treesLeft } from "./aftermath";
import type { AuroraJobInputs, AuroraJobOutputs } from "./inputs";
import { refuseTwoJobs } from "./ownership";
import type { World } from "./target";
import { eraseLeftTree } from "./tree-erasure";
import { worldOf } from "./worlds";

/** Leaves a job to its holder: nothing of it is killed, nor of its state tree erased but where that is not the holder's. */
export async function leaveTo(holder: AuroraJobInputs, left: AuroraJobOutputs, world: World): Promise<void> {
  const theirs = await worldOf(holder);
  await refuseTwoJobs(holder, left, theirs, world);
  await world.warn(
    `${left.jobKey} was not killed: the stack has it by another resource, or by the same one made anew, and it goes on running ` +
      `there. To have its containers restarted, change 'restart' of the topology.`,
  );
  for (const stateTree of treesLeft(left, holder)) await eraseLeftTree({ stateTree }, holder, theirs);
}
