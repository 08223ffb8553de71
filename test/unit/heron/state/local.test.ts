import assert from "node:assert/strict";
import { mkdir, mkdtemp, readFile, readdir, rm, utimes, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setImmediate as nextTurn } from "node:timers/promises";
import { UserError } from "../../../../components/errors";
import { openStateTree } from "../../../../components/heron/state";
import { openLocalStore } from "../../../../components/heron/state/local";
import { directories } from "../../../../components/heron/state/paths";
import { behavesAsStateTree } from "./behaviour";
import { recordedTree } from "./golden-state";
import { makeDirectories } from "./stores";

describe("A state tree in a folder", () => {
  let root: string;

  beforeEach(async () => {
    root = await mkdtemp(join(tmpdir(), "state-"));
  });
  afterEach(() => rm(root, { recursive: true }));

  behavesAsStateTree(() => openLocalStore(root));

  it("has Heron's layout: a file a node in a folder a kind, every folder made with the first write", async () => {
    const { submission, nodes } = recordedTree("G-wc");
    const tree = await openStateTree({ local: { root: join(root, "made", "anew") } });
    await tree.submit(submission);
    assert.deepEqual(
      (await readdir(join(root, "made", "anew"))).filter((entry) => !entry.startsWith(".")),
      [...directories].sort(),
    );
    const file = join(root, "made", "anew", "packingplans", "G-wc");
    assert.equal((await readFile(file)).toString("hex"), nodes["packingplans/G-wc"]);
  });

  it("makes nothing where it is only looked at, or nodes are deleted that are not there", async () => {
    const tree = await openStateTree({ local: { root: join(root, "not", "there") } });
    assert.deepEqual(await tree.topologies(), []);
    assert.equal((await tree.read("wc")).topology, undefined);
    await tree.erase("wc");
    assert.deepEqual(await readdir(root), []);
  });

  it("clears away what a write that was killed has left, once no write can take so long", async () => {
    const [old, young] = ["old", "young"].map((name) => join(root, ".unfinished", name));
    assert.ok(old !== undefined && young !== undefined);
    await mkdir(join(root, ".unfinished"), { recursive: true });
    for (const file of [old, young]) await writeFile(file, "half");
    const hoursAgo = new Date(Date.now() - 2 * 3_600_000);
    await utimes(old, hoursAgo, hoursAgo);
    await makeDirectories(await openLocalStore(root));
    assert.deepEqual(await readdir(join(root, ".unfinished")), ["young"]);
  });

  it("leaves no unfinished file behind, and shows none as a node", async () => {
    const store = await openLocalStore(root);
    await store.put("topologies/wc", Buffer.from("one"));
    await store.create("topologies/wc", Buffer.from("two"));
    assert.deepEqual(await readdir(join(root, ".unfinished")), []);
    assert.deepEqual(await readdir(join(root, "topologies")), ["wc"]);
  });

  it("never shows a reader half a node while it is overwritten", async () => {
    const store = await openLocalStore(root);
    const versions = ["a", "b"].map((letter) => Buffer.alloc(200_000, letter));
    await store.put("packingplans/wc", versions[0]!);
    const progress = { writing: true };
    const writer = (async () => {
      for (let turn = 0; turn < 30; turn++) await store.put("packingplans/wc", versions[turn % 2]!);
      progress.writing = false;
    })();
    while (progress.writing) {
      const seen = await store.get("packingplans/wc");
      assert.ok(seen !== undefined && versions.some((version) => version.equals(seen)));
      await nextTurn();
    }
    await writer;
  });

  it("says which folder cannot be made, and what it must be", async () => {
    await writeFile(join(root, "file"), "");
    const tree = await openStateTree({ local: { root: join(root, "file", "state") } });
    await assert.rejects(tree.recordScheduler("wc", []), (error) => {
      assert.ok(error instanceof UserError);
      assert.match(error.message, /file\/state cannot be made: .*every agent sees/);
      return true;
    });
  });

  it("says which folder cannot be used, for which node, and what to do", async () => {
    const store = await openLocalStore(root);
    await makeDirectories(store);
    await rm(join(root, "pplans"), { recursive: true });
    await writeFile(join(root, "pplans"), "");
    await mkdir(join(root, "topologies", "wc"));
    const told = (code: string, path: string) => (error: unknown) => {
      assert.ok(error instanceof UserError);
      assert.ok(error.message.includes(`${root} cannot be used (${code}: ${path}). Give the user`), error.message);
      return true;
    };
    await assert.rejects(store.get("pplans/wc"), told("ENOTDIR", "pplans/wc"));
    await assert.rejects(store.put("pplans/wc", Buffer.from("one")), told("ENOTDIR", "pplans/wc"));
    await assert.rejects(store.list("pplans"), told("ENOTDIR", "pplans"));
    await assert.rejects(store.get("topologies/wc"), told("EISDIR", "topologies/wc"));
    assert.deepEqual(await readdir(join(root, ".unfinished")), []);
  });

  it("makes a folder again that somebody removed when it was empty", async () => {
    const store = await openLocalStore(root);
    await makeDirectories(store);
    await rm(join(root, "schedulers"), { recursive: true });
    await store.delete("schedulers/wc");
    await store.put("schedulers/wc", Buffer.from("here"));
    assert.deepEqual(await store.list("schedulers"), ["wc"]);
    await mkdir(join(root, "schedulers"), { recursive: true });
  });
});
