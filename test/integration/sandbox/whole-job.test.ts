import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type AuroraClient, connectAurora } from "../../../components/aurora/client";
import { jobConfiguration } from "../../../components/aurora/thermos";
import { UserError } from "../../../components/errors";
import type { ContainerArgs, HeronTopologyArgs } from "../../../components/topology-args";
import { type Sandbox, startSandbox } from "../../../sandbox";
import { instantSimulation } from "../../../sandbox/options";

describe("all that a topology document can say of its Aurora job", () => {
  let folder: string;
  let sandbox: Sandbox;
  let aurora: AuroraClient;
  let count = 0;

  before(async () => {
    folder = mkdtempSync(join(tmpdir(), "whole-job-"));
    sandbox = await startSandbox({ dataDir: folder, simulate: instantSimulation });
    aurora = connectAurora({ cluster: "local", scheduler: { url: new URL(sandbox.url).origin } });
  });

  after(async () => {
    await aurora.close();
    await sandbox.stop({ killTasks: true });
    rmSync(folder, { recursive: true });
  });

  /** What is sent of a job that says `topology`. */
  const made = (topology: Partial<HeronTopologyArgs>, instances = 1) =>
    jobConfiguration({
      job: { cluster: "local", role: "heron", environment: "devel", name: `job${count++}` },
      user: "heron",
      owner: "user/test",
      topologyId: "id",
      instances,
      resources: { cpu: 1, ram: 2 ** 30, disk: 2 ** 30 },
      view: { fetchCore: "true", fetchTopology: "true", ports: [], topologyArguments: "" },
      topology,
    });
  const configured = (topology: Partial<HeronTopologyArgs>) => made(topology).taskConfig;

  /** Submits it and returns what was sent and what the scheduler then tells of it. */
  const submitted = async (topology: Partial<HeronTopologyArgs>, instances = 1) => {
    const sent = made(topology, instances);
    await aurora.createJob(sent);
    const [task] = await aurora.tasks({ cluster: "local", ...sent.key }, { withConfig: true });
    assert.ok(task?.config);
    return { sent: sent.taskConfig, told: task.config };
  };

  it("is told back by the scheduler as it was sent: constraints, priority, tier, metadata, contact", async () => {
    const { sent, told } = await submitted({
      constraints: [
        { attribute: "rack", values: ["a", "b"] },
        { attribute: "host", values: ["old"], negated: true },
        { attribute: "zone", limit: 2 },
      ],
      priority: 7,
      tier: "preemptible",
      metadata: { team: "streaming", "weird key": "{{value}}" },
      contact: "oncall@example.com",
    });
    const byName = (config: typeof told) => [...config.constraints].sort((a, b) => (a.name < b.name ? -1 : 1));
    assert.deepEqual(byName(told), byName(sent));
    assert.deepEqual(
      byName(told).map(({ name }) => name),
      ["host", "rack", "zone"],
    );
    assert.equal(told.priority, 7);
    assert.equal(told.tier, "preemptible");
    assert.equal(told.contactEmail, "oncall@example.com");
    const metadata = new Map(told.metadata.map(({ key, value }) => [key, value]));
    assert.equal(metadata.get("weird key"), "{{value}}");
    assert.equal(metadata.get("heron-aurora/owner"), "user/test");
  });

  it("keeps to the dedicated hosts of its own role", async () => {
    const { told } = await submitted({ dedicated: "heron/streaming" });
    assert.deepEqual(told.constraints.find(({ name }) => name === "dedicated")?.constraint, {
      value: { negated: false, values: ["heron/streaming"] },
    });
    await assert.rejects(submitted({ dedicated: "somebody/else" }), refused(/Only somebody may use hosts dedicated/));
  });

  it("says what becomes of a container whose agent is away", async () => {
    const { sent, told } = await submitted({ partitionPolicy: { reschedule: false } });
    assert.deepEqual(sent.partitionPolicy, { reschedule: false, delaySecs: 0 });
    assert.deepEqual(told.partitionPolicy, sent.partitionPolicy);
    const later = await submitted({ partitionPolicy: { delaySeconds: 300 } });
    assert.deepEqual(later.told.partitionPolicy, { reschedule: true, delaySecs: 300 });
  });

  it("says what must stay up, by each of the three ways that Aurora knows, in the tier that supports one", async () => {
    await aurora.setQuota("heron", { numCpus: 100, ramMb: 200_000, diskMb: 200_000 });
    const policies = [
      [{ percentage: 90 }, { percentageSlaPolicy: { percentage: 90, durationSecs: 1800 } }],
      [{ count: 15, durationSeconds: 60 }, { countSlaPolicy: { count: 15, durationSecs: 60 } }],
      [
        { coordinatorUrl: "http://coordinator.example/sla" },
        { coordinatorSlaPolicy: { coordinatorUrl: "http://coordinator.example/sla", statusKey: "drain" } },
      ],
    ] as const;
    for (const [slaPolicy, expected] of policies) {
      const { told } = await submitted({ tier: "preferred", slaPolicy }, 20);
      assert.deepEqual(told.slaPolicy, expected);
    }
    const cases = [
      [{ percentage: 90 }, "preemptible", 20, /Tier 'preemptible' does not support SlaPolicy/],
      [{ count: 2 }, "preferred", 3, /fewer than 20 instances cannot have Percentage\/Count SlaPolicy/],
      [{ count: 20 }, "preferred", 20, /count=20 will not allow any instances to be killed.*instanceCount=20/],
      [{ percentage: 96 }, "preferred", 20, /percentage=96\.000000 will not allow.*less than 95\.000000/],
      [{ count: 1, durationSeconds: 7201 }, "preferred", 20, /durationSecs=7201 must be less than .* 7200 secs/],
    ] as const;
    for (const [slaPolicy, tier, instances, words] of cases)
      await assert.rejects(submitted({ tier, slaPolicy }, instances), refused(words));
  });

  it("has links of its own on its tasks' pages, or those that the scheduler makes up", async () => {
    const taskLinks = { threads: "http://%host%:%port:http%/threads" };
    assert.deepEqual((await submitted({ taskLinks })).told.taskLinks, taskLinks);
    assert.deepEqual((await submitted({})).sent.taskLinks, {});
  });

  it("asks for GPUs as the stock client does: of the scheduler and of Thermos", () => {
    const { resources, executorConfig } = configured({ gpus: 2 });
    assert.deepEqual(resources.at(-1), { numGpus: 2 });
    assert.match(JSON.stringify(executorConfig.data), /"gpu":2/);
    assert.ok(!configured({ gpus: 0 }).resources.some((each) => "numGpus" in each));
  });

  it("names files for the Mesos fetcher, which are neither unpacked nor kept unless it says so", () => {
    const uri = "https://packages.example.com/models.tar.gz";
    assert.deepEqual(
      configured({ fetcherUris: [{ uri }, { uri, extract: true, cache: true, outputFile: "m" }] }).mesosFetcherUris,
      [
        { value: uri, extract: false, cache: false },
        { value: uri, extract: true, cache: true, outputFile: "m" },
      ],
    );
  });

  const images: Readonly<Record<string, ContainerArgs>> = {
    "a Docker image": { mesos: { image: { docker: { name: "library/eclipse-temurin", tag: "8-jre" } } } },
    "an AppC image": { mesos: { image: { appc: { name: "example.com/jre", imageId: "sha512-f8e1" } } } },
  };
  for (const [what, container] of Object.entries(images)) {
    it(`runs in ${what} in Mesos' own containerizer`, async () => {
      const { sent, told } = await submitted({ container });
      assert.deepEqual(told.container, sent.container);
    });
  }

  it("is refused where the scheduler's configuration does not allow it, as Aurora's default does not, in its words", async () => {
    await assert.rejects(
      submitted({ container: { docker: { image: "eclipse-temurin:8-jre" } } }),
      refused(/not configured to allow the container type DOCKER/),
    );
    const volumes = [{ containerPath: "/data", hostPath: "/mnt/data", mode: "RO" }] as const;
    await assert.rejects(submitted({ container: { mesos: { volumes } } }), refused(/disallow container volumes/));
    await assert.rejects(submitted({ gpus: 1 }), refused(/GPU resource support is disabled/));
    const fetcherUris = [{ uri: "hdfs:///models.tar.gz" }];
    await assert.rejects(submitted({ fetcherUris }), refused(/Mesos Fetcher for individual jobs is disabled/));
  });
});

function refused(words: RegExp): (error: unknown) => boolean {
  return (error) => error instanceof UserError && words.test(error.message);
}
