import assert from "node:assert/strict";
import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import {
  existsSync,
  linkSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { openCache, type Cache } from "../../../components/cache";
import { UserError } from "../../../components/errors";
import { readDefinition, topologyConfig } from "../../../components/heron/definition";
import { emitDefinition, type EmissionRequest } from "../../../components/heron/emission";
import { TopologyState } from "../../../components/heron/proto/gen/topology_pb";
import { downloadTimeoutMs, heronApiJar } from "../../support/libraries";
import { goldenPath, repoRoot } from "../../support/paths";
import {
  buildJar,
  isRunning,
  nothingToRun,
  requestFor,
  testFolder,
  withEnvironment,
  withoutRandomId,
} from "./fixtures";

describe("emission of a Java topology", () => {
  let folder: string;
  let cache: Cache;
  let golden: string;
  let mains: string;

  before(function () {
    this.timeout(downloadTimeoutMs);
    folder = testFolder();
    cache = openCache(folder);
    golden = join(folder, "golden-topologies.jar");
    mains = join(folder, "mains.jar");
    buildJar(goldenPath("heron", "_source", "Topologies.java"), golden);
    buildJar(join(repoRoot, "test", "integration", "emission", "Mains.java"), mains);
  });
  after(() => rmSync(folder, { recursive: true, force: true }));

  const main = (what: string, name: string, rest: Partial<EmissionRequest> = {}, more: readonly string[] = []) =>
    requestFor(mains, name, { class: "mains.Mains", args: [what, name, ...more], ...rest });

  async function failure(request: EmissionRequest): Promise<string> {
    const error: unknown = await emitDefinition(request, cache).then(
      () => assert.fail("it emitted"),
      (reason: unknown) => reason,
    );
    assert.ok(error instanceof UserError, String(error));
    return error.message;
  }

  describe("as Heron's own CLI emitted it", () => {
    for (const [name, topology, rest] of [
      ["G-wc", "wc", {}],
      ["G-big", "big", {}],
      ["G-res", "res", {}],
      ["G-stateful", "stateful", {}],
      ["G-paused", "wc", { initialState: "PAUSED" }],
      ["G-prod", "wc", { environment: "prod" }],
      ["G-jvmprop", "wc", { jvmProperties: { "a.b": "c d" } }],
    ] as const) {
      it(`${name} is the recorded definition but for its random id`, async () => {
        const request = requestFor(golden, name, { class: "golden.Topologies", args: [name, topology], ...rest });
        const recorded = goldenPath("heron", name, "definition.defn");
        assert.deepEqual(
          withoutRandomId(await emitDefinition(request, cache), name),
          withoutRandomId(readFileSync(recorded), recorded),
        );
      });
    }

    for (const extension of ["tar", "tar.gz"]) {
      it(`a ${extension} with the topology's jar on top and libraries under libs/ is, too`, async () => {
        const layout = join(folder, `layout-${extension}`);
        mkdirSync(join(layout, "libs"), { recursive: true });
        execFileSync("cp", [golden, join(layout, "gtar.jar")]);
        execFileSync("cp", [heronApiJar(), join(layout, "libs", "heron-api.jar")]);
        const archive = join(folder, `gtar.${extension}`);
        execFileSync("tar", [extension === "tar" ? "cf" : "czf", archive, "-C", layout, "."]);
        const recorded = goldenPath("heron", "P-tar", "definition.defn");
        const rest = { class: "golden.Topologies", args: ["P-tar", "wc2"], libraries: [] };
        const emitted = await emitDefinition(requestFor(archive, "P-tar", rest), cache);
        assert.deepEqual(withoutRandomId(emitted, archive), withoutRandomId(readFileSync(recorded), recorded));
      });
    }

    it("a tar whose libraries are links to other files in it is, too", async () => {
      const layout = join(folder, "layout-links");
      for (const name of ["libs", "other"]) mkdirSync(join(layout, name), { recursive: true });
      execFileSync("cp", [golden, join(layout, "gtar.jar")]);
      execFileSync("cp", [heronApiJar(), join(layout, "other", "heron-api.jar")]);
      symlinkSync("../other/heron-api.jar", join(layout, "libs", "symbolic.jar"));
      linkSync(join(layout, "other", "heron-api.jar"), join(layout, "libs", "hard.jar"));
      const outwards = ["absolute", "upwards"];
      for (const name of outwards)
        symlinkSync(name === "absolute" ? "/usr/bin/env" : "../../elsewhere", join(layout, name));
      const recorded = goldenPath("heron", "P-tar", "definition.defn");
      const rest = { class: "golden.Topologies", args: ["P-tar", "wc2"], libraries: [] };
      for (const kind of ["symbolic", "hard"]) {
        const archive = join(folder, `${kind}.tar`);
        execFileSync("tar", ["cf", archive, "-C", layout, "gtar.jar", "other", `libs/${kind}.jar`, ...outwards]);
        // A link that is in it twice is the later one.
        execFileSync("tar", ["rf", archive, "-C", layout, `libs/${kind}.jar`]);
        const emitted = await emitDefinition(requestFor(archive, "P-tar", rest), cache);
        assert.deepEqual(withoutRandomId(emitted, archive), withoutRandomId(readFileSync(recorded), recorded));
      }
    });
  });

  it("gives the main its arguments and properties, blanks included", async () => {
    const request = main("tell", "told", { jvmProperties: { "some.property": "a b" }, role: "data team" }, ["c, d=e"]);
    const config = topologyConfig(readDefinition(await emitDefinition(request, cache), "told"));
    assert.equal(config.get("topology.project.name"), "a b|c, d=e");
    assert.equal(config.get("topology.team.name"), "data team");
  });

  it("does not give the main what Pulumi tells its programs, such as the passphrase", async () => {
    const emitted = await withEnvironment({ PULUMI_CONFIG_PASSPHRASE: "the passphrase" }, () =>
      emitDefinition(main("environment", "env"), cache),
    );
    assert.equal(topologyConfig(readDefinition(emitted, "env")).get("topology.project.name"), "null");
  });

  describe("the second time", () => {
    it("runs nothing and gives the same bytes", async () => {
      const request = main("tell", "again", {}, ["x"]);
      const first = await emitDefinition(request, cache);
      const second = await withEnvironment(nothingToRun, () => emitDefinition(request, openCache(folder)));
      assert.deepEqual(Buffer.from(second), Buffer.from(first));
    });

    it("runs the main again when anything that went in is different", async () => {
      const request = main("tell", "again", {}, ["x"]);
      await emitDefinition(request, cache);
      const other = join(folder, "other.jar");
      execFileSync("cp", [heronApiJar(), other]);
      const changes: Partial<EmissionRequest>[] = [
        { class: "mains.Other" },
        { args: ["tell", "again", "y"] },
        { jvmProperties: { "some.property": "z" } },
        { libraries: [other, golden] },
        { cluster: "other" },
        { role: "other" },
        { environment: "prod" },
        { submitUser: "other" },
        { initialState: "PAUSED" },
        { topologyName: "other" },
      ];
      for (const change of changes) {
        await assert.rejects(
          withEnvironment(nothingToRun, () => emitDefinition({ ...request, ...change }, cache)),
          /No Java/,
          JSON.stringify(change),
        );
      }
    });

    it("emits anew when the kept definition was damaged", async () => {
      const request = main("tell", "damaged", {}, ["x"]);
      const own = join(folder, "damaged");
      mkdirSync(own);
      writeFileSync(join(own, "Pulumi.yaml"), "name: test\n");
      await emitDefinition(request, openCache(own));
      const kept = join(own, ".heron", "cache", "definitions");
      for (const file of readdirSync(kept)) writeFileSync(join(kept, file), "damaged");
      const emitted = await emitDefinition(request, openCache(own));
      assert.equal(readDefinition(emitted, "damaged").name, "damaged");
      const again = await withEnvironment(nothingToRun, () => emitDefinition(request, openCache(own)));
      assert.deepEqual(Buffer.from(again), Buffer.from(emitted));
    });

    it("two that emit at once go on with the same bytes", async () => {
      const request = main("tell", "at-once", {}, ["x"]);
      const [one, two] = await Promise.all([
        emitDefinition(request, cache),
        emitDefinition(request, openCache(folder)),
      ]);
      assert.deepEqual(Buffer.from(one), Buffer.from(two));
    });
  });

  it("emits a topology that starts deactivated when asked", async () => {
    const emitted = await emitDefinition(main("tell", "paused", { initialState: "PAUSED" }, ["x"]), cache);
    assert.equal(readDefinition(emitted, "paused").state, TopologyState.PAUSED);
  });

  it("takes a main that prints without end as long as it emits", async () => {
    const emitted = await emitDefinition(main("print", "printer"), cache);
    assert.equal(readDefinition(emitted, "printer").name, "printer");
  });

  it("takes the topology of the wanted name when a main emits several", async () => {
    const emitted = await emitDefinition({ ...main("several", ""), topologyName: "second" }, cache);
    assert.equal(readDefinition(emitted, "second").name, "second");
  });

  it("does not wait for what a main leaves running, and ends it", async () => {
    const pidFile = join(folder, "left.pid");
    await emitDefinition(main("leave-a-child", "leaver", {}, [pidFile]), cache);
    assert.equal(isRunning(Number(readFileSync(pidFile, "utf8"))), false);
  });

  describe("fails in words when", () => {
    it("the main exits: its code and last twenty lines, without what secret variables hold", async () => {
      const message = await withEnvironment({ TEST_API_TOKEN: "s3cr3t-value", JAVA_TOOL_OPTIONS: "-Dhidden=1" }, () =>
        failure(main("fail", "failing")),
      );
      assert.match(message, /^package: mains\.jar: the main of mains\.Mains exited with 3\. Its last lines:\n/);
      const quoted = message.split("\n").slice(1);
      assert.equal(quoted.length, 20);
      assert.equal(quoted.at(-1), "  | cannot go on: [$TEST_API_TOKEN]");
      assert.equal(quoted.at(0), "  | line 12");
      assert.doesNotMatch(message, /s3cr3t|hidden/);
    });

    it("it hangs: it and all that it started are gone at the deadline", async () => {
      const pidFile = join(folder, "hanging.pid");
      const message = await failure(main("hang", "hanging", { timeoutMs: 4000 }, [pidFile]));
      assert.match(message, /did not end within 4 s and was stopped\..*It printed nothing\./);
      assert.equal(isRunning(Number(readFileSync(pidFile, "utf8"))), false);
    });

    it("it emits nothing", async () => {
      assert.match(await failure(main("none", "none")), /emitted no topology\..*HeronSubmitter[^]*\| nothing to do/);
    });

    it("it emits several, none of the wanted name", async () => {
      assert.match(
        await failure(main("several", "third")),
        /emitted 2 topologies \(first, second\), none of them 'third'/,
      );
    });

    it("it emits another name than the document says", async () => {
      const message = await failure({ ...main("tell", "actual", {}, ["x"]), topologyName: "wanted" });
      assert.match(
        message,
        /^name: mains\.jar: the topology calls itself 'actual', but the document says 'wanted'\. Set 'name: actual'/,
      );
    });

    it("what it emits is no definition", async () => {
      assert.match(await failure(main("garbage", "garbage")), /garbage\.defn is not a topology definition/);
    });

    it("the class is not in the jar", async () => {
      const message = await failure(main("tell", "x", { class: "mains.Missing" }));
      assert.match(
        message,
        /^class: mains\.jar: the main of mains\.Missing exited with 1\. mains\.jar holds no such class: correct 'class'/,
      );
    });

    it("heron-api is in none of the jars", async () => {
      assert.match(await failure(main("tell", "x", { libraries: [] }, ["x"])), /mains\.jar does not hold heron-api/);
    });

    it("the file is no jar", async () => {
      const broken = join(folder, "broken.jar");
      writeFileSync(broken, "no jar");
      assert.match(
        await failure(requestFor(broken, "x", { class: "a.B" })),
        /^class: broken\.jar: the main of a\.B exited with 1/,
      );
    });

    it("the tar is no tar", async () => {
      const broken = join(folder, "broken.tar.gz");
      writeFileSync(broken, "no tar");
      assert.match(await failure(requestFor(broken, "x", { class: "a.B" })), /broken\.tar\.gz cannot be unpacked/);
    });

    it("the tar holds a name that leads out of it", async () => {
      const evil = join(folder, "evil.tar");
      writeFileSync(join(folder, "evil.txt"), "evil");
      execFileSync("tar", ["cf", evil, "-P", "--transform", "s,.*evil.txt,../../evil.txt,", join(folder, "evil.txt")]);
      assert.match(await failure(requestFor(evil, "x", { class: "a.B" })), /evil\.tar cannot be unpacked: .*leads out/);
    });

    it("there is no Java: what was looked for, and the way without", async () => {
      const message = await withEnvironment({ ...nothingToRun, JAVA_HOME: "/nonexistent/home" }, () =>
        failure(main("tell", "no-java", {}, ["x"])),
      );
      assert.match(
        message,
        /\$JAVA_BIN \(not set\), \$JAVA_HOME\/bin\/java \(no such program\), java on PATH \(no such/,
      );
      assert.match(message, /Install a JRE.*'definition'/);
      assert.doesNotMatch(message, /nonexistent/);
    });
  });

  it("leaves no folder behind, whether it emits or fails", async () => {
    const temporary = mkdtempSync(join(folder, "temporary-"));
    await withEnvironment({ TMPDIR: temporary }, async () => {
      await emitDefinition(main("tell", "tidy", {}, ["x"]), cache);
      await failure(main("fail", "tidy"));
    });
    assert.deepEqual(readdirSync(temporary), []);
  });

  it("says which folder for temporary files cannot be used", async () => {
    const temporary = mkdtempSync(join(folder, "a=b,c-"));
    const message = await withEnvironment({ TMPDIR: temporary }, () => failure(main("tell", "tmp", {}, ["x"])));
    assert.match(message, /\$TMPDIR.*Set TMPDIR to another/);
    assert.deepEqual(readdirSync(temporary), []);
  });

  it("leaves no process and no folder behind when it is told to end", async () => {
    const temporary = mkdtempSync(join(folder, "temporary-"));
    const pidFile = join(folder, "interrupted.pid");
    const script = `
      const { openCache } = require("./components/cache.js");
      const { emitDefinition } = require("./components/heron/emission/index.js");
      emitDefinition(JSON.parse(process.argv[1]), openCache(process.argv[2]));`;
    const request = main("hang", "interrupted", {}, [`${pidFile}.new`]);
    const child = spawn(process.execPath, ["-e", script, JSON.stringify(request), folder], {
      cwd: join(repoRoot, "bin"),
      env: { ...process.env, TMPDIR: temporary },
      stdio: "inherit",
    });
    while (!existsSync(`${pidFile}.new`) || readFileSync(`${pidFile}.new`, "utf8") === "") await setTimeout(50);
    renameSync(`${pidFile}.new`, pidFile);
    child.kill("SIGTERM");
    const [, signal] = (await once(child, "exit")) as [number | null, string | null];
    assert.equal(signal, "SIGTERM");
    await setTimeout(200);
    assert.equal(isRunning(Number(readFileSync(pidFile, "utf8"))), false);
    assert.deepEqual(readdirSync(temporary), []);
  });
});
