import assert from "node:assert/strict";
import { UserError } from "../../../../components/errors";
import { StateTree, expectedDigest } from "../../../../components/heron/state";
import type { StateStore } from "../../../../components/heron/state/store";
import { type GoldenTree, recordedTopologies, recordedTree } from "./golden-state";
import { Failed, contentsOf, failing } from "./stores";

const bytes = (text: string): Uint8Array => Buffer.from(text);

/** What every kind of store and the tree on it do; `open` gives an empty one. */
export function behavesAsStateTree(open: () => Promise<StateStore>): void {
  let store: StateStore;
  let tree: StateTree;
  const golden = recordedTree("G-wc2");
  const { name } = golden.submission;
  const other = recordedTree("G-stateful");

  const submitAll = async ({ submission, jobPageLinks }: GoldenTree): Promise<void> => {
    await tree.submit(submission);
    await tree.recordScheduler(submission.name, jobPageLinks);
  };

  beforeEach(async () => {
    store = await open();
    tree = new StateTree(store);
  });
  afterEach(() => store.close());

  describe("The store", () => {
    it("reads what it wrote, and nothing where there is nothing", async () => {
      assert.equal(await store.get("pplans/wc"), undefined);
      await store.put("pplans/wc", bytes("one"));
      await store.put("pplans/wc", bytes("two"));
      assert.equal(Buffer.from((await store.get("pplans/wc"))!).toString(), "two");
      assert.deepEqual(await store.list("pplans"), ["wc"]);
    });

    it("creates a node once", async () => {
      assert.equal(await store.create("locks/wc", bytes("first")), true);
      assert.equal(await store.create("locks/wc", bytes("second")), false);
      assert.equal(Buffer.from((await store.get("locks/wc"))!).toString(), "first");
    });

    it("deletes a node, also one that is not there", async () => {
      await store.put("pplans/wc", bytes("plan"));
      await store.delete("pplans/wc");
      await store.delete("pplans/wc");
      assert.equal(await store.get("pplans/wc"), undefined);
    });

    it("lists nodes in order, and none of a directory that is not there", async () => {
      for (const node of ["b", "c", "a"]) await store.put(`topologies/${node}`, bytes(node));
      assert.deepEqual(await store.list("topologies"), ["a", "b", "c"]);
      assert.deepEqual(await store.list("nowhere"), []);
    });
  });

  describe("The tree", () => {
    for (const topology of recordedTopologies()) {
      it(`is byte for byte what Heron wrote of ${topology}`, async () => {
        const recorded = recordedTree(topology);
        await submitAll(recorded);
        assert.deepEqual(await contentsOf(store), recorded.nodes);
      });
    }

    it("keeps the first submission's time when the same topology is written again, and only then", async () => {
      await tree.submit(golden.submission);
      const later = { ...golden.submission.executionState, submissionTime: 1_900_000_000 };
      await tree.submit({ ...golden.submission, executionState: later });
      assert.equal((await contentsOf(store))[`executionstate/${name}`], golden.nodes[`executionstate/${name}`]);
      await tree.submit({ ...golden.submission, executionState: { ...later, topologyId: `${name}-another` } });
      assert.equal((await tree.read(name)).executionState?.submissionTime, 1_900_000_000n);
    });

    it("overwrites what is left over of an earlier run, even what nobody can read", async () => {
      for (const directory of ["topologies", "packingplans", "executionstate", "schedulers"]) {
        await store.put(`${directory}/${name}`, bytes("left over"));
      }
      await submitAll(golden);
      assert.deepEqual(await contentsOf(store), golden.nodes);
    });

    it("clears what a run left and nothing else", async () => {
      await submitAll(golden);
      await submitAll(other);
      const left = ["tmanagers", "metricscaches", "pplans", "statefulcheckpoints"];
      for (const directory of left) {
        await store.put(`${directory}/${name}`, bytes("mine"));
        await store.put(`${directory}/${other.submission.name}`, bytes("other's"));
      }
      const before = await contentsOf(store);
      await tree.clearRun(name);
      const gone = ["tmanagers", "metricscaches", "pplans", "schedulers"].map((directory) => `${directory}/${name}`);
      assert.deepEqual(
        await contentsOf(store),
        Object.fromEntries(Object.entries(before).filter(([path]) => !gone.includes(path))),
      );
    });

    it("puts back what a replacement replaced", async () => {
      await submitAll(golden);
      const changed = { ...golden.submission, topology: other.submission.topology, plan: other.submission.plan };
      const previous = await tree.submit(changed);
      assert.notDeepEqual(await contentsOf(store), golden.nodes);
      await tree.restore(previous);
      assert.deepEqual(await contentsOf(store), golden.nodes);
    });

    it("takes a first submission back entirely", async () => {
      const previous = await tree.submit(golden.submission);
      await tree.restore(previous);
      assert.deepEqual(await contentsOf(store), {});
    });

    it("puts everything back when a later write fails", async () => {
      await submitAll(golden);
      const changed = { ...golden.submission, topology: other.submission.topology, plan: other.submission.plan };
      // Three reads, then the topology, then the plan.
      await assert.rejects(new StateTree(failing(store, 4, "lost answer")).submit(changed), Failed);
      assert.deepEqual(await contentsOf(store), golden.nodes);
    });

    it("erases all but the consistent checkpoints, twice if need be, and no other topology", async () => {
      await submitAll(golden);
      await submitAll(other);
      for (const directory of ["tmanagers", "metricscaches", "pplans", "statefulcheckpoints"]) {
        await store.put(`${directory}/${name}`, bytes("of the run"));
      }
      for (const lock of ["updateTopology", "heronAuroraSign"])
        await store.put(`locks/${name}__${lock}`, bytes("held by nobody alive"));
      await tree.erase(name);
      await tree.erase(name);
      assert.deepEqual(await contentsOf(store), {
        ...other.nodes,
        [`statefulcheckpoints/${name}`]: Buffer.from("of the run").toString("hex"),
      });
    });

    it("reads its nodes decoded, and tells absent from there", async () => {
      assert.deepEqual(
        Object.values(await tree.read(name)).filter((message) => message !== undefined),
        [],
      );
      await submitAll(golden);
      const { topology, plan, executionState, scheduler, tmanager, physicalPlan } = await tree.read(name);
      assert.equal(topology?.name, name);
      assert.deepEqual(
        plan?.containerPlans.map(({ id }) => id),
        [1, 2],
      );
      assert.equal(executionState?.role, golden.submission.executionState.role);
      assert.equal(scheduler?.httpEndpoint, "scheduler_as_lib_no_endpoint");
      assert.equal(tmanager, undefined);
      assert.equal(physicalPlan, undefined);
    });

    it("takes an empty node for none, as Heron does", async () => {
      await store.put(`pplans/${name}`, new Uint8Array());
      assert.equal((await tree.read(name)).physicalPlan, undefined);
    });

    for (const [what, content] of [
      ["text", bytes("not a message")],
      ["a message cut off", golden.submission.plan.slice(0, -1)],
      ["a message that lacks what Heron requires", Buffer.from("12020801", "hex")],
    ] as const) {
      it(`names the node that holds ${what} instead of a packing plan`, async () => {
        await tree.submit(golden.submission);
        await store.put(`packingplans/${name}`, content);
        await assert.rejects(tree.read(name), (error) => {
          assert.ok(error instanceof UserError);
          assert.ok(error.message.startsWith(`${store.description}/packingplans/${name} holds no heron.proto.system`));
          return true;
        });
      });
    }

    it("has the digest that is expected of a submission, whenever it was first submitted", async () => {
      assert.equal(await tree.digest(name), undefined);
      await tree.submit(golden.submission);
      const expected = expectedDigest(golden.submission);
      assert.equal(await tree.digest(name), expected);
      const later = { ...golden.submission.executionState, submissionTime: 2_000_000_000 };
      await tree.erase(name);
      await tree.submit({ ...golden.submission, executionState: later });
      await tree.recordScheduler(name);
      assert.equal(await tree.digest(name), expected);
    });

    it("has another digest when any submitted node was changed or deleted behind our back", async () => {
      const digests = new Set<string | undefined>();
      const paths = ["topologies", "packingplans", "executionstate"].map((directory) => `${directory}/${name}`);
      for (const path of paths) {
        await tree.submit(golden.submission);
        digests.add(await tree.digest(name));
        await store.put(path, bytes("changed"));
        digests.add(await tree.digest(name));
        await store.delete(path);
        digests.add(await tree.digest(name));
      }
      assert.equal(digests.size, 1 + 2 * paths.length);
    });

    for (const wrong of ["", ".", "..", "a/b", "../escape", "v1.2", "nul\0"]) {
      it(`refuses ${JSON.stringify(wrong)} as a topology's name`, async () => {
        for (const act of [
          () => tree.submit({ ...golden.submission, name: wrong }),
          () => tree.erase(wrong),
          () => tree.clearRun(wrong),
          () => tree.recordScheduler(wrong),
          () => tree.read(wrong),
          () => tree.digest(wrong),
        ]) {
          await assert.rejects(act, UserError);
        }
        assert.deepEqual(await contentsOf(store), {});
      });
    }
  });
}
