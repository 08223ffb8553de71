import assert from "node:assert/strict";
import fc from "fast-check";
import { StateTree, type SubmittedNodes } from "../../../../components/heron/state";
import type { StateStore } from "../../../../components/heron/state/store";
import { recordedTree } from "./golden-state";
import { type Failure, Failed, MemoryStore, contentsOf, failing } from "./stores";

const old = recordedTree("G-wc2");
const { name } = old.submission;
const fresh = {
  ...old.submission,
  topology: recordedTree("G-wc").submission.topology,
  plan: recordedTree("G-wc").submission.plan,
};
const nodes = (hex: Readonly<Record<string, string>>): [string, Uint8Array][] =>
  Object.entries(hex).map(([path, text]) => [path, Buffer.from(text, "hex")]);
const previous: SubmittedNodes = {
  name,
  topology: old.submission.topology,
  plan: undefined,
  executionState: Buffer.from(old.nodes[`executionstate/${name}`]!, "hex"),
};

const operations: Readonly<Record<string, (tree: StateTree) => Promise<unknown>>> = {
  submit: (tree) => tree.submit(fresh),
  restore: (tree) => tree.restore(previous),
  recordScheduler: (tree) => tree.recordScheduler(name, ["http://tracker/wc"]),
  clearRun: (tree) => tree.clearRun(name),
  erase: (tree) => tree.erase(name),
};

/** Any tree: nodes of this topology that are old, garbage or absent, and nodes of others, some of like names. */
const trees = fc
  .record({
    mine: fc.dictionary(
      fc.constantFrom(
        ...["tmanagers", "metricscaches", "topologies", "packingplans", "pplans", "executionstate", "schedulers"].map(
          (directory) => `${directory}/${name}`,
        ),
        `statefulcheckpoints/${name}`,
        `locks/${name}__updateTopology`,
        `locks/${name}__heronAuroraSign`,
      ),
      fc.uint8Array({ maxLength: 4 }),
    ),
    submitted: fc.subarray(nodes(old.nodes)),
    others: fc.dictionary(
      fc.constantFrom(`topologies/${name}2`, `packingplans/x${name}`, "locks/other__updateTopology", "pplans/other"),
      fc.uint8Array({ maxLength: 4 }),
    ),
  })
  .map(({ mine, submitted, others }) => new Map([...Object.entries(mine), ...submitted, ...Object.entries(others)]));

const failures = fc.constantFrom<Failure>("crash", "refusal", "lost answer");

async function after(start: ReadonlyMap<string, Uint8Array>, ...acts: ((store: StateStore) => Promise<unknown>)[]) {
  const store = new MemoryStore(new Map(start));
  for (const act of acts) await act(store);
  return contentsOf(store);
}

const cut =
  (operation: (tree: StateTree) => Promise<unknown>, at: number, failure: Failure) =>
  async (store: StateStore): Promise<void> => {
    await operation(new StateTree(failing(store, at, failure))).catch((error: unknown) => {
      const first = error instanceof Error && error.cause !== undefined ? error.cause : error;
      assert.ok(first instanceof Failed, String(error));
    });
  };

describe("A state tree whose operation fails at any call", () => {
  for (const [title, operation] of Object.entries(operations)) {
    it(`ends, when ${title} is run again, as if it had never failed, other topologies untouched`, async () => {
      await fc.assert(
        fc.asyncProperty(trees, fc.nat({ max: 12 }), failures, async (start, at, failure) => {
          const whole = (store: StateStore): Promise<unknown> => operation(new StateTree(store));
          const expected = await after(start, whole);
          assert.deepEqual(await after(start, cut(operation, at, failure), whole), expected);
          assert.deepEqual(await after(start, whole, whole), expected);
          for (const [path, data] of start) {
            if (!path.endsWith(`/${name}`) && !path.startsWith(`locks/${name}_`)) {
              assert.equal(expected[path], Buffer.from(data).toString("hex"));
            }
          }
        }),
        { numRuns: 400 },
      );
    });
  }

  it("is as it was before when a submission fails and the store answers on", async () => {
    await fc.assert(
      fc.asyncProperty(
        trees,
        fc.nat({ max: 5 }),
        fc.constantFrom<Failure>("refusal", "lost answer"),
        async (start, at, failure) => {
          const store = new MemoryStore(new Map(start));
          const before = await contentsOf(store);
          const outcome = await new StateTree(failing(store, at, failure)).submit(fresh).then(
            () => "written",
            () => "failed",
          );
          if (outcome === "failed") assert.deepEqual(await contentsOf(store), before);
        },
      ),
      { numRuns: 400 },
    );
  });

  it("says so when it could not be put back either, with the first failure as the cause", async () => {
    const store = new MemoryStore(new Map(nodes(old.nodes)));
    await assert.rejects(new StateTree(failing(store, 4, "crash")).submit(fresh), (error) => {
      assert.ok(error instanceof Error && error.cause instanceof Failed);
      assert.match(error.message, /Nor could the state tree in memory be put back.*Run again/);
      return true;
    });
  });
});
