import assert from "node:assert/strict";
import { StateTree } from "../../../components/heron/state";
import type { StateStore } from "../../../components/heron/state/store";
import type { Target, World } from "../../../components/job/target";
import { UpdateLocks } from "../../../components/job/update-locks";
import { MemoryStore } from "../heron/state/stores";

const job = { cluster: "west", role: "heron", environment: "devel", name: "WordCount" };

describe("the update lock over the steps of a change", () => {
  it("is taken once, which says that what was seen before may be old, and given back once", async () => {
    const done: string[] = [];
    const { locks, told } = locksOn(done, () => Promise.resolve(void done.push("released")));
    assert.equal(await locks.take(), true);
    assert.equal(await locks.take(), false);
    await locks.release();
    await locks.release();
    assert.equal(await locks.take(), true);
    assert.deepEqual(done, ["taken", "released", "taken"]);
    assert.deepEqual(told, []);
  });

  it("makes no change fail that is done where it cannot be given back, and is told of", async () => {
    const { locks, told } = locksOn([], () => Promise.reject(new Error("No answer.")));
    await locks.take();
    await locks.release();
    const words =
      /^The update lock of west\/heron\/devel\/WordCount could not be given back: No answer\. .*'heron update' refuses/;
    assert.match(told.join(), words);
  });

  /** On a tree whose lock can be held. */
  function locksOn(done: string[], release: () => Promise<void>) {
    const told: string[] = [];
    const store: MemoryStore & StateStore = new MemoryStore();
    store.tryLock = () => {
      done.push("taken");
      return Promise.resolve({ isHeld: () => Promise.resolve(true), release });
    };
    const target = { job, inputs: { jobKey: "west/heron/devel/WordCount", owner: "user/test" } } as Target;
    const world: Partial<World> = {
      tree: new StateTree(store),
      progress: () => undefined,
      warn: (said) => Promise.resolve(void told.push(said)),
    };
    return { locks: new UpdateLocks(target, world as World), told };
  }
});
