import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { boundFetchCommand, fetchCommand, jobConfiguration } from "../../../components/aurora/thermos";
import type { HeronClusterArgs } from "../../../components/cluster-args";
import { executorArguments, executorPorts, stockText } from "../../../components/heron/executor-arguments";
import { confDir } from "../../../components/plan/conf";
import { goldenJson, goldenPath, repoRoot } from "../../support/paths";
import { recordedSettings, recordedWith, submission } from "../../support/submission";

type Bindings = Readonly<Record<string, string>>;

const user = "root";
const reader = join(repoRoot, "test/support/aurora-dsl/read.py");

/** Runs the reader of Aurora's DSL. */
function read(file: string, bindings: Bindings): { readonly status: number | null; out: string; err: string } {
  const { status, stdout, stderr } = spawnSync("python3", [reader, file, user], {
    input: JSON.stringify(bindings),
    encoding: "utf8",
  });
  return { status, out: stdout, err: stderr };
}

function job(file: string, bindings: Bindings): Job {
  const { status, out, err } = read(file, bindings);
  assert.equal(status, 0, err);
  return JSON.parse(out) as Job;
}

interface Process {
  readonly name: string;
  readonly cmdline: string;
}

interface Job {
  readonly taskConfig: {
    readonly resources: readonly object[];
    readonly metadata: readonly object[];
    readonly executorConfig: { readonly data: { readonly task: { readonly processes: readonly Process[] } } };
  };
}

/** Resources are a set. */
function sorted(configuration: Job): unknown {
  const resources = configuration.taskConfig.resources.map((each) => JSON.stringify(each)).sort();
  return { ...configuration, taskConfig: { ...configuration.taskConfig, resources } };
}

/** The executor takes its flags in any order, and the two name `--shard` at different places. */
function withFlagsSorted(configuration: Job): Job {
  const copy = structuredClone(configuration) as { taskConfig: { executorConfig: { data: { task: object } } } };
  const { task } = configuration.taskConfig.executorConfig.data;
  const processes = task.processes.map((each) =>
    each.name === "launch_heron_executor" ? { ...each, cmdline: each.cmdline.split(" ").sort() } : each,
  );
  copy.taskConfig.executorConfig.data.task = { ...task, processes };
  return copy as Job;
}

function bindingsOf(name: string): Bindings {
  return submission(name).binds ?? assert.fail(`${name} was submitted with bindings`);
}

/** What the native submitter makes of the same numbers, arguments and fetch commands. */
function nativeJob(name: string, bindings: Bindings, fetches: Readonly<Record<string, string>>): Job {
  const { cluster, role, environment, topologyId } = recordedSettings(name);
  const number = (key: string) => Number(bindings[key]);
  const made = jobConfiguration({
    job: { cluster, role, environment, name },
    user,
    topologyId,
    instances: number("NUM_CONTAINERS"),
    resources: {
      cpu: number("CPUS_PER_CONTAINER"),
      ram: number("RAM_PER_CONTAINER"),
      disk: number("DISK_PER_CONTAINER"),
    },
    view: { ...fetches, ports: executorPorts, topologyArguments: stockText(executorArguments(recordedSettings(name))) },
    topology: {},
  });
  return JSON.parse(JSON.stringify(made)) as Job;
}

describe("heron.aurora, read as Aurora's client reads it", () => {
  let folder: string;
  let ours: string;
  const core = { uri: "https://mirror.example/core.tar.gz", sha256: "5a".repeat(32) };
  const cluster: HeronClusterArgs = {
    cluster: "west",
    role: "heron",
    environment: "devel",
    scheduler: { url: "http://aurora.example:8081" },
    state: { local: { root: "/var/heron/state" } },
    artifacts: { directory: { path: "/var/heron/packages" } },
    fetch: "curl",
    core: { path: "core.tar.gz" },
  };
  const fetchCore = fetchCommand("curl", { ...core, file: "heron-core.tar.gz" });
  const fetchTopology = boundFetchCommand("curl", "TOPOLOGY_PACKAGE_URI", "topology.tar.gz");

  before(() => {
    folder = mkdtempSync(join(tmpdir(), "heron-aurora-"));
    ours = join(folder, "heron.aurora");
    writeFileSync(ours, confDir(cluster, core).get("heron.aurora") ?? assert.fail("the conf dir has heron.aurora"));
  });
  after(() => rmSync(folder, { recursive: true, force: true }));

  for (const name of recordedWith("job-configuration.json")) {
    it(`of Heron's own, ${name} is the job that the real client made of it`, () => {
      const recorded = goldenJson("heron", name, "job-configuration.json") as Job;
      assert.deepEqual(sorted(job(goldenPath("heron", "_conf", "heron.aurora"), bindingsOf(name))), sorted(recorded));
    });

    // The topology package is Heron's uploader's own, whose hash nobody knows beforehand.
    it(`of the conf dir, ${name} is the native job, command by command, but for the topology package's sha256`, () => {
      const bindings = bindingsOf(name);
      const bound = (text: string) => text.replace(/\{\{(\w+)\}\}/g, (_, key: string) => bindings[key] ?? "");
      const native = nativeJob(name, bindings, { fetchCore, fetchTopology: bound(fetchTopology) });
      assert.deepEqual(sorted(withFlagsSorted(job(ours, bindings))), sorted(withFlagsSorted(native)));
    });
  }

  it("of a topology that heron submits carries our marks, as the job of the scheduler has them", () => {
    const marks = [
      { key: "heron-aurora/owner", value: "project/stack" },
      { key: "heron-aurora/task", value: "5a".repeat(32) },
    ];
    const marked = join(folder, "marked.aurora");
    writeFileSync(marked, confDir(cluster, core, {}, marks).get("heron.aurora") ?? "");
    const { taskConfig } = job(marked, bindingsOf("G-wc"));
    assert.deepEqual(taskConfig.metadata, marks);
    const { metadata: _, ...rest } = taskConfig;
    const { metadata: none, ...unmarked } = job(ours, bindingsOf("G-wc")).taskConfig;
    assert.deepEqual(none, []);
    const task = (each: Partial<Job["taskConfig"]>) => each.executorConfig?.data.task;
    assert.deepEqual(task(rest), task(unmarked), "nothing else differs");
  });

  it("of the conf dir leaves the core package to the submitter where the document names heron another one", () => {
    const other = { "scheduler.yaml": { "heron.package.core.uri": "https://other.example/core.tar.gz" } };
    const text = confDir({ ...cluster, conf: other }, core).get("heron.aurora") ?? "";
    assert.match(text, /'{{CORE_PACKAGE_URI}}'/);
    assert.doesNotMatch(text, /5a5a/);
  });

  it("is refused when a name it uses is not bound", () => {
    const { TOPOLOGY_ARGUMENTS: _, ...rest } = bindingsOf("G-wc");
    const { status, err } = read(ours, rest);
    assert.notEqual(status, 0);
    assert.match(err, /nothing binds TOPOLOGY_ARGUMENTS/);
  });
});
