import type { MessageShape } from "@bufbuild/protobuf";
import { randomUUID } from "node:crypto";
import type { ExecutionState } from "../proto/gen/execution_state_pb";
import type { PackingPlan } from "../proto/gen/packing_plan_pb";
import type { PhysicalPlan } from "../proto/gen/physical_plan_pb";
import type { SchedulerLocation } from "../proto/gen/scheduler_pb";
import type { TManagerLocation } from "../proto/gen/tmanager_pb";
import type { Topology } from "../proto/gen/topology_pb";
import { changeNodes, readNodes, setNode } from "./changes";
import { digestOf } from "./digest";
import type * as messages from "./messages";
import type { ExecutionStateArgs } from "./messages";
import { type Directory, checkTopologyName, isTopologyName, nodePath, signPath, updateLockPath } from "./paths";
import type { StateStore } from "./store";
import type { UpdateLock, UpdateLockOptions } from "./update-lock";
import { type Ownership, ownershipIn, type TopologyStateName, topologyStateIn } from "./wire";

/** Loaded when a message is read or written as a whole, which a refresh of what runs as it should does not do. */
const loadMessages = (): Promise<typeof messages> => import("./messages.js");

type Schemas = typeof messages.schemas;

/** What a submitter writes of a topology. */
export interface Submission {
  /** The topology's name. */
  readonly name: string;
  /** Heron's `api.Topology`, its components' serialised objects cleared. */
  readonly topology: Uint8Array;
  /** Heron's `system.PackingPlan`, with scheduled resources. */
  readonly plan: Uint8Array;
  readonly executionState: ExecutionStateArgs;
}

/** The nodes that a submission writes, as they are; undefined where there is none. */
export interface SubmittedNodes {
  readonly name: string;
  readonly topology: Uint8Array | undefined;
  readonly plan: Uint8Array | undefined;
  readonly executionState: Uint8Array | undefined;
}

/** A topology's nodes, decoded; undefined where there is none. */
export interface TopologyState {
  readonly topology: Topology | undefined;
  readonly plan: PackingPlan | undefined;
  readonly executionState: ExecutionState | undefined;
  readonly scheduler: SchedulerLocation | undefined;
  readonly tmanager: TManagerLocation | undefined;
  /** Its `topology.state` is the running topology's state. */
  readonly physicalPlan: PhysicalPlan | undefined;
}

const submitted = ["topologies", "packingplans", "executionstate"] as const;
/** Where a topology's name is a node's. */
const named = ["topologies", "packingplans", "executionstate", "schedulers", "pplans", "statefulcheckpoints"] as const;
/** What a run leaves, in the order in which Heron's kill deletes it. */
const ofARun = ["tmanagers", "metricscaches", "pplans", "schedulers"] as const;

/**
 * Heron's state tree, with the nodes of many topologies. Each operation may be run again after it was cut off anywhere,
 * and then leaves what it would have left at once; it touches no other topology's nodes.
 */
export class StateTree {
  constructor(private readonly store: StateStore) {}

  /** Where the tree is, for messages. */
  get description(): string {
    return this.store.description;
  }

  /**
   * Writes topology, packing plan and execution state, in Heron's order: of a topology that is about to be created, or
   * that runs and changes (each node is overwritten at once, never absent in between). Left-over nodes are overwritten:
   * that no job of another owner lives must be known before. When a write fails, what was there is put back.
   *
   * @returns what was there, for {@link restore}
   */
  async submit(submission: Submission): Promise<SubmittedNodes> {
    const { name } = submission;
    const previous = await this.nodes(name);
    // Before anything is changed: what says already what it should is not written.
    for (const { path, data } of nodesOf(previous)) if (data !== undefined) await this.store.secure?.(path);
    await changeNodes(this.store, nodesOf(previous), nodesOf(wantedNodes(submission, previous, await loadMessages())));
    return previous;
  }

  /**
   * Writes the execution state, which says whose the topology is, where there is none: of several that are submitted at the same
   * time, one alone does so. The rest of the submission may follow.
   */
  async claim({ name, executionState }: Pick<Submission, "name" | "executionState">): Promise<boolean> {
    checkTopologyName(name);
    const { encodeExecutionState } = await loadMessages();
    return this.store.create(nodePath("executionstate", name), encodeExecutionState(name, executionState));
  }

