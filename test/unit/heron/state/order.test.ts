import assert from "node:assert/strict";
import { StateTree } from "../../../../components/heron/state";
import { recordedTree } from "./golden-state";
import { Failed, MemoryStore, failing } from "./stores";

/** Notes what is changed, in order. */
class NotingStore extends MemoryStore {
  readonly changes: string[] = [];

  override put(path: string, data: Uint8Array): Promise<void> {
    this.changes.push(`put ${path}`);
    return super.put(path, data);
  }

  override delete(path: string): Promise<void> {
    this.changes.push(`delete ${path}`);
    return super.delete(path);
  }
}

describe("A state tree's operations", () => {
  const { submission } = recordedTree("G-wc");
  let store: NotingStore;
  let tree: StateTree;

  beforeEach(() => {
    store = new NotingStore();
    tree = new StateTree(store);
  });

  it("write in the order of Heron's submitter", async () => {
    await tree.submit(submission);
    await tree.recordScheduler("G-wc");
    assert.deepEqual(store.changes, [
      "put topologies/G-wc",
      "put packingplans/G-wc",
      "put executionstate/G-wc",
      "put schedulers/G-wc",
    ]);
  });

  it("erase in the order of Heron's kill, the topology last", async () => {
    await tree.erase("G-wc");
    assert.deepEqual(store.changes, [
      "delete tmanagers/G-wc",
      "delete metricscaches/G-wc",
      "delete packingplans/G-wc",
      "delete pplans/G-wc",
      "delete schedulers/G-wc",
      "delete locks/G-wc__updateTopology",
      "delete locks/G-wc__heronAuroraSign",
      "delete executionstate/G-wc",
      "delete topologies/G-wc",
    ]);
  });

  it("write nothing that is so already, and never delete what they overwrite", async () => {
    await tree.submit(submission);
    store.changes.length = 0;
    await tree.submit({ ...submission, plan: recordedTree("G-wc2").submission.plan });
    assert.deepEqual(store.changes, ["put packingplans/G-wc"]);
  });

  it("undo a submission that fails from the end", async () => {
    // Three reads, topology, packing plan, and the execution state fails.
    await assert.rejects(new StateTree(failing(store, 5, "refusal")).submit(submission), Failed);
    assert.deepEqual(store.changes, [
      "put topologies/G-wc",
      "put packingplans/G-wc",
      "delete executionstate/G-wc",
      "delete packingplans/G-wc",
      "delete topologies/G-wc",
    ]);
  });

  it("put back from the end", async () => {
    const previous = await tree.submit(submission);
    store.changes.length = 0;
    await tree.restore(previous);
    assert.deepEqual(store.changes, [
      "delete executionstate/G-wc",
      "delete packingplans/G-wc",
      "delete topologies/G-wc",
    ]);
  });
});
