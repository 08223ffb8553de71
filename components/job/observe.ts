import { parseJobKey } from "../aurora/job-key";
import { metadataNames } from "../aurora/thermos/metadata";
import { observedHashes } from "./heron-cli";
import type { AuroraJobInputs } from "./inputs";
import { ownMark, type World } from "./target";

/**
 * What is really there, in the shape of the inputs, so that a refresh shows every difference as a property diff and the
 * next `up` mends it. Undefined when no instance of the job is active.
 */
export async function observe(outs: AuroraJobInputs, world: World): Promise<AuroraJobInputs | undefined> {
  const job = parseJobKey(outs.jobKey);
  const tasks = (await world.aurora.tasks(job, { active: true })).filter((task) => task.status !== "KILLING");
  if (tasks.length === 0) return undefined;
  const hashes = new Set(tasks.map((task) => ownMark(task, metadataNames.task) ?? "unknown"));
  const owners = new Set(tasks.map((task) => ownMark(task, metadataNames.owner) ?? outs.owner));
  const byCli = outs.submitter === "heron-cli";
  return {
    ...outs,
    instances: new Set(tasks.map((task) => task.instanceId)).size,
    ...(byCli
      ? observedHashes(outs, tasks, await world.tree.read(job.name))
      : {
          taskHash: [...hashes].sort().join(" and "),
          treeHash: (await world.tree.digest(job.name)) ?? "absent",
        }),
    owner: [...owners].sort().join(" and "),
  };
}
