import assert from "node:assert/strict";
import fc from "fast-check";
import { StateTree } from "../../../../components/heron/state";
import type { StateStore } from "../../../../components/heron/state/store";
import { Failed, type Failure, MemoryStore, failing } from "./stores";

const calls = [0, 1, 2, 3, 4];

/** Two addresses: of one tree, or of two. */
function addresses(isOne: boolean): [MemoryStore, MemoryStore] {
  const store = new MemoryStore();
  return [store, isOne ? store : new MemoryStore()];
}

async function unlessFailed<T>(work: Promise<T>): Promise<T | undefined> {
  try {
    return await work;
  } catch (error) {
    assert.ok(error instanceof Failed, String(error));
    return undefined;
  }
}

/** `store`, whose every call is made when `scheduler` comes to it. */
function scheduled(store: StateStore, scheduler: fc.Scheduler): StateStore {
  const turn = () => scheduler.schedule(Promise.resolve());
  return {
    description: store.description,
    get: (path) => turn().then(() => store.get(path)),
    put: (path, data) => turn().then(() => store.put(path, data)),
    create: (path, data) => turn().then(() => store.create(path, data)),
    delete: (path) => turn().then(() => store.delete(path)),
    list: (path) => turn().then(() => store.list(path)),
    close: () => store.close(),
  };
}

describe("Whether two addresses lead to one state tree", () => {
  for (const isOne of [true, false]) {
    for (const failure of ["crash", "refusal", "lost answer"] as const satisfies readonly Failure[]) {
      it(`is told, and leaves nothing behind, after a run that ended by a ${failure}: ${isOne ? "the same" : "another"}`, async () => {
        for (const at of calls.flatMap((here) => calls.map((there) => [here, there] as const))) {
          const [here, there] = addresses(isOne);
          const cut = new StateTree(failing(here, at[0], failure));
          const told = await unlessFailed(cut.isSameAs(new StateTree(failing(there, at[1], failure)), "wc"));
          assert.ok(told === undefined || told === isOne, at.join());
          assert.deepEqual(isOne ? [] : [...there.nodes.keys()], []);
          assert.equal(await new StateTree(here).isSameAs(new StateTree(there), "wc"), isOne);
          assert.deepEqual([...here.nodes.keys(), ...there.nodes.keys()], []);
        }
      });
    }
  }

  it("is told of what an earlier version left in the other one, which is taken away", async () => {
    const [here, there] = addresses(false);
    await there.put("locks/wc__heronAuroraSign", Buffer.from("of a run that was killed"));
    assert.equal(await new StateTree(here).isSameAs(new StateTree(there), "wc"), false);
    assert.deepEqual([...there.nodes.keys()], []);
  });

  it("is never denied of one tree where several runs ask at the same time", async () => {
    await fc.assert(
      fc.asyncProperty(fc.scheduler(), fc.integer({ min: 2, max: 3 }), async (scheduler, runs) => {
        const [here, there] = addresses(true);
        const asked = Array.from({ length: runs }, () => {
          const [one, other] = [here, there].map((store) => new StateTree(scheduled(store, scheduler)));
          return one!.isSameAs(other!, "wc");
        });
        const told = await scheduler.waitFor(Promise.all(asked));
        assert.deepEqual(new Set(told), new Set([true]));
        assert.deepEqual([...here.nodes.keys()], []);
      }),
      { numRuns: 300 },
    );
  });
});
