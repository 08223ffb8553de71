import { UserError } from "../errors";
import type { StateTree, UpdateLock } from "../heron/state";
import { UpdateLockError } from "../heron/state/update-lock";
import { messageOf } from "./errors";
import type { Target, World } from "./target";
import { isOwnTree } from "./tree-owner";
import { leftWorldOf } from "./worlds";

/**
 * Heron's update lock of one topology, for as long as a change of its packing plan and containers is under way, as Heron's own
 * `update` holds it. Of a topology that is moved to another state tree, in the one that it comes from too.
 */
export class UpdateLocks {
  private readonly held: UpdateLock[] = [];

  constructor(
    private readonly target: Target,
    private readonly world: World,
  ) {}

  /**
   * @returns whether it was taken just now: what was seen before is older than what its last holder may have done
   * @throws UpdateLockError when somebody else holds it
   */
  async take(): Promise<boolean> {
    if (this.held.length > 0) return false;
    await this.takeIn(this.world.tree);
    for (const stateTree of this.target.leftTrees ?? []) {
      try {
        await this.takeInLeft(await leftWorldOf(this.target.inputs, stateTree));
      } catch (error) {
        // What cannot be opened or changed any more keeps nothing from being moved.
        if (!(error instanceof UserError) || error instanceof UpdateLockError) throw error;
      }
    }
    return true;
  }

  /** Before the packing plan is written. @throws UpdateLockError when the lock was lost and somebody else has used it */
  async confirm(): Promise<void> {
    await this.held[0]?.confirm();
  }

  /** After it was. */
  wrote(plan: Uint8Array): void {
    this.held[0]?.wrote(plan);
  }

  /** What was done is done: a lock that cannot be given back is told of. */
  async release(): Promise<void> {
    for (const lock of this.held.splice(0)) {
      try {
        await lock.release();
      } catch (error) {
        await this.world.warn(
          `The update lock of ${this.target.inputs.jobKey} could not be given back: ${messageOf(error)} Until it is gone, ` +
            `'heron update' refuses this topology.`,
        );
      }
    }
  }

  private async takeIn(tree: StateTree): Promise<void> {
    const { job, inputs } = this.target;
    this.held.push(await tree.lockUpdates(job.name, inputs.owner, { progress: this.world.progress }));
  }

  /** In a tree that has the topology no more, nothing is to be left. */
  private async takeInLeft(left: World): Promise<void> {
    const { job, inputs } = this.target;
    if ((await left.tree.plan(job.name)) !== undefined && (await isOwnTree(inputs, left))) await this.takeIn(left.tree);
  }
}
