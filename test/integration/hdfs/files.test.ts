import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { createHash, randomBytes } from "node:crypto";
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import type { HdfsFileInputs } from "../../../components/artifacts/hdfs/file";
import { holdsFile, putFile, releaseFile } from "../../../components/artifacts/hdfs/files";
import type { HdfsConnection } from "../../../components/artifacts/hdfs/namenodes";
import { WebHdfs } from "../../../components/artifacts/hdfs/webhdfs";
import { fetchCommand } from "../../../components/aurora/thermos";
import { UserError } from "../../../components/errors";
import { type HdfsServer, startHdfs, startTimeoutMs } from "../../support/hdfs";
import { HdfsDoor } from "../../support/hdfs-door";
import { freePort } from "../../support/ports";

const folder = "/heron/core";
const token = "SAFEtoken-of_a_secret";

describe("packages in a real HDFS", () => {
  let server: HdfsServer;
  let door: HdfsDoor;
  let work: string;

  /** A package of about a megabyte, of which no two are the same. */
  const made = (owner = "user/test/core") => {
    const bytes = gzipSync(randomBytes(1_000_000), { level: 0 });
    const sha256 = createHash("sha256").update(bytes).digest("hex");
    const source = join(work, sha256);
    writeFileSync(source, bytes);
    const path = `${folder}/heron-core-${sha256}.tar.gz`;
    const file: HdfsFileInputs = { cluster: "west", namenodes: [], path, sha256, size: bytes.length, owner };
    return { file, source };
  };
  const using = async <T>(work: (hdfs: WebHdfs) => Promise<T>, connection: Partial<HdfsConnection> = {}) => {
    const hdfs = new WebHdfs({ cluster: "west", namenodes: [door.url], user: "heron", ...connection });
    try {
      return await work(hdfs);
    } finally {
      await hdfs.close();
    }
  };
  const standby = (exception = "StandbyException") => ({
    status: 403,
    body: JSON.stringify({ RemoteException: { exception, message: "Operation category READ is not supported" } }),
  });
  const failure = async (work: Promise<unknown>) => {
    const error = await work.then(
      () => assert.fail("it went well"),
      (reason: unknown) => reason,
    );
    assert.ok(error instanceof UserError, String(error));
    assert.ok(!JSON.stringify(error, Object.getOwnPropertyNames(error)).includes(token));
    return error.message;
  };

  before(async function () {
    this.timeout(startTimeoutMs);
    server = await startHdfs();
    await server.makeFolder("/heron", "heron");
    work = mkdtempSync(join(tmpdir(), "hdfs-files-"));
  });

  beforeEach(async () => {
    door = await HdfsDoor.open(server.url);
  });

  afterEach(async () => {
    await door.close();
    await server.ask("DELETE", folder, "op=DELETE&recursive=true");
  });

  after(async () => {
    await server.stop();
    rmSync(work, { recursive: true });
  });

  it("are fetched by Hadoop's own shell in the agents' very command, over what an earlier attempt left", async function () {
    this.timeout(60_000);
    mkdirSync(join(work, "heron-core"));
    writeFileSync(join(work, "heron-core", "release"), "0.20.5");
    const { file } = made();
    const source = join(work, "core.tar.gz");
    assert.equal(spawnSync("tar", ["czf", source, "-C", work, "heron-core"]).status, 0);
    const bytes = spawnSync("cat", [source]).stdout;
    const sha256 = createHash("sha256").update(bytes).digest("hex");
    await using((hdfs) => putFile(hdfs, { ...file, sha256, size: bytes.length }, source));
    const task = join(work, "task");
    mkdirSync(task);
    writeFileSync(join(task, "heron-core.tar.gz"), "half of it");
    const fetch = (uri: string) =>
      spawnSync("bash", ["-c", fetchCommand("hdfs", { uri, sha256, file: "heron-core.tar.gz" })], {
        cwd: task,
        encoding: "utf8",
        env: { PATH: `${server.tools}:${process.env.PATH ?? ""}` },
      });
    const fetched = fetch(`hdfs://${server.authority}${file.path}`);
    assert.equal(fetched.status, 0, fetched.stderr);
    assert.ok(existsSync(join(task, "heron-core", "release")));
    writeFileSync(join(task, "heron-core.tar.gz"), "another");
    const missing = fetch(`hdfs://${server.authority}/heron/core/none.tar.gz`);
    assert.equal(missing.status, 1, missing.stderr);
    assert.match(missing.stderr, /No such file or directory/);
  });

  it("are uploaded once, whoever keeps them, and removed when the last one lets go", async () => {
    const { file, source } = made();
    const other = { ...file, owner: "user/prod/core" };
    await using(async (hdfs) => {
      await putFile(hdfs, file, source);
      await putFile(hdfs, file, source);
      await putFile(hdfs, other, source);
      assert.equal(door.operations.filter((op) => op === "CREATE").length, 1);
      await releaseFile(hdfs, file);
      await releaseFile(hdfs, file);
      assert.ok(await holdsFile(hdfs, file));
      await releaseFile(hdfs, other);
      assert.deepEqual(await server.paths(folder), []);
    });
  });

  describe("that the last owner lets go of while another claims them", () => {
    /** What is there in the end, when the other's claim comes just before or after that step of the letting go. */
    const claimedAt = async (step: "remove" | "rename", which: RegExp, when: "before" | "after") => {
      const { file, source } = made();
      const other = { ...file, owner: "user/prod/core" };
      await using((hdfs) => putFile(hdfs, file, source));
      await using(async (hdfs) => {
        const [claim, original] = [() => using((theirs) => putFile(theirs, other, source)), hdfs[step].bind(hdfs)];
        let isDue = true;
        const ambushed = async (path: string, second: never) => {
          const isNow = isDue && which.test(path);
          if (isNow) isDue = false;
          if (isNow && when === "before") await claim();
          const answer = await original(path, second);
          if (isNow && when === "after") await claim();
          return answer;
        };
        Object.assign(hdfs, { [step]: ambushed });
        await releaseFile(hdfs, file);
        assert.ok(!isDue, "the step was not taken");
      });
      const left = await server.paths(folder);
      assert.deepEqual(left, [file.path, `${file.path}.owners`, `${file.path}.owners/user+prod+core`]);
      assert.equal(await using((hdfs) => hdfs.sha256(file.path)), file.sha256);
    };

    for (const [step, which, words] of [
      ["remove", /\.owners$/, "the owners' folder is removed"],
      ["rename", /\.tar\.gz$/, "the file is put aside"],
      ["remove", /\.owners\/user\+test\+core$/, "its own claim is given up"],
    ] as const) {
      for (const when of ["before", "after"] as const) {
        it(`stay for that one: ${when} ${words}`, () => claimedAt(step, which, when));
      }
    }

    it("come back by the next run where one was killed that had put them aside", async () => {
      const { file, source } = made();
      const other = { ...file, owner: "user/prod/core" };
      await using(async (hdfs) => {
        await putFile(hdfs, file, source);
        const rename = hdfs.rename.bind(hdfs);
        hdfs.rename = async (from, to) => {
          await rename(from, to);
          throw new Error("killed");
        };
        await assert.rejects(releaseFile(hdfs, file), /killed/);
        hdfs.rename = rename;
        assert.equal(await hdfs.status(file.path), undefined);
        await hdfs.mkdirs(`${other.path}.owners/user+prod+core`);
        await releaseFile(hdfs, file);
        assert.ok(await holdsFile(hdfs, file));
        await releaseFile(hdfs, other);
        assert.deepEqual(await server.paths(folder), []);
      });
    });
  });

  it("are seen to be gone, and to be of another length, and are put back", async () => {
    const { file, source } = made();
    await using(async (hdfs) => {
      await putFile(hdfs, file, source);
      await server.ask("DELETE", file.path, "op=DELETE");
      assert.ok(!(await holdsFile(hdfs, file)));
      await putFile(hdfs, file, source);
      writeFileSync(join(work, "short"), "short");
      await hdfs.write(file.path, join(work, "short"), 5);
      assert.ok(!(await holdsFile(hdfs, file)));
      await putFile(hdfs, file, source);
      assert.equal(await hdfs.sha256(file.path), file.sha256);
    });
  });

  it("whose upload breaks in the middle are uploaded again at once", async () => {
    const { file, source } = made();
    door.breakUploads = 1;
    await using((hdfs) => putFile(hdfs, file, source));
    assert.equal(door.operations.filter((op) => op === "CREATE").length, 2);
    assert.equal(await using((hdfs) => hdfs.sha256(file.path)), file.sha256);
  });

  it("never stand under their name in part; the next run removes what a broken one left", async function () {
    this.timeout(60_000);
    const { file, source } = made();
    door.breakUploads = 10;
    assert.match(
      await failure(using((hdfs) => putFile(hdfs, file, source))),
      /HDFS does not answer: 127\.0\.0\.1:\d+: /,
    );
    const left = await server.paths(folder);
    assert.ok(!left.includes(file.path), left.join());
    assert.ok(left.includes(`${file.path}.owners/user+test+core/part`), left.join());
    door.breakUploads = 0;
    const next = made();
    await using((hdfs) => putFile(hdfs, next.file, next.source));
    assert.deepEqual(await server.paths(folder), [
      next.file.path,
      `${next.file.path}.owners`,
      `${next.file.path}.owners/user+test+core`,
    ]);
  });

  it("that are whole stay, though a part of them was left beside them, when the next is put there", async () => {
    const [{ file, source }, next] = [made(), made()];
    const part = `${file.path}.owners/user+test+core/part`;
    await using(async (hdfs) => {
      await putFile(hdfs, file, source);
      await hdfs.write(part, source, file.size);
      await putFile(hdfs, next.file, next.source);
      assert.ok(await holdsFile(hdfs, file));
      assert.ok(!(await server.paths(folder)).includes(part));
      await putFile(hdfs, { ...file, owner: "user/prod/core" }, source);
      await releaseFile(hdfs, { ...file, owner: "user/prod/core" });
      assert.ok(await holdsFile(hdfs, file), "its owner keeps it still");
    });
  });

  it("leave no part beside them where another owner's upload was the first to finish", async () => {
    const [killed, late] = [made(), made()];
    const noPart = async () => assert.ok(!(await server.paths(folder)).some((path) => path.endsWith("/part")));
    await using(async (hdfs) => {
      await hdfs.write(`${killed.file.path}.owners/user+test+core/part`, killed.source, killed.file.size);
      await putFile(hdfs, { ...killed.file, owner: "user/prod/core" }, killed.source);
      await putFile(hdfs, killed.file, killed.source);
      await noPart();
      const rename = hdfs.rename.bind(hdfs);
      hdfs.rename = async (from, to) => {
        await hdfs.write(to, late.source, late.file.size);
        await rename(from, to);
      };
      await putFile(hdfs, late.file, late.source);
      assert.ok(await holdsFile(hdfs, late.file));
      await noPart();
    });
  });

  it("that changed while they were sent are refused, and nothing of them stays under a name", async () => {
    const { file, source } = made();
    const lie = { ...file, sha256: "0".repeat(64) };
    assert.match(await failure(using((hdfs) => putFile(hdfs, lie, source))), /is not what was sent/);
    assert.ok(!(await server.paths(folder)).includes(file.path));
  });

  it("may not be put where the user may not write, which is told with what to do", async () => {
    const { file, source } = made();
    const elsewhere = { ...file, path: `/closed/${file.sha256}.tar.gz` };
    const message = await failure(using((hdfs) => putFile(hdfs, elsewhere, source)));
    assert.match(message, /refuses \/closed.*Permission denied: user=heron.*artifacts\.hdfs\.path/);
  });

  it("go to the namenode that is active: one that is gone and a standby are passed over", async () => {
    const { file, source } = made();
    const idle = await HdfsDoor.open(server.url);
    idle.guard = () => standby();
    const gone = `http://127.0.0.1:${await freePort()}`;
    await using((hdfs) => putFile(hdfs, file, source), { namenodes: [gone, idle.url, door.url] });
    assert.ok(await using((hdfs) => holdsFile(hdfs, file)));
    assert.equal(idle.requests.length, 1, "the one that answered is asked first from then on");
    await idle.close();
  });

  it("go to the namenode that takes over, when the active one becomes standby in the middle of the work", async () => {
    const [first, second] = [made(), made()];
    const other = await HdfsDoor.open(server.url);
    other.guard = () => standby();
    await using(
      async (hdfs) => {
        await putFile(hdfs, first.file, first.source);
        const asked = other.requests.length;
        assert.equal(asked, 0, "the active one answers first");
        door.guard = () => standby();
        other.guard = () => undefined;
        await putFile(hdfs, second.file, second.source);
        assert.ok(other.operations.includes("CREATE"));
        const passed = door.requests.length;
        assert.ok(await holdsFile(hdfs, first.file));
        assert.ok(await holdsFile(hdfs, second.file));
        assert.equal(door.requests.length, passed, "the one that took over is asked first from then on");
      },
      { namenodes: [door.url, other.url] },
    );
    await other.close();
  });

  it("wait for a fail-over that goes on", async () => {
    let refusals = 0;
    door.guard = () => (refusals++ < 2 ? standby("RetriableException") : undefined);
    assert.equal(await using((hdfs) => hdfs.status("/none")), undefined);
  });

  it("are not put anywhere when no namenode is active, and each one's reason is told", async function () {
    this.timeout(30_000);
    door.guard = () => standby();
    const gone = `http://127.0.0.1:${await freePort()}`;
    const message = await failure(using((hdfs) => hdfs.status("/heron"), { namenodes: [gone, door.url] }));
    assert.match(message, /127\.0\.0\.1:\d+: .*ECONNREFUSED.*; 127\.0\.0\.1:\d+: StandbyException/);
  });

  describe("with a delegation token", () => {
    const needs = (has: (asked: HdfsDoor["requests"][number]) => boolean) => {
      door.guard = (asked) => (has(asked) ? undefined : { status: 401, body: "<html>Authentication required</html>" });
    };

    it("go to HttpFS with the token in a header alone", async () => {
      needs(({ header }) => header === token);
      await using((hdfs) => hdfs.list("/heron"), { token });
      assert.ok(door.requests.every(({ query }) => !query.has("delegation")));
    });

    it("go to a namenode, which reads it from the query alone, with the token there", async () => {
      needs(({ query }) => query.get("delegation") === token);
      await using(
        async (hdfs) => {
          await hdfs.list("/heron");
          await hdfs.status("/heron");
        },
        { token },
      );
      assert.deepEqual(
        door.requests.map(({ header }) => header),
        [token, undefined, undefined],
      );
    });

    it("that is not taken are refused without a word of it", async () => {
      door.guard = () => ({
        status: 403,
        body: JSON.stringify({ RemoteException: { exception: "InvalidToken", message: `${token} is expired` } }),
      });
      const message = await failure(using((hdfs) => hdfs.status("/heron"), { token }));
      assert.match(message, /does not take the delegation token in heron:credentials\.west\.hdfs\.token/);
    });

    it("that is missing are refused with where it goes", async () => {
      needs(() => false);
      const message = await failure(using((hdfs) => hdfs.status("/heron")));
      assert.match(message, /wants authentication\. Set heron:credentials\.west\.hdfs\.token/);
    });
  });
});
