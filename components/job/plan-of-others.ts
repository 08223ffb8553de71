import type { TaskStatus } from "../aurora/task-status";
import { UserError } from "../errors";
import type { AuroraJobInputs } from "./inputs";
import { treeOf } from "./payload";
import { plannedContainers } from "./planned";
import type { Target, World } from "./target";
import { leftWorldOf } from "./worlds";

/** The packing plan that others keep of the topology, in the tree that it has or in one that it is moved from. */
export async function planOfOthers(
  { job, inputs, leftTrees = [] }: Target,
  { tree }: World,
): Promise<Uint8Array | undefined> {
  const plan = await tree.plan(job.name);
  if (plan !== undefined) return plan;
  for (const stateTree of leftTrees) {
    const found = await planIn(inputs, stateTree, job.name);
    if (found !== undefined) return found;
  }
  return undefined;
}

/**
 * A topology that others scale, whose packing plan is gone: that of the documents would leave containers without a place in it.
 * @throws UserError that tells the ways out
 */
export async function refuseUnplanned(target: Target, world: World, tasks: readonly TaskStatus[]): Promise<void> {
  const { inputs, payload } = target;
  if (inputs.scaling !== "outside" || (await planOfOthers(target, world)) !== undefined) return;
  const planned = await plannedContainers(treeOf(payload).plan);
  const running = new Set(tasks.map(({ instanceId }) => instanceId));
  if (planned?.size === running.size && [...running].every((instance) => planned.has(instance))) return;
  throw new UserError(
    `The packing plan of ${inputs.jobKey} is gone from the state tree ${world.tree.description}. Others keep it ('scaling: ` +
      `outside'), and the one of the documents has not the containers that run (${[...running].join(", ")}). Nothing was touched. Put ` +
      `the plan back, or have it scaled by the documents again: take 'scaling' out.`,
  );
}

/** Undefined also of a tree that cannot be opened any more, or be looked at. */
async function planIn(
  inputs: AuroraJobInputs,
  stateTree: AuroraJobInputs["stateTree"],
  name: string,
): Promise<Uint8Array | undefined> {
  try {
    const { tree } = await leftWorldOf(inputs, stateTree);
    return await tree.plan(name);
  } catch (error) {
    if (error instanceof UserError) return undefined;
    throw error;
  }
}
