import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { createHash, randomBytes } from "node:crypto";
import { mkdtempSync, readdirSync, readFileSync, realpathSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { mkdir, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { type Cache, openCache, sha256, sha256File } from "../../components/cache";
import { UserError } from "../../components/errors";
import { repoRoot } from "../support/paths";

const absent = "0".repeat(64);

describe("cache of the checkout", () => {
  let project: string;
  let cache: Cache;

  beforeEach(async () => {
    project = realpathSync(mkdtempSync(join(tmpdir(), "cache-")));
    await writeFile(join(project, "Pulumi.yaml"), "name: test\n");
    cache = openCache(project);
  });
  afterEach(() => rmSync(project, { recursive: true }));

  it("lies beside the nearest Pulumi.yaml above the folder it is opened from", async () => {
    const inner = join(project, "a", "b");
    await mkdir(inner, { recursive: true });
    const { path } = await openCache(inner).put("text", Buffer.from("hello"));
    assert.equal(path, join(project, ".heron", "cache", "text", sha256("hello")));
    assert.equal(readFileSync(path, "utf8"), "hello");
  });

  it("is not found outside of a project", () => {
    assert.throws(() => openCache("/"), UserError);
  });

  it("gives back what was put, by its hash", async () => {
    const stored = await cache.put("text", Buffer.from("hello"));
    assert.deepEqual(stored, { sha256: sha256("hello"), size: 5, path: cache.path("text", sha256("hello")) });
    assert.deepEqual(await cache.get("text", stored.sha256), Buffer.from("hello"));
    assert.deepEqual(await cache.file("text", stored.sha256), stored);
  });

  it("knows nothing of another kind or hash", async () => {
    const { sha256: key } = await cache.put("text", Buffer.from("hello"));
    assert.equal(await cache.get("other", key), undefined);
    assert.equal(await cache.get("text", absent), undefined);
    assert.equal(await cache.file("text", absent), undefined);
    assert.equal(await cache.recall("text", absent), undefined);
  });

  it("takes a stream piece by piece", async () => {
    const pieces = [Buffer.from("one "), Buffer.from("two")];
    const stored = await cache.put(
      "text",
      (async function* () {
        for (const piece of pieces) yield await Promise.resolve(piece);
      })(),
    );
    assert.equal(stored.sha256, sha256("one two"));
    assert.equal(readFileSync(stored.path, "utf8"), "one two");
  });

  it("leaves nothing behind when a stream breaks off", async () => {
    const broken = (async function* () {
      yield await Promise.resolve(Buffer.from("half"));
      throw new Error("broke off");
    })();
    await assert.rejects(cache.put("text", broken), /broke off/);
    const left = readdirSync(join(project, ".heron", "cache"), { recursive: true });
    assert.deepEqual(left, ["tmp"]);
  });

  it("removes an entry that was tampered with, and treats it as absent", async () => {
    for (const read of ["get", "file"] as const) {
      const { path, sha256: key } = await cache.put("text", Buffer.from("hello"));
      writeFileSync(path, "hellO");
      assert.equal(await cache[read]("text", key), undefined);
      assert.deepEqual(readdirSync(join(project, ".heron", "cache", "text")), []);
    }
  });

  it("recalls what was computed from an input, until the content is gone", async () => {
    const input = sha256("input");
    const { sha256: output, path } = await cache.put("text", Buffer.from("output"));
    assert.equal(await cache.remember("text", input, output), output);
    assert.equal((await cache.recall("text", input))?.sha256, output);
    rmSync(path);
    assert.equal(await cache.recall("text", input), undefined);
  });

  it("lets the first note of an input stand", async () => {
    const input = sha256("input");
    const first = await cache.put("text", Buffer.from("first"));
    const second = await cache.put("text", Buffer.from("second"));
    await cache.remember("text", input, first.sha256);
    assert.equal(await cache.remember("text", input, second.sha256), first.sha256);
    rmSync(first.path);
    assert.equal(await cache.remember("text", input, second.sha256), second.sha256);
  });

  it("takes no name that would leave its folder", async () => {
    assert.throws(() => cache.path("text", "../../etc"), TypeError);
    await assert.rejects(cache.recall("text", "../x"), TypeError);
  });

  it("gives several processes that compute the same thing one answer", async () => {
    const script = `
      const { openCache, sha256 } = require(${JSON.stringify(join(repoRoot, "bin", "components", "cache.js"))});
      const cache = openCache();
      (async () => {
        const mine = await cache.put("text", Buffer.alloc(200000, process.argv[1]));
        const counts = await cache.remember("text", sha256("input"), mine.sha256);
        if (!(await cache.get("text", counts))) throw new Error("lost");
        console.log(counts);
      })();`;
    const runs = Array.from({ length: 6 }, (_, i) =>
      promisify(execFile)(process.execPath, ["-e", script, String(i)], { cwd: project }),
    );
    const answers = new Set((await Promise.all(runs)).map(({ stdout }) => stdout));
    assert.equal(answers.size, 1);
    assert.deepEqual(readdirSync(join(project, ".heron", "cache", "tmp")), []);
  });
});

describe("sha256File", () => {
  let folder: string;
  beforeEach(() => (folder = mkdtempSync(join(tmpdir(), "sha256-"))));
  afterEach(() => rmSync(folder, { recursive: true }));

  it("hashes a file of many pieces", async () => {
    const content = randomBytes(300_000);
    writeFileSync(join(folder, "f"), content);
    assert.equal(await sha256File(join(folder, "f")), createHash("sha256").update(content).digest("hex"));
  });

  it("sees a change of the same size, and does not read an untouched file again", async () => {
    const path = join(folder, "f");
    const stamp = new Date("2020-01-01");
    writeFileSync(path, "aaaa");
    utimesSync(path, stamp, stamp);
    assert.equal(await sha256File(path), sha256("aaaa"));
    writeFileSync(path, "bbbb");
    utimesSync(path, stamp, stamp);
    assert.equal(await sha256File(path), sha256("aaaa"), "same size and time: taken for unchanged");
    utimesSync(path, stamp, new Date("2020-01-02"));
    assert.equal(await sha256File(path), sha256("bbbb"));
  });

  it("fails for a missing file, and hashes it once it is there", async () => {
    const path = join(folder, "later");
    await assert.rejects(sha256File(path), /ENOENT/);
    writeFileSync(path, "now");
    assert.equal(await sha256File(path), sha256("now"));
  });
});
