import { createRequire } from "node:module";
import { parseJobKey } from "../aurora/job-key";
import type { Resources } from "../aurora/role";
import { metadataNames } from "../aurora/thermos/metadata";
import { recogniseAdopted } from "./adopt";
import type * as byCli from "./heron-cli/observe";
import type { AuroraJobOutputs } from "./inputs";
import type * as ofRuntime from "./runtime-config";
import { ownMark, presentInstances, type World } from "./target";
import { topologyState } from "./topology-state";
import { isOwnTree } from "./tree-owner";
import { describeTrouble, passedOver, troubledTasks } from "./trouble";
import type * as ofUpdates from "./update";

const load = createRequire(__filename);

/** Loaded for the topologies that heron submits: most stacks have none. */
const cli = () => load("./heron-cli/observe") as typeof byCli;
/** Likewise, for those that are scaled outside. */
const updates = () => load("./update") as typeof ofUpdates;
/** Likewise. */
const runtime = () => load("./runtime-config") as typeof ofRuntime;

/**
 * What is really there, in the shape of the inputs, so that a refresh shows every difference as a property diff and the
 * next `up` mends it. Undefined when neither an instance of the job is active nor a state tree of its is left: a tree that a
 * kill or a move did not get to must not be forgotten.
 */
export async function observe(outs: AuroraJobOutputs, world: World): Promise<AuroraJobOutputs | undefined> {
  const job = parseJobKey(outs.jobKey);
  const [active, tree] = await Promise.all([world.aurora.tasks(job, { active: true }), world.tree.digest(job.name)]);
  const tasks = await recogniseAdopted(
    active.filter(({ status }) => status !== "KILLING"),
    outs,
    world,
  );
  const { trouble: _, takenBy: __, ...known } = outs;
  if (tasks.length === 0) {
    const left = outs.otherTrees !== undefined || (tree !== undefined && (await isOwnTree(outs, world)));
    return left ? { ...known, instances: 0, treeHash: tree ?? "absent" } : undefined;
  }
  const troubled = troubledTasks(tasks, Date.now());
  const left = outs.scaling === "outside" ? await updates().leftReplacing(world, job) : [];
  const gone = left.filter((instance) => !tasks.some(({ instanceId }) => instanceId === instance));
  // Heron's own update leaves such numbers, and goes on from them.
  const passed = outs.scaling === "outside" || outs.submitter === "heron-cli" ? [] : passedOver(tasks);
  const all = troubled.length === 0 ? [] : await world.aurora.tasks(job, {});
  const { submitter, runtimeConfig } = outs;
  const wholeTree =
    submitter !== undefined || runtimeConfig !== undefined ? await world.tree.read(job.name) : undefined;
  const unplanned = wholeTree && submitter === "heron-cli" ? cli().unplannedContainers(tasks, wholeTree) : [];
  const trouble = describeTrouble(troubled, all, { missing: gone, passed, unplanned });
  const hashes = new Set(tasks.map((task) => ownMark(task, metadataNames.task) ?? "unknown"));
  const ours = [outs.owner, ...(outs.formerOwners ?? [])];
  const others = new Set(
    tasks.flatMap((task) => ownMark(task, metadataNames.owner) ?? []).filter((owner) => !ours.includes(owner)),
  );
  return {
    ...known,
    // With those that were passed over, which trouble names: what runs beyond what was recorded goes, and is to be told so.
    instances: outs.scaling === "outside" ? outs.instances : presentInstances(tasks).length + passed.length,
    resources: seenResources(
      tasks.flatMap(({ resources }) => resources ?? []),
      outs.resources,
    ),
    taskHash: [...hashes].sort().join(" and "),
    treeHash: outs.scaling === "outside" ? await outsideTreeHash(outs, world) : (tree ?? "absent"),
    state: (await topologyState(job, world)) ?? outs.state,
    ...(wholeTree && submitter === "heron-cli" && cli().observedHashes(outs, tasks, wholeTree)),
    ...(wholeTree && runtimeConfig && { runtimeConfig: runtime().observedRuntimeConfig(wholeTree, runtimeConfig) }),
    ...(others.size > 0 && { takenBy: [...others].sort().join(" and ") }),
    ...(trouble !== undefined && { trouble }),
  };
}

/** Others keep its packing plan: whatever it says it is right, as long as the tree is whole. */
async function outsideTreeHash({ jobKey, treeHash }: AuroraJobOutputs, { tree }: World): Promise<string> {
  const { topology, plan, executionState } = await tree.nodes(parseJobKey(jobKey).name);
  return topology === undefined || plan === undefined || executionState === undefined ? "absent" : treeHash;
}

/** Those of the first instance that has others than were deployed. */
function seenResources(seen: readonly Resources[], deployed: AuroraJobOutputs["resources"]) {
  const { cpu, ramMb, diskMb } = deployed;
  const other = seen.find((each) => each.numCpus !== cpu || each.ramMb !== ramMb || each.diskMb !== diskMb);
  return other === undefined ? deployed : { cpu: other.numCpus, ramMb: other.ramMb, diskMb: other.diskMb };
}
