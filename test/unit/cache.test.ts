import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { createHash, randomBytes } from "node:crypto";
import {
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { mkdir, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { mock } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { promisify } from "node:util";
import { type Cache, openCache, sha256 } from "../../components/cache";
import { UserError } from "../../components/errors";
import { coarsestStepMs, fileHash, hashedAtOnce, sha256File, stampOf } from "../../components/file-hash";
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
    await openCache(inner).put("texts", Buffer.from("hello"));
    assert.equal(readFileSync(join(project, ".heron", "cache", "texts", sha256("hello")), "utf8"), "hello");
  });

  it("is not found outside of a project", () => {
    assert.throws(() => openCache("/"), UserError);
  });

  it("says in words that it cannot be written", async () => {
    await writeFile(join(project, ".heron"), "");
    await assert.rejects(cache.put("texts", Buffer.from("hello")), (error) => {
      assert.ok(error instanceof UserError);
      assert.match(
        error.message,
        /^The project's cache .*\/\.heron\/cache cannot be written \(ENOTDIR\)\. Give the user/,
      );
      return true;
    });
  });

  it("gives back what was put, by its hash", async () => {
    assert.equal(await cache.put("texts", Buffer.from("hello")), sha256("hello"));
    assert.deepEqual(await cache.get("texts", sha256("hello")), Buffer.from("hello"));
  });

  it("knows nothing of another kind or hash", async () => {
    const address = await cache.put("texts", Buffer.from("hello"));
    assert.equal(await cache.get("others", address), undefined);
    assert.equal(await cache.get("texts", absent), undefined);
    assert.equal(await cache.file(absent), undefined);
    assert.equal(await cache.noted("texts", absent), undefined);
  });

  it("takes a file piece by piece", async () => {
    const stored = await cache.putFile(pieces("one ", "two"));
    assert.deepEqual([stored.sha256, stored.size], [sha256("one two"), 7]);
    assert.equal(readFileSync(stored.path, "utf8"), "one two");
    assert.deepEqual(await cache.file(stored.sha256), stored);
    assert.equal(await cache.locate(stored.sha256), stored.path);
  });

  it("leaves nothing behind when a stream breaks off", async () => {
    const broken = (async function* () {
      yield await Promise.resolve(Buffer.from("half"));
      throw new Error("broke off");
    })();
    await assert.rejects(cache.putFile(broken), /broke off/);
    assert.deepEqual(readdirSync(join(project, ".heron", "cache"), { recursive: true }), ["new"]);
  });

  it("removes bytes that were tampered with, and treats them as absent until they are put again", async () => {
    const address = await cache.put("texts", Buffer.from("hello"));
    writeFileSync(join(project, ".heron", "cache", "texts", address), "hellO");
    assert.equal(await cache.get("texts", address), undefined);
    assert.deepEqual(readdirSync(join(project, ".heron", "cache", "texts")), []);
    await cache.put("texts", Buffer.from("hello"));
    assert.deepEqual(await cache.get("texts", address), Buffer.from("hello"));
  });

  it("mends tampered bytes when they are put again before anybody read them", async () => {
    const address = await cache.put("texts", Buffer.from("hello"));
    writeFileSync(join(project, ".heron", "cache", "texts", address), "hellO");
    await cache.put("texts", Buffer.from("hello"));
    assert.deepEqual(await cache.get("texts", address), Buffer.from("hello"));
  });

  it("removes a file that was tampered with, and treats it as absent", async () => {
    const { sha256: address, path } = await cache.putFile(pieces("hello"));
    writeFileSync(path, "hellO");
    assert.equal(await cache.locate(address), undefined);
    assert.deepEqual(readdirSync(join(project, ".heron", "cache", "files")), []);
  });

  it("remembers a file that lies elsewhere, as long as it is there and the same", async () => {
    const path = join(project, "elsewhere");
    writeFileSync(path, "hello");
    await cache.remember(sha256("hello"), path);
    assert.deepEqual(await cache.file(sha256("hello")), { sha256: sha256("hello"), size: 5, path });
    writeFileSync(path, "hellO");
    assert.equal(await cache.locate(sha256("hello")), undefined);
    assert.equal(readFileSync(path, "utf8"), "hellO", "a file of the user's is never removed");
    rmSync(path);
    assert.equal(await cache.locate(sha256("hello")), undefined);
  });

  it("keeps the first note of an input until it is forgotten", async () => {
    const input = sha256("input");
    assert.equal(await cache.note("texts", input, sha256("first")), sha256("first"));
    assert.equal(await cache.note("texts", input, sha256("second")), sha256("first"));
    assert.equal(await cache.noted("texts", input), sha256("first"));
    await cache.forget("texts", input);
    assert.equal(await cache.noted("texts", input), undefined);
    assert.equal(await cache.note("texts", input, sha256("second")), sha256("second"));
  });

  it("treats a damaged note as absent", async () => {
    const input = sha256("input");
    await cache.note("texts", input, sha256("first"));
    writeFileSync(join(project, ".heron", "cache", "texts-by-input", input), "");
    assert.equal(await cache.noted("texts", input), undefined);
    assert.equal(await cache.note("texts", input, sha256("second")), sha256("second"));
  });

  it("takes no address that would leave its folder", async () => {
    await assert.rejects(cache.get("texts", "../../etc/passwd"), TypeError);
    await assert.rejects(cache.noted("texts", "../x"), TypeError);
  });

  it("gives several processes that make the same thing one answer", async () => {
    const script = `
      const { openCache, sha256 } = require(${JSON.stringify(join(repoRoot, "bin", "components", "cache.js"))});
      const cache = openCache();
      (async () => {
        const mine = await cache.put("texts", Buffer.alloc(200000, process.argv[1]));
        const counts = await cache.note("texts", sha256("input"), mine);
        if (!(await cache.get("texts", counts))) throw new Error("lost");
        console.log(counts);
      })();`;
    const runs = Array.from({ length: 6 }, (_, i) =>
      promisify(execFile)(process.execPath, ["-e", script, String(i)], { cwd: project }),
    );
    const answers = new Set((await Promise.all(runs)).map(({ stdout }) => stdout));
    assert.equal(answers.size, 1);
    assert.deepEqual(readdirSync(join(project, ".heron", "cache", "new")), []);
  });
});

