import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import {
  closeSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
  writeSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Cache, openCache, sha256 } from "../../../../components/cache";
import { UserError } from "../../../../components/errors";
import { buildTopologyPackage, type PackageContent } from "../../../../components/heron/package";
import { goldenJson, repoRoot } from "../../../support/paths";

interface GoldenMember {
  readonly name: string;
  readonly type: "0" | "5";
  readonly size: number;
  readonly mode: string;
}

const folders: string[] = [];

function project(): string {
  const folder = mkdtempSync(join(tmpdir(), "package-"));
  folders.push(folder);
  writeFileSync(join(folder, "Pulumi.yaml"), "name: test\n");
  return folder;
}

function contents(folder: string, changes: Partial<PackageContent> = {}): PackageContent {
  const topologyFile = join(folder, "some.jar");
  writeFileSync(topologyFile, "a jar's bytes");
  return {
    topologyFile,
    topologyFileName: "wordcount.jar",
    definition: Buffer.from("a definition"),
    definitionName: "wordcount.defn",
    conf: new Map([
      ["override.yaml", "{}\n"],
      ["release.yaml", "heron.build.version: 0\n"],
      ["statemgr.yaml", "a: b\n"],
      ["heron.aurora", "é\n"],
    ]),
    ...changes,
  };
}

