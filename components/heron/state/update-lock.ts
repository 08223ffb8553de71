import { setTimeout as sleep } from "node:timers/promises";
import { UserError } from "../../errors";
import { sameBytes } from "./changes";
import { holderIn, lockMark } from "./lock-mark";
import { nodePath, updateLockPath } from "./paths";
import type { HeldLock, LockMark, OthersLock, StateStore } from "./store";

/** Somebody else holds the update lock of a topology, or has changed its packing plan since it was lost. */
export class UpdateLockError extends UserError {}

export interface UpdateLockOptions {
  /** Says what is waited for. */
  readonly progress?: (message: string) => void;
  /** How long another holder is waited for, ms; by default longer than the session of a run of ours that was killed lives. */
  readonly patienceMs?: number;
}

const defaultPatienceMs = 15_000;
const pollMs = 500;

/** That a topology is ours to change: by the lock that Heron's `update` holds, or because nobody has it. */
export class UpdateLock {
  private constructor(
    private readonly store: StateStore,
    private readonly topology: string,
    private readonly mark: LockMark,
    private readonly options: UpdateLockOptions,
    private held: HeldLock,
    /** The packing plan as nobody else may have changed it. */
    private plan: Uint8Array | undefined,
  ) {}

  /**
   * @param owner `project/stack`
   * @throws UpdateLockError when somebody else holds it
   */
  static async take(
    store: StateStore,
    topology: string,
    owner: string,
    options: UpdateLockOptions = {},
  ): Promise<UpdateLock> {
    const mark = lockMark(owner);
    const held = await patiently(store, topology, mark, options);
    try {
      return new UpdateLock(store, topology, mark, options, held, await planIn(store, topology));
    } catch (error) {
      await held.release();
      throw error;
    }
  }

  /**
   * To be called before the packing plan is written: a lock that was lost is taken again, one that was not taken looked for.
   * @throws UpdateLockError when somebody else holds it by now, or has changed the packing plan in between
   */
  async confirm(): Promise<void> {
    const { store, topology } = this;
    if (await this.held.isHeld()) return;
    this.held = await patiently(store, topology, this.mark, this.options);
    if (sameBytes(await planIn(store, topology), this.plan)) return;
    throw new UpdateLockError(
      `Somebody else has changed the packing plan of '${topology}' in ${store.description} in the middle of a change of ours, and it ` +
        `was left as it is. Run 'pulumi up --refresh': its preview says what is done about it.`,
    );
  }

  /** To be called when the packing plan was written. */
  wrote(plan: Uint8Array): void {
    this.plan = plan;
  }

  release(): Promise<void> {
    return this.held.release();
  }
}

async function patiently(
  store: StateStore,
  topology: string,
  mark: LockMark,
  { progress, patienceMs = defaultPatienceMs }: UpdateLockOptions,
): Promise<HeldLock> {
  const path = updateLockPath(topology);
  const giveUpAt = Date.now() + patienceMs;
  for (;;) {
    const lock = await (store.tryLock === undefined ? lookFor(store, path) : store.tryLock(path, mark));
    if ("isHeld" in lock) return lock;
    if (Date.now() >= giveUpAt) throw heldByOthers(store, topology, lock, patienceMs);
    progress?.(`waiting for the update lock, which ${holderOf(lock)} holds`);
    await sleep(pollMs);
  }
}

/** A lock that is a node would stay when a run is killed: none is made. */
async function lookFor(store: StateStore, path: string): Promise<HeldLock | OthersLock> {
  const content = await store.get(path);
  return content === undefined
    ? { isHeld: () => Promise.resolve(false), release: () => Promise.resolve() }
    : { content };
}

function heldByOthers(store: StateStore, topology: string, lock: OthersLock, patienceMs: number): UpdateLockError {
  const left =
    store.tryLock === undefined
      ? "One that was killed leaves that file behind, which is to be deleted by hand then"
      : "One that has died loses it when its session ends, by Heron's default within 30 s";
  return new UpdateLockError(
    `The packing plan of '${topology}' is being changed by somebody else: ${holderOf(lock)} holds the update lock ` +
      `${store.description}/${updateLockPath(topology)}. It was waited for ${patienceMs / 1000} s, and nothing was done meanwhile. ` +
      `Wait until that change has ended, then run 'pulumi up --refresh'. ${left}.`,
  );
}

function holderOf({ content }: OthersLock): string {
  return (content && holderIn(content)) ?? "another command, of Heron's most likely,";
}

function planIn(store: StateStore, topology: string): Promise<Uint8Array | undefined> {
  return store.get(nodePath("packingplans", topology));
}
