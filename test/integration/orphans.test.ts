import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { openStateTree } from "../../components/heron/state";
import { encodeExecutionState } from "../../components/heron/state/messages";
import { openLocalStore } from "../../components/heron/state/local";
import { repoRoot } from "../support/paths";
import { LocalEnvironment } from "../support/local-environment";
import type { Orphan } from "../../components/orphans/find";

describe("npm run orphans", () => {
  let environment: LocalEnvironment;
  let folder: string;

  before(async () => {
    folder = mkdtempSync(join(tmpdir(), "heron-orphans-"));
    environment = await LocalEnvironment.start();
    environment.document({ state: { local: { root: folder } } });
  });

  after(async () => {
    await environment.dispose();
    rmSync(folder, { recursive: true });
  });

  const orphans = async (...args: string[]) => {
    const script = join(repoRoot, "bin/scripts/orphans.js");
    const child = spawn(process.execPath, [script, "test", ...args], { cwd: environment.project.directory });
    const [stdout, stderr, [status]] = await Promise.all([
      text(child.stdout),
      text(child.stderr),
      once(child, "exit") as Promise<[number | null]>,
    ]);
    return { status, stdout, stderr };
  };

  it("finds none where there are none, and says so by its exit code", async () => {
    assert.deepEqual(await orphans(), { status: 0, stdout: "There are no orphans.\n", stderr: "" });
  });

  it("finds a stray job, a tree without a job and left-over checkpoints, and touches nothing", async () => {
    await stray();
    const store = await openLocalStore(folder);
    await store.put("statefulcheckpoints/Gone", new Uint8Array([1]));
    await store.close();
    const calls = environment.sandbox.requests().length;
    const { status, stdout } = await orphans("--json");
    assert.equal(status, 2);
    assert.deepEqual(
      (JSON.parse(stdout) as Orphan[]).map(({ subject, what }) => [subject, what]),
      [
        ["Gone", "consistent checkpoints without a topology"],
        ["sandbox/heron/devel/Stray", "a job that no stack owns"],
      ],
    );
    assert.deepEqual(environment.writes(calls), []);
    assert.match(
      (await orphans()).stdout,
      /sandbox\/heron\/devel\/Stray: a job that no stack owns\n {2}Declare it with 'adopt: true'/,
    );
  });

  it("removes checkpoints when it is told to, and not those of a job that runs", async () => {
    assert.equal((await orphans("--remove-checkpoints", "Gone")).status, 2);
    const tree = await openStateTree({ local: { root: folder } });
    assert.equal(await tree.hasCheckpoints("Gone"), false);
    const { status, stderr } = await orphans("--remove-checkpoints", "Stray");
    assert.equal(status, 1);
    assert.match(stderr, /sandbox\/heron\/devel\/Stray is running, and needs its checkpoints/);
  });

  it("is told nothing by what others have in the tree that is no topology, or that cannot be read", async () => {
    const store = await openLocalStore(folder);
    const before = (await orphans("--json")).stdout;
    const strange = ["topologies/.nfs0001", "pplans/Stray", "tmanagers/Stray"];
    for (const path of strange) await store.put(path, Buffer.from("no message of Heron's"));
    const after = await orphans("--json");
    for (const path of strange) await store.delete(path);
    assert.deepEqual([after.stdout, after.stderr], [before, ""]);
  });

  it("leaves the checkpoints of a topology that another role has in the same tree", async () => {
    const store = await openLocalStore(folder);
    const theirs = { cluster: "sandbox", role: "other", environment: "prod" };
    const release = { user: "other", version: "0.20.5" };
    const state = { topologyId: "Theirs1", submissionTime: 1, submissionUser: "other", ...theirs, release };
    await store.put("executionstate/Theirs", encodeExecutionState("Theirs", state));
    await store.put("statefulcheckpoints/Theirs", new Uint8Array([1]));
    const { status, stderr } = await orphans("--remove-checkpoints", "Theirs");
    assert.equal(status, 1);
    assert.match(stderr, /Theirs is submitted as sandbox\/other\/prod\/Theirs, and may need its checkpoints/);
    assert.ok(await store.get("statefulcheckpoints/Theirs"));
    await store.close();
  });

  async function stray(): Promise<void> {
    const key = { role: "heron", environment: "devel", name: "Stray" };
    const owner = { user: "somebody" };
    await environment.aurora.createJob({
      key,
      owner,
      cronCollisionPolicy: 0,
      instanceCount: 1,
      taskConfig: {
        job: key,
        owner,
        isService: true,
        priority: 0,
        maxTaskFailures: 1,
        production: false,
        resources: [{ numCpus: 1 }, { ramMb: 16 }, { diskMb: 16 }],
        constraints: [],
        taskLinks: {},
        executorConfig: { name: "AuroraExecutor", data: { name: "Stray" } },
        metadata: [],
        container: { mesos: {} },
      },
    });
  }
});
