import { parseJobKey } from "../aurora/job-key";
import { UserError } from "../errors";
import type { AuroraJobInputs } from "./inputs";
import type { World } from "./target";
import { isOwnTree } from "./tree-owner";
import { leftWorldOf } from "./worlds";

/**
 * Cleans the state tree that the topology had before its documents named another one; not where that is the same tree by another
 * address. One that cannot be opened any more, or not be looked at or changed, is told of: that the topology has moved must not
 * hang on it.
 */
export async function eraseLeftTree(
  { stateTree }: Pick<AuroraJobInputs, "stateTree">,
  inputs: AuroraJobInputs,
  world: World,
): Promise<void> {
  const { name } = parseJobKey(inputs.jobKey);
  try {
    const left = await leftWorldOf(inputs, stateTree);
    if (!(await left.tree.topologies()).includes(name)) return;
    if (!(await world.tree.isSameAs(left.tree, name))) await eraseTree(inputs, left);
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    await world.warn(
      `The state tree that ${name} had before cannot be cleaned, so nodes of it may stay there: ${error.message} ` +
        `Where that tree is still in use, delete the nodes named '${name}' in it.`,
    );
  }
}

/** Cleans the tree of a job that is gone, unless the nodes belong to another job of the same name. */
export async function eraseTree(outs: AuroraJobInputs, world: World): Promise<void> {
  if (await isOwnTree(outs, world)) await world.tree.erase(parseJobKey(outs.jobKey).name);
}
