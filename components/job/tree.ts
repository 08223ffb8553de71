import { UserError } from "../errors";
import type { Ownership, Submission, SubmittedNodes } from "../heron/state";
import { topologyPages } from "./pages";
import type { AuroraJobInputs } from "./inputs";
import { type JobPayload, treeOf } from "./payload";
import type { Target, World } from "./target";
import { worldOf } from "./worlds";

/**
 * The tree is keyed by the topology's name alone, so another job's topology of the same name would be overwritten.
 * @throws UserError that names whose it is
 */
export async function refuseForeignTree({ job, inputs }: Target, { tree, aurora }: World): Promise<void> {
  const ownership = await tree.ownership(job.name);
  if (ownership === undefined || isOurs(ownership, inputs)) return;
  const { cluster, role, environ } = ownership;
  const other = { cluster, role, environment: environ, name: job.name };
  // A node that no living job stands behind is a left-over, which must not be in the way.
  if (cluster === job.cluster && (await aurora.tasks(other, { active: true })).length === 0) return;
  throw new UserError(
    `The state tree ${tree.description} holds a topology '${job.name}' of ${cluster}/${role}/${environ} already, and ` +
      `keeps one topology of a name. Nothing was touched. Choose another name, or give this cluster a root of its own (state.*.root).`,
  );
}

/** Writes topology, packing plan and execution state of a job that is about to be made; returns what was there. */
export function writeTree({ payload }: Target, { tree, touched }: World): Promise<SubmittedNodes> {
  touched?.();
  return tree.submit(submissionOf(payload));
}

/** The same for a job that runs: a plan that is kept outside stays as it is. */
export async function rewriteTree(target: Target, world: World): Promise<SubmittedNodes> {
  const kept = target.inputs.scaling === "outside" ? await planOfOthers(target, world) : undefined;
  world.touched?.();
  const planned = submissionOf(target.payload);
  return world.tree.submit(kept === undefined ? planned : { ...planned, plan: kept });
}

/** The packing plan that others keep of the topology, in the tree that it has or in one that it is moved from. */
export async function planOfOthers(
  { job, inputs, leftTrees = [] }: Target,
  { tree }: World,
): Promise<Uint8Array | undefined> {
  const { plan } = await tree.nodes(job.name);
  if (plan !== undefined) return plan;
  for (const stateTree of leftTrees) {
    const found = await planIn({ ...inputs, stateTree }, job.name);
    if (found !== undefined) return found;
  }
  return undefined;
}

function submissionOf(payload: JobPayload): Submission {
  const planned = treeOf(payload);
  const submissionTime = Math.floor(Date.now() / 1000);
  return { ...planned, executionState: { ...planned.executionState, submissionTime } };
}

/** Before a job is made: nothing of an earlier run may mislead its TManager. */
export async function clearRun({ job }: Target, { tree }: World): Promise<void> {
  await tree.clearRun(job.name);
}

/** After the job is there: where it is to be seen. */
export async function recordJob({ job, inputs }: Target, { tree }: World): Promise<void> {
  const { jobPage } = topologyPages(inputs, job);
  await tree.recordScheduler(job.name, jobPage === undefined ? [] : [jobPage]);
}

/** Undefined also of a tree that cannot be opened any more, or be looked at. */
async function planIn(inputs: AuroraJobInputs, name: string): Promise<Uint8Array | undefined> {
  try {
    const { tree } = await worldOf(inputs);
    return (await tree.nodes(name)).plan;
  } catch (error) {
    if (error instanceof UserError) return undefined;
    throw error;
  }
}

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
  const name = nameOf(inputs);
  try {
    const left = await worldOf({ ...inputs, stateTree });
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
  if (await isOwnTree(outs, world)) await world.tree.erase(nameOf(outs));
}

/** Whether no other job's topology of the same name is in the tree. */
export async function isOwnTree(outs: AuroraJobInputs, { tree }: World): Promise<boolean> {
  const ownership = await tree.ownership(nameOf(outs));
  return ownership === undefined || isOurs(ownership, outs);
}

function nameOf({ jobKey }: AuroraJobInputs): string {
  return jobKey.slice(jobKey.lastIndexOf("/") + 1);
}

function isOurs({ cluster, role, environ }: Ownership, { jobKey }: AuroraJobInputs): boolean {
  return jobKey.startsWith(`${cluster}/${role}/${environ}/`);
}
