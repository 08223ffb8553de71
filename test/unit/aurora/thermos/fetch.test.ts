import assert from "node:assert/strict";
import { execFileSync, spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { boundFetchCommand, fetchCommand, type FetchMethod } from "../../../../components/aurora/thermos";
import { UserError } from "../../../../components/errors";
import { repoRoot } from "../../../support/paths";

const file = "heron-core.tar.gz";
const aws: FetchMethod = { aws: { region: "eu-central-1" } };

describe("a fetching process, in a real shell", () => {
  let folder: string;
  let work: string;
  let archive: string;
  let sha256: string;

  /** A program of this name that notes its arguments and fetches the archive. */
  const tool = (name: string) => {
    const path = join(folder, "tools", name);
    writeFileSync(path, `#!/bin/sh\nprintf '%s\\n' "$@" > args\ncp "$ARCHIVE" ${file}\n`);
    chmodSync(path, 0o755);
  };
  const run = (command: string) =>
    spawnSync("bash", ["-c", command], {
      cwd: work,
      encoding: "utf8",
      env: { PATH: `${join(folder, "tools")}:${process.env.PATH ?? ""}`, ARCHIVE: archive },
    });
  const args = () => readFileSync(join(work, "args"), "utf8").trimEnd().split("\n");

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "fetch-"));
    work = join(folder, "task");
    for (const each of ["task", "tools", "heron-core"]) mkdirSync(join(folder, each));
    writeFileSync(join(folder, "heron-core", "release"), "0.20.5");
    archive = join(folder, "archive with 'quotes' & $HOME.tar.gz");
    execFileSync("tar", ["czf", archive, "-C", folder, "heron-core"]);
    sha256 = createHash("sha256").update(readFileSync(archive)).digest("hex");
    for (const name of ["curl", "aws", "hdfs"]) tool(name);
  });

  afterEach(() => {
    rmSync(folder, { recursive: true });
  });

  const command = (method: FetchMethod, uri: string, sum = sha256) => fetchCommand(method, { uri, sha256: sum, file });
  const unpacked = () => existsSync(join(work, "heron-core", "release"));

  it("copies from a mounted folder whatever its name, checks and unpacks", () => {
    const { status, stderr } = run(command("copy", pathToFileURL(archive).href));
    assert.equal(status, 0, stderr);
    assert.ok(unpacked());
  });

  it("asks curl to fail on an HTTP error, to retry, and for the very address", () => {
    const uri = "https://packages.s3.eu-central-1.amazonaws.com/a b/$(touch hacked)'";
    assert.equal(run(command("curl", uri)).status, 0);
    const given = args();
    assert.equal(given.at(-1), uri);
    for (const flag of ["--fail", "--show-error", "--retry"]) assert.ok(given.includes(flag), flag);
    assert.ok(unpacked() && !existsSync(join(work, "hacked")));
  });

  it("asks the AWS CLI for the object, in its region and at the server's address, with retries", () => {
    const method: FetchMethod = { aws: { region: "eu-central-1", endpoint: "https://minio.example:9000" } };
    assert.equal(run(command(method, "s3://packages/heron/core.tar.gz")).status, 0);
    assert.deepEqual(args(), [
      ...["s3", "cp", "--only-show-errors", "--region", "eu-central-1"],
      ...["--endpoint-url", "https://minio.example:9000", "s3://packages/heron/core.tar.gz", file],
    ]);
    assert.ok(!command(aws, "s3://a/b").includes("--endpoint-url"));
    assert.match(command(aws, "s3://a/b"), /AWS_MAX_ATTEMPTS=5/);
  });

  it("asks Hadoop's client for the very address, with nothing in its way that an earlier attempt left", () => {
    writeFileSync(join(work, file), "half of it");
    const uri = "hdfs://nameservice1/heron/a b$(touch hacked)'.tar.gz";
    assert.equal(run(command("hdfs", uri)).status, 0);
    assert.deepEqual(args(), ["dfs", "-get", uri, file]);
    assert.ok(unpacked() && !existsSync(join(work, "hacked")));
  });

  it("ends with the fetching command's own exit code, and unpacks nothing", () => {
    const { status } = run(command({ command: "exit 22" }, "s3://a/b"));
    assert.equal(status, 22);
    assert.ok(!unpacked());
  });

  it("refuses a file of another sha256 before it is unpacked, saying both", () => {
    const { status, stderr } = run(command("curl", "https://host/x", "0".repeat(64)));
    assert.equal(status, 65);
    assert.match(stderr, new RegExp(`has sha256 ${sha256}, expected 0{64}`));
    assert.ok(!unpacked());
  });

  it("fetches nothing when the right file is there already, and again when a wrong one is", () => {
    execFileSync("cp", [archive, join(work, file)]);
    assert.equal(run(command({ command: "exit 22" }, "s3://a/b")).status, 0);
    assert.ok(unpacked());
    writeFileSync(join(work, file), "half of it");
    assert.equal(run(command("curl", "https://host/x")).status, 0);
  });

  it("fills a command of the user's own with quoted URI and file", () => {
    // The second is a block of YAML.
    for (const own of ["cp {{{uri}}} {{{file}}}", "true\ncp {{{uri}}} {{{file}}}\n"]) {
      rmSync(join(work, file), { force: true });
      assert.equal(run(command({ command: own }, archive)).status, 0);
      assert.ok(unpacked());
    }
  });

  it("that copies is refused for what does not lie in a folder", () => {
    assert.throws(() => command("copy", "s3://a/b"), UserError);
  });

  it("of heron.aurora says the same, with the name that Heron's submitter binds in the URI's place", () => {
    const bound = boundFetchCommand("hdfs", "CORE_PACKAGE_URI", file);
    assert.equal(bound, `rm -f ${file} && hdfs dfs -get '{{CORE_PACKAGE_URI}}' ${file} && tar zxf ${file}`);
    assert.ok(command("hdfs", "BOUND").includes(`rm -f ${file} && hdfs dfs -get BOUND ${file} ||`));
    for (const method of ["curl", { command: "get {{{uri}}} {{{file}}}" }] as const) {
      const native = command(method, "BOUND");
      const bound = boundFetchCommand(method, "CORE_PACKAGE_URI", file);
      const [fetch = ""] = bound.replace("'{{CORE_PACKAGE_URI}}'", "BOUND").split(" && ");
      assert.ok(native.includes(fetch), `${native} has ${fetch}`);
    }
  });

  it("of heron.aurora gives the AWS CLI the s3:// address of what Heron's S3Uploader binds", () => {
    const fetched = (uri: string) => {
      const { status, stderr } = run(boundFetchCommand(aws, "URI", file).replace("{{URI}}", uri));
      assert.equal(status, 0, stderr);
      assert.ok(unpacked());
      return args().at(-2);
    };
    const recorded = readFileSync(join(repoRoot, "test/golden/heron/_pkgtypes/s3-urls.txt"), "utf8").trim().split("\n");
    // Heron escapes a slash that a prefix begins with; ours never does.
    const ours = recorded.filter((line) => !line.includes("%2F"));
    assert.ok(ours.length > 0);
    for (const line of ours) {
      const [, key = "", url = ""] = /key=(\S+) url=(\S+)/.exec(line) ?? [];
      assert.equal(fetched(url), `s3://bkt/${key}`);
    }
    assert.equal(fetched("s3://packages/heron/core/core.tar.gz"), "s3://packages/heron/core/core.tar.gz");
  });
});