  /** Puts back what {@link submit} returned, backwards. */
  async restore(previous: SubmittedNodes): Promise<void> {
    checkTopologyName(previous.name);
    for (const node of nodesOf(previous).reverse()) await setNode(this.store, node);
  }

  /** Says where the job is to be seen: written last, when the scheduler has the job. */
  async recordScheduler(topology: string, jobPageLinks: readonly string[] = []): Promise<void> {
    checkTopologyName(topology);
    const { encodeSchedulerLocation } = await loadMessages();
    const path = nodePath("schedulers", topology);
    await this.store.put(path, encodeSchedulerLocation(topology, jobPageLinks));
    await this.store.secure?.(path);
  }

  /**
   * Deletes what an earlier run left. Only for a topology of which no job lives: a TManager that finds a physical plan
   * which does not fit its containers ends itself.
   */
  async clearRun(topology: string): Promise<void> {
    checkTopologyName(topology);
    for (const directory of ofARun) await this.store.delete(nodePath(directory, topology));
  }

  /** Deletes where the TManager is, before it is restarted: it registers anew. */
  async forgetTManager(topology: string): Promise<void> {
    checkTopologyName(topology);
    await this.store.delete(nodePath("tmanagers", topology));
  }

  /**
   * Deletes the topology's nodes in the order of Heron's kill, once the job is gone. The consistent checkpoints stay, as
   * Heron leaves them; what is not there is fine.
   */
  async erase(topology: string): Promise<void> {
    checkTopologyName(topology);
    const node = (directory: Directory): string => nodePath(directory, topology);
    const inOrder = [
      node("tmanagers"),
      node("metricscaches"),
      node("packingplans"),
      node("pplans"),
      node("schedulers"),
      updateLockPath(topology),
      signPath(topology),
      node("executionstate"),
      node("topologies"),
    ];
    for (const path of inOrder) await this.store.delete(path);
  }

  /** @throws UserError that names a node which holds something else than Heron's message */
  async read(topology: string): Promise<TopologyState> {
    checkTopologyName(topology);
    const [definition, plan, executionState, scheduler, tmanager, physicalPlan] = await Promise.all([
      this.message("topologies", topology),
      this.message("packingplans", topology),
      this.message("executionstate", topology),
      this.message("schedulers", topology),
      this.message("tmanagers", topology),
      this.physicalPlan(topology),
    ]);
    return { topology: definition, plan, executionState, scheduler, tmanager, physicalPlan };
  }

  /** Whose the topology is. @throws UserError when the node holds something else */
  async ownership(topology: string): Promise<Ownership | undefined> {
    checkTopologyName(topology);
    const data = await this.store.get(nodePath("executionstate", topology));
    if (data === undefined || data.length === 0) return undefined;
    return ownershipIn(data) ?? this.message("executionstate", topology);
  }

  /** How the running topology is laid out, and its state. @throws UserError when the node holds something else */
  async physicalPlan(topology: string): Promise<PhysicalPlan | undefined> {
    checkTopologyName(topology);
    return this.message("pplans", topology);
  }

  /** The running topology's state; undefined where no TManager has laid it out. @throws UserError as {@link physicalPlan} */
  async topologyState(topology: string): Promise<TopologyStateName | undefined> {
    checkTopologyName(topology);
    const data = await this.store.get(nodePath("pplans", topology));
    if (data === undefined) return undefined;
    // What cannot be read so is read as a whole, which says what is wrong with it.
    return topologyStateIn(data) ?? (await this.physicalPlan(topology), undefined);
  }

  /** The packing plan, as bytes. */
  plan(name: string): Promise<Uint8Array | undefined> {
    checkTopologyName(name);
    return this.store.get(nodePath("packingplans", name));
  }

