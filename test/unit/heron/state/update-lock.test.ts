import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { StateTree } from "../../../../components/heron/state";
import { openLocalStore } from "../../../../components/heron/state/local";
import type { HeldLock, StateStore } from "../../../../components/heron/state/store";
import { UpdateLockError } from "../../../../components/heron/state/update-lock";
import { MemoryStore } from "./stores";

const path = "locks/wc__updateTopology";
const owner = "user/test";

describe("the update lock of a topology in a folder", () => {
  let root: string;
  let store: StateStore;
  let tree: StateTree;

  beforeEach(async () => {
    root = mkdtempSync(join(tmpdir(), "state-"));
    store = await openLocalStore(root);
    tree = new StateTree(store);
    await store.put("packingplans/wc", Buffer.from("before"));
  });
  afterEach(() => {
    rmSync(root, { recursive: true });
  });

  const take = (patienceMs = 0) => tree.lockUpdates("wc", owner, { patienceMs });
  const refused = (taken: Promise<unknown>, reason: RegExp) =>
    assert.rejects(taken, (error) => {
      assert.ok(error instanceof UpdateLockError);
      assert.match(error.message, reason);
      return true;
    });

  it("is not made, since it would stay where a run is killed and keep Heron's own update away", async () => {
    const lock = await take();
    assert.deepEqual(await store.list("locks"), []);
    await lock.confirm();
    await lock.release();
    assert.deepEqual(await store.list("locks"), []);
  });

  it("that Heron holds is left to it, after a while, with what to do where its command was killed", async () => {
    await store.create(path, Buffer.from("main"));
    const said: string[] = [];
    const taken = tree.lockUpdates("wc", owner, { patienceMs: 300, progress: (message) => said.push(message) });
    await refused(taken, /for 0\.3 s, .*has ended, then run 'pulumi up --refresh'.*deleted by hand then\.$/);
    await refused(
      take(),
      new RegExp(`another command, of Heron's most likely, holds the update lock ${root}/${path}\\.`),
    );
    assert.deepEqual(said, ["waiting for the update lock, which another command, of Heron's most likely, holds"]);
    assert.equal(Buffer.from((await store.get(path)) ?? []).toString(), "main");
  });

  it("is no hindrance once Heron has given it back in time", async () => {
    await store.create(path, Buffer.from("main"));
    const taken = take(5_000);
    await sleep(100);
    await store.delete(path);
    await taken;
  });

  it("is quoted as far as it says whose it is, and not where it holds what no lock does", async () => {
    for (const odd of ["aws_secret_access_key=abc", "cafe", "", "pulumi-heron-aurora a b on c, process x"]) {
      await store.put(path, Buffer.from(odd));
      await refused(take(), /: another command, of Heron's most likely, holds/);
    }
    await store.put(path, Buffer.from("10.0.0.5"));
    await refused(take(), /: Heron's command on 10\.0\.0\.5 holds/);
    await store.put(path, Buffer.from("pulumi-heron-aurora user/other on runner-7, process 1"));
    await refused(take(), /: a run of the stack 'user\/other' on runner-7 \(process 1\) holds/);
  });

  it("that Heron has taken in the middle of a change keeps the packing plan from being written, as does a plan that is another's", async () => {
    const lock = await take();
    await store.create(path, Buffer.from("main"));
    await refused(lock.confirm(), /another command, of Heron's most likely, holds/);
    await store.delete(path);
    await lock.confirm();
    await store.put("packingplans/wc", Buffer.from("ours"));
    lock.wrote(Buffer.from("ours"));
    await lock.confirm();
    await store.put("packingplans/wc", Buffer.from("another's"));
    await refused(
      lock.confirm(),
      /changed the packing plan of 'wc' in .* in the middle of a change of ours.*--refresh/,
    );
  });
});

describe("the update lock of a topology where it can be held", () => {
  it("is given back where the packing plan cannot be read", async () => {
    const store: MemoryStore & StateStore = new MemoryStore();
    const given: string[] = [];
    const held: HeldLock = {
      isHeld: () => Promise.resolve(true),
      release: () => Promise.resolve(void given.push("back")),
    };
    store.tryLock = () => Promise.resolve(held);
    store.get = () => Promise.reject(new Error("no answer"));
    await assert.rejects(new StateTree(store).lockUpdates("wc", owner), /no answer/);
    assert.deepEqual(given, ["back"]);
  });
});
