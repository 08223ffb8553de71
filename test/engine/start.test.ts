import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { once } from "node:events";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { connectAurora } from "../../components/aurora/client";
import type { LoggedRequest } from "../../sandbox";
import { readRunning } from "../../sandbox/running-file";
import { Checkout, type SandboxPlace } from "../support/checkout";
import { repoRoot } from "../support/paths";
import { descendantsOf, isAlive } from "../support/process-tree";
import { freePort } from "../support/ports";

const job = { cluster: "sandbox", role: "heron", environment: "devel", name: "WordCount" };
const nothingRuns = /Nothing of the stack 'local' runs any more/;

describe("npm start and npm run down, in a checkout with a sandbox of its own", () => {
  let place: SandboxPlace;
  let data: string;
  let checkout: Checkout;

  before(async () => {
    place = { port: await freePort(), folder: mkdtempSync(join(tmpdir(), "heron-start-")) };
    data = join(place.folder, "sandbox");
    checkout = new Checkout(place);
  });

  after(() => {
    const sandbox = join(repoRoot, "bin", "sandbox", "main.js");
    execFileSync(process.execPath, [sandbox, "stop", "--data", data, "--kill-tasks"]);
    checkout.dispose();
    rmSync(place.folder, { recursive: true, force: true });
  });

  it("end with the topology running, and say what runs where and what to try next", async () => {
    const output = await succeed("start");
    assert.match(output, /^Topology WordCount is RUNNING$/m);
    assert.match(output, /^ {2}job key {7}sandbox\/heron\/devel\/WordCount$/m);
    assert.match(output, /^ {2}containers {4}3 with the TManager's/m);
    assert.match(output, new RegExp(`^Scheduler {7}http://127\\.0\\.0\\.1:${place.port}\\b`, "m"));
    assert.match(output, /^What to try next$/m);
    assert.match(output, new RegExp(`the sandbox Aurora, process ${sandboxProcess()} `));
    const packages = [...output.matchAll(/^ {2}package {7}(\S+)\n {2}sha256 {8}(\S+)$/gm)];
    assert.equal(packages.length, 2, "the topology's and the core package");
    for (const [, uri = "", sha256] of packages) assert.equal(sha256OfPackage(uri), sha256, uri);
    assert.deepEqual(await statuses(), ["RUNNING", "RUNNING", "RUNNING"]);
  });

  it("change nothing when started again, and build nothing", async () => {
    const [calls, before, sandbox] = [requests().length, await taskIds(), sandboxProcess()];
    const output = await succeed("start");
    assert.match(output, /^Topology WordCount is RUNNING$/m);
    assert.doesNotMatch(output, /^==> Build/m);
    assert.deepEqual(writesSince(calls), []);
    assert.deepEqual(await taskIds(), before);
    assert.equal(sandboxProcess(), sandbox);
  });

  it("scale the topology when its document says more, without a build, and its containers go on", async () => {
    const before = await taskIds();
    checkout.edit("stacks/topologies/wordcount.yaml", (text) => text.replace("count: 2", "count: 4"));
    const output = await succeed("start");
    assert.match(output, /^ {2}instances {5}(count ×4, words ×2|words ×2, count ×4)$/m);
    assert.match(output, /^ {2}containers {4}4 with the TManager's/m);
    assert.doesNotMatch(output, /^==> Build/m);
    assert.deepEqual(await statuses(), ["RUNNING", "RUNNING", "RUNNING", "RUNNING"]);
    assert.deepEqual((await taskIds()).slice(0, before.length), before);
  });

  it("refuse the sandbox of another checkout, and name it", async () => {
    const [calls, before] = [requests().length, await taskIds()];
    const other = new Checkout(place);
    try {
      const words = await failure(other, "start");
      assert.match(words, /A sandbox Aurora of another checkout runs on this machine/);
      assert.ok(words.includes(`${checkout.directory}\nRun 'npm run down' there first`), words);
    } finally {
      other.dispose();
    }
    assert.deepEqual(writesSince(calls), []);
    assert.deepEqual(await taskIds(), before);
  });

  it("leave neither a process nor a port when all is taken down, and say what remains on disk", async () => {
    const processes = [sandboxProcess(), ...descendantsOf(sandboxProcess())];
    assert.ok(processes.length > 4, "the sandbox and its containers");
    const output = await succeed("down");
    assert.match(output, nothingRuns);
    for (const remains of [place.folder, checkout.path(".pulumi-state")]) {
      assert.ok(output.includes(`  ${remains}  `), output);
      assert.ok(existsSync(remains), remains);
    }
    assert.deepEqual(processes.filter(isAlive), []);
    const server = createServer().listen(place.port, "127.0.0.1");
    await once(server, "listening");
    server.close();
  });

  it("have nothing to take down a second time", async () => {
    const output = await succeed("down");
    assert.match(output, nothingRuns);
    assert.equal(readRunning(data), undefined);
  });

  it("refuse a port that another program has, and say how to find it", async () => {
    const program = createServer().listen(place.port, "127.0.0.1");
    await once(program, "listening");
    try {
      const words = await failure(checkout, "start");
      assert.match(words, new RegExp(`Port ${place.port} is in use by another program.*\\n.*lsof -i :${place.port}`));
    } finally {
      program.close();
    }
    assert.equal(readRunning(data), undefined);
  });

  async function succeed(script: "start" | "down"): Promise<string> {
    const { code, output } = await checkout.run(script);
    assert.equal(code, 0, output);
    return output;
  }

  /** The words of a script that fails as it should. */
  async function failure(where: Checkout, script: "start" | "down"): Promise<string> {
    const { code, output } = await where.run(script);
    assert.equal(code, 1, output);
    assert.doesNotMatch(output, /^\s+at /m, "a stack trace");
    return output;
  }

  function sandboxProcess(): number {
    return (readRunning(data) ?? assert.fail("the sandbox runs")).pid;
  }

  /** The calls that the sandbox has had. */
  function requests(): readonly LoggedRequest[] {
    const lines = readFileSync(join(data, "requests.log"), "utf8").trimEnd().split("\n");
    return lines.map((line) => JSON.parse(line) as LoggedRequest);
  }

  function writesSince(count: number): readonly string[] {
    const since = requests().slice(count);
    return since.filter(({ writes }) => writes).map(({ method }) => method);
  }

  async function tasks() {
    const aurora = connectAurora({ cluster: job.cluster, scheduler: { url: `http://127.0.0.1:${place.port}` } });
    try {
      return (await aurora.tasks(job, { active: true })).sort((a, b) => a.instanceId - b.instanceId);
    } finally {
      await aurora.close();
    }
  }

  const statuses = async () => (await tasks()).map(({ status }) => status);
  const taskIds = async () => (await tasks()).map(({ taskId }) => taskId);
});

function sha256OfPackage(uri: string): string {
  const file = uri.startsWith("file:") ? fileURLToPath(uri) : uri;
  return createHash("sha256").update(readFileSync(file)).digest("hex");
}