  /**
   * Takes the lock that Heron's own `update` holds while it changes a topology's packing plan and its containers. In a folder,
   * where it would stay when its holder is killed, and keep Heron's update away until somebody deletes it, nothing is taken: it is
   * looked whether somebody else has it.
   * @param owner `project/stack`
   * @throws UpdateLockError when somebody else holds it, and goes on to
   */
  async lockUpdates(topology: string, owner: string, options?: UpdateLockOptions): Promise<UpdateLock> {
    checkTopologyName(topology);
    const { UpdateLock } = await import("./update-lock.js");
    return UpdateLock.take(this.store, topology, owner, options);
  }

  /** What was submitted, as bytes. */
  async nodes(name: string): Promise<SubmittedNodes> {
    checkTopologyName(name);
    const [topology, plan, executionState] = await readNodes(
      this.store,
      submitted.map((directory) => nodePath(directory, name)),
    );
    return { name, topology: topology?.data, plan: plan?.data, executionState: executionState?.data };
  }

  /**
   * A hash of what was submitted, to see whether others changed it; undefined when nothing of it is there. Equals
   * `expectedDigest` of the submission.
   */
  async digest(topology: string): Promise<string | undefined> {
    const nodes = await this.nodes(topology);
    return nodesOf(nodes).every(({ data }) => data === undefined) ? undefined : digestOf(nodes);
  }

  /** Names of the topologies that have anything in the tree, sorted; files that a file system or an editor has put there are none. */
  async topologies(): Promise<string[]> {
    const names = await Promise.all(named.map((directory) => this.store.list(directory)));
    return [...new Set(names.flat().filter(isTopologyName))].sort();
  }

  /** Whether consistent checkpoints of the topology are noted, which Heron's kill leaves. */
  async hasCheckpoints(topology: string): Promise<boolean> {
    checkTopologyName(topology);
    return (await this.store.get(nodePath("statefulcheckpoints", topology))) !== undefined;
  }

  /** Forgets the topology's consistent checkpoints: one that is submitted again begins anew. */
  async removeCheckpoints(topology: string): Promise<void> {
    checkTopologyName(topology);
    await this.store.delete(nodePath("statefulcheckpoints", topology));
  }

  /**
   * Whether `other` is this very tree, reached by another address: other hosts of one ensemble, a link to a folder. A sign
   * is set here and deleted there, so that nothing is left there wherever this is cut off; whether it is gone here a write
   * tells, since a server of ZooKeeper may read what is older. That they differ, for which nodes are erased, is said only where
   * the sign of this very call is still here: another run may be asking at the same time.
   */
  async isSameAs(other: StateTree, topology: string): Promise<boolean> {
    checkTopologyName(topology);
    const path = signPath(topology);
    const sign = randomUUID();
    await this.store.put(path, Buffer.from(sign));
    try {
      await other.store.delete(path);
      if (await this.store.create(path, new Uint8Array())) return true;
      const left = await this.store.get(path);
      return left === undefined || Buffer.from(left).toString() !== sign;
    } finally {
      await this.store.delete(path);
    }
  }

  close(): Promise<void> {
    return this.store.close();
  }

  /** Heron takes an empty node for an absent one. */
  private async message<D extends keyof Schemas>(
    directory: D,
    topology: string,
  ): Promise<MessageShape<Schemas[D]> | undefined> {
    const path = nodePath(directory, topology);
    const data = await this.store.get(path);
    if (data === undefined || data.length === 0) return undefined;
    const { decode, schemas } = await loadMessages();
    return decode(schemas[directory], data, `${this.store.description}/${path}`);
  }
}

function nodesOf({ name, topology, plan, executionState }: SubmittedNodes) {
  return [
    { path: nodePath("topologies", name), data: topology },
    { path: nodePath("packingplans", name), data: plan },
    { path: nodePath("executionstate", name), data: executionState },
  ];
}

function wantedNodes(
  { name, topology, plan, executionState }: Submission,
  previous: SubmittedNodes,
  { encodeExecutionState, executionStateIn }: typeof messages,
): SubmittedNodes {
  const there = previous.executionState && executionStateIn(previous.executionState);
  const submissionTime =
    there?.topologyId === executionState.topologyId ? Number(there.submissionTime) : executionState.submissionTime;
  return { name, topology, plan, executionState: encodeExecutionState(name, { ...executionState, submissionTime }) };
}