describe("topology package", () => {
  afterEach(() => {
    for (const folder of folders.splice(0)) rmSync(folder, { recursive: true });
  });

  it("has the members of Heron's: names, order, types, sizes and modes", async () => {
    const folder = project();
    const golden = goldenJson("heron", "G-wc", "package.json") as GoldenMember[];
    const size = (name: string): number => golden.find((member) => member.name === name)!.size;
    const confNames = golden.flatMap(({ name }) => (name.startsWith("./heron-conf/") ? [name.slice(13)] : []));
    const topologyFile = join(folder, "built-here.jar");
    writeFileSync(topologyFile, Buffer.alloc(size("golden-topologies.jar")));
    const built = await buildTopologyPackage(
      {
        topologyFile,
        topologyFileName: "golden-topologies.jar",
        definition: Buffer.alloc(size("G-wc.defn")),
        definitionName: "G-wc.defn",
        conf: new Map(confNames.reverse().map((name) => [name, "x".repeat(size(`./heron-conf/${name}`))])),
      },
      openCache(folder),
    );
    const python = `import json,sys,tarfile
print(json.dumps([{"name": m.name, "type": m.type.decode(), "size": m.size, "mode": "0o%o" % m.mode} for m in tarfile.open(sys.argv[1])]))`;
    const members: unknown = JSON.parse(execFileSync("python3", ["-c", python, built.path], { encoding: "utf8" }));
    assert.deepEqual(members, golden);
  });

  it("unpacks with tar to the contents given", async () => {
    const folder = project();
    const built = await buildTopologyPackage(contents(folder), openCache(folder));
    const out = mkdtempSync(join(folder, "out-"));
    assert.equal(execFileSync("tar", ["zxf", built.path, "-C", out, "--no-same-owner"], { encoding: "utf8" }), "");
    assert.deepEqual(readdirSync(out).sort(), ["heron-conf", "wordcount.defn", "wordcount.jar"]);
    assert.equal(readFileSync(join(out, "wordcount.jar"), "utf8"), "a jar's bytes");
    assert.equal(readFileSync(join(out, "wordcount.defn"), "utf8"), "a definition");
    assert.equal(readFileSync(join(out, "heron-conf", "heron.aurora"), "utf8"), "é\n");
  });

  it("is the same bytes in another folder, umask, time zone and process, whatever the file's time", async () => {
    const here = project();
    const built = await buildTopologyPackage(contents(here), openCache(here));

    const there = project();
    const { topologyFile } = contents(there);
    utimesSync(topologyFile, new Date("2001-02-03"), new Date("2001-02-03"));
    const script = `
      process.umask(0o077);
      const { openCache } = require("./components/cache.js");
      const { buildTopologyPackage } = require("./components/heron/package/index.js");
      const conf = new Map([["heron.aurora", "é\\n"], ["statemgr.yaml", "a: b\\n"], ["release.yaml", "heron.build.version: 0\\n"], ["override.yaml", "{}\\n"]]);
      buildTopologyPackage({
        topologyFile: process.argv[1], topologyFileName: "wordcount.jar", conf,
        definition: Buffer.from("a definition"), definitionName: "wordcount.defn",
      }, openCache(process.argv[2])).then(({ path }) => console.log(path));`;
    const path = execFileSync(process.execPath, ["-e", script, topologyFile, there], {
      cwd: join(repoRoot, "bin"),
      env: { ...process.env, TZ: "Asia/Kathmandu" },
      encoding: "utf8",
    }).trim();
    assert.ok(readFileSync(path).equals(readFileSync(built.path)));
    assert.equal(sha256(readFileSync(path)), built.sha256);
    assert.equal(statSync(path).size, built.size);
  });

  it("gives the bytes it always gave: a change of them would roll every topology", async () => {
    const folder = project();
    assert.equal(
      (await buildTopologyPackage(contents(folder), openCache(folder))).sha256,
      "a522492e0a64564c39ff2a56032a9e337a098dec8d4f23c97c0820cf13d811a2",
    );
  });

  it("is built once for the same contents, and anew when any of them differs", async () => {
    const folder = project();
    const cache = openCache(folder);
    const first = await buildTopologyPackage(contents(folder), cache);
    const writtenAt = statSync(first.path).mtimeMs;
    assert.deepEqual(await buildTopologyPackage(contents(folder), cache), first);
    assert.equal(statSync(first.path).mtimeMs, writtenAt);

    const variants = await Promise.all(
      [
        { topologyFileName: "other.jar" },
        { definitionName: "other.defn" },
        { definition: Buffer.from("b definition") },
        { conf: new Map([["override.yaml", "a: b\n"]]) },
      ].map((changes) => buildTopologyPackage(contents(folder, changes), cache)),
    );
    const otherFile = join(folder, "other");
    writeFileSync(otherFile, "b jar's bytes");
    variants.push(await buildTopologyPackage(contents(folder, { topologyFile: otherFile }), cache));
    assert.equal(new Set([first, ...variants].map((built) => built.sha256)).size, 6);
  });

  it("is built again when the kept one was damaged", async () => {
    const folder = project();
    const cache = openCache(folder);
    const first = await buildTopologyPackage(contents(folder), cache);
    writeFileSync(first.path, "damaged");
    const again = await buildTopologyPackage(contents(folder), cache);
    assert.deepEqual(again, first);
    assert.equal(sha256(readFileSync(again.path)), first.sha256);
  });

  it("refuses names that are paths, and two members of one name", async () => {
    const folder = project();
    const cache = openCache(folder);
    for (const changes of [
      { topologyFileName: "../evil.jar" },
      { definitionName: "" },
      { definitionName: "wordcount.jar" },
      { conf: new Map([["../../etc/passwd", ""]]) },
    ]) {
      await assert.rejects(buildTopologyPackage(contents(folder, changes), cache), UserError);
    }
  });

  it("fails when the topology file changes between being hashed and being packed, and is then built from what is there", async () => {
    const folder = project();
    const cache = openCache(folder);
    const given = contents(folder);
    const before = Object.assign(Object.create(cache) as Cache, { hash: () => Promise.resolve(sha256("before")) });
    await assert.rejects(buildTopologyPackage(given, before), /wordcount\.jar was changed while it was being packed/);
    assert.equal((await buildTopologyPackage(given, cache)).size > 0, true);
  });

  it("fails for a topology file that is not there", async () => {
    const folder = project();
    const missing = contents(folder, { topologyFile: join(folder, "missing.jar") });
    await assert.rejects(
      buildTopologyPackage(missing, openCache(folder)),
      /^UserError: package: there is no file missing\.jar/,
    );
  });

  it("packs a file far larger than the memory it takes", function () {
    this.timeout(60_000);
    const folder = project();
    const { topologyFile } = contents(folder);
    const file = openSync(topologyFile, "w");
    writeSync(file, "end", 300 * 1024 * 1024);
    closeSync(file);
    const script = `
      const { openCache } = require("./components/cache.js");
      const { buildTopologyPackage } = require("./components/heron/package/index.js");
      buildTopologyPackage({
        topologyFile: process.argv[1], topologyFileName: "big.jar", conf: new Map(),
        definition: Buffer.from("d"), definitionName: "big.defn",
      }, openCache(process.argv[2])).then(({ size }) => console.log(JSON.stringify({ size, kib: process.resourceUsage().maxRSS })));`;
    const printed = execFileSync(process.execPath, ["-e", script, topologyFile, folder], {
      cwd: join(repoRoot, "bin"),
      encoding: "utf8",
    });
    const { size, kib } = JSON.parse(printed) as { size: number; kib: number };
    assert.ok(size > 300 * 1024 * 1024);
    assert.ok(kib < 200 * 1024, `peak memory was ${String(Math.round(kib / 1024))} MiB`);
  });
});