async function* pieces(...texts: string[]): AsyncGenerator<Uint8Array> {
  for (const text of texts) yield await Promise.resolve(Buffer.from(text));
}

describe("sha256File", () => {
  let folder: string;
  beforeEach(() => (folder = mkdtempSync(join(tmpdir(), "sha256-"))));
  afterEach(() => rmSync(folder, { recursive: true }));

  it("hashes a file of many pieces", async () => {
    const content = randomBytes(300_000);
    writeFileSync(join(folder, "f"), content);
    assert.equal(await sha256File(join(folder, "f")), createHash("sha256").update(content).digest("hex"));
  });

  it("sees a change of the same size whose writer has set the time back", async () => {
    const path = join(folder, "f");
    const stamp = new Date("2020-01-01");
    writeFileSync(path, "aaaa");
    utimesSync(path, stamp, stamp);
    assert.equal(await sha256File(path), sha256("aaaa"));
    await sleep(20);
    writeFileSync(path, "bbbb");
    utimesSync(path, stamp, stamp);
    assert.equal(await sha256File(path), sha256("bbbb"));
  });

  it("does not read an untouched file again", () => {
    const path = join(folder, "f");
    writeFileSync(path, "aaaa");
    const first = fileHash(path, stampOf(path));
    assert.equal(fileHash(path, stampOf(path)), first);
  });

  it("fails for a missing file, and hashes it once it is there", async () => {
    const path = join(folder, "later");
    await assert.rejects(sha256File(path), /ENOENT/);
    writeFileSync(path, "now");
    assert.equal(await sha256File(path), sha256("now"));
  });
});

describe("the hash of a large file, as the cache of the checkout keeps it", () => {
  let project: string;
  let cache: Cache;
  let path: string;
  const content = Buffer.alloc(hashedAtOnce + 1, "a");
  const other = Buffer.alloc(hashedAtOnce + 1, "b");
  const notes = () => join(project, ".heron", "cache", "hashes");
  /** Has the note say what the file never was: whoever answers that has not read the file. */
  const falsify = () => {
    const [name = ""] = readdirSync(notes());
    const note = join(notes(), name);
    writeFileSync(note, readFileSync(note, "utf8").replace(/\w{64}$/, absent));
  };
  const later = () => {
    const now = Date.now();
    mock.method(Date, "now", () => now + coarsestStepMs + 1000);
  };

  beforeEach(async () => {
    project = realpathSync(mkdtempSync(join(tmpdir(), "cache-")));
    await writeFile(join(project, "Pulumi.yaml"), "name: test\n");
    cache = openCache(project);
    path = join(project, "core.tar.gz");
    writeFileSync(path, content);
  });
  afterEach(() => {
    mock.restoreAll();
    rmSync(project, { recursive: true });
  });

  it("is believed in the next run, without reading the file", async () => {
    later();
    assert.equal(await cache.hash(path), sha256(content));
    falsify();
    assert.equal(await cache.hash(path), absent);
  });

  it("is found again where the file is remembered", async () => {
    later();
    await cache.remember(await cache.hash(path), path);
    assert.equal(await cache.locate(sha256(content)), path);
    falsify();
    assert.equal(await cache.locate(sha256(content)), undefined);
  });

  it("is not kept of a file that had just been written, now or later: the next writing might not show", async () => {
    assert.equal(await cache.hash(path), sha256(content));
    later();
    assert.equal(await cache.hash(path), sha256(content));
    assert.throws(() => readdirSync(notes()), /ENOENT/);
  });

  it("is taken anew of a file that was written to, whatever its time was set to", async () => {
    const time = new Date("2020-01-01");
    utimesSync(path, time, time);
    later();
    assert.equal(await cache.hash(path), sha256(content));
    mock.restoreAll();
    await sleep(20);
    writeFileSync(path, other);
    utimesSync(path, time, time);
    assert.equal(await cache.hash(path), sha256(other));
  });

  it("is taken anew of another file in its place", async () => {
    later();
    await cache.hash(path);
    writeFileSync(`${path}.new`, other);
    renameSync(`${path}.new`, path);
    assert.equal(await cache.hash(path), sha256(other));
  });

  it("is taken anew where the note is damaged", async () => {
    later();
    await cache.hash(path);
    for (const name of readdirSync(notes())) writeFileSync(join(notes(), name), "");
    assert.equal(await cache.hash(path), sha256(content));
  });

  it("is not kept of a small one, which is read as quickly", async () => {
    writeFileSync(path, "small");
    later();
    assert.equal(await cache.hash(path), sha256("small"));
    assert.throws(() => readdirSync(notes()), /ENOENT/);
  });
});
