import { parseJobKey } from "../aurora/job-key";
import type { Resources } from "../aurora/role";
import { metadataNames } from "../aurora/thermos/metadata";
import { recogniseAdopted } from "./adopt";
import type { AuroraJobOutputs } from "./inputs";
import { ownMark, type World } from "./target";
import { describeTrouble, troubledTasks } from "./trouble";

/**
 * What is really there, in the shape of the inputs, so that a refresh shows every difference as a property diff and the
 * next `up` mends it. Undefined when no instance of the job is active.
 */
export async function observe(outs: AuroraJobOutputs, world: World): Promise<AuroraJobOutputs | undefined> {
  const job = parseJobKey(outs.jobKey);
  const [active, tree] = await Promise.all([world.aurora.tasks(job, { active: true }), world.tree.digest(job.name)]);
  const tasks = await recogniseAdopted(
    active.filter(({ status }) => status !== "KILLING"),
    outs,
    world,
  );
  if (tasks.length === 0) return undefined;
  const { trouble: _, ...known } = outs;
  const troubled = troubledTasks(tasks, Date.now());
  const trouble = describeTrouble(troubled, troubled.length === 0 ? [] : await world.aurora.tasks(job, {}));
  const hashes = new Set(tasks.map((task) => ownMark(task, metadataNames.task) ?? "unknown"));
  const owners = new Set(tasks.map((task) => ownMark(task, metadataNames.owner) ?? outs.owner));
  return {
    ...known,
    instances: outs.scaling === "outside" ? outs.instances : new Set(tasks.map((task) => task.instanceId)).size,
    resources: seenResources(
      tasks.flatMap(({ resources }) => resources ?? []),
      outs.resources,
    ),
    taskHash: [...hashes].sort().join(" and "),
    treeHash: outs.scaling === "outside" && tree !== undefined ? outs.treeHash : (tree ?? "absent"),
    owner: [...owners].sort().join(" and "),
    ...(trouble !== undefined && { trouble }),
  };
}

/** Those of the first instance that has others than were deployed. */
function seenResources(seen: readonly Resources[], deployed: AuroraJobOutputs["resources"]) {
  const { cpu, ramMb, diskMb } = deployed;
  const other = seen.find((each) => each.numCpus !== cpu || each.ramMb !== ramMb || each.diskMb !== diskMb);
  return other === undefined ? deployed : { cpu: other.numCpus, ramMb: other.ramMb, diskMb: other.diskMb };
}
