import assert from "node:assert/strict";
import { createServer, type Server } from "node:http";
import { once } from "node:events";
import { create, toBinary } from "@bufbuild/protobuf";
import { UserError } from "../../../components/errors";
import { PackingPlanSchema } from "../../../components/heron/proto/gen/packing_plan_pb";
import { SchedulerLocationSchema } from "../../../components/heron/proto/gen/scheduler_pb";
import { TopologySchema, TopologyState } from "../../../components/heron/proto/gen/topology_pb";
import { markedVersion } from "../../../components/heron/release-marks";
import { StateTree } from "../../../components/heron/state";
import { localScheduler } from "../../../components/job/local-scheduler";
import { MemoryStore } from "../heron/state/stores";
import { listenOnLoopback } from "../../support/loopback";

const job = { cluster: "laptop", role: "ada", environment: "default", name: "WordCount" };
const marks = [
  { key: "heron-aurora/owner", value: "user/test" },
  { key: "heron-aurora/task", value: "ab12" },
];

describe("Heron's local scheduler in the place of Aurora's", () => {
  let server: Server;
  let endpoint: string;
  before(async () => {
    server = createServer((_, answer) => answer.writeHead(404).end("No context found for request"));
    endpoint = `127.0.0.1:${await listenOnLoopback(server)}`;
  });
  after(() => server.close());

  let store: MemoryStore;
  let tree: StateTree;
  beforeEach(async () => {
    store = new MemoryStore();
    tree = new StateTree(store);
    await submit(markedVersion("0.20.5", marks));
  });

  const submit = async (version: string, secondsAgo = 1_000) => {
    const containers = [2, 1].map((id) => ({ id, instancePlans: [], requiredResource: { ram: 1n, cpu: 1, disk: 1n } }));
    const topology = create(TopologySchema, { id: "WordCount-1", name: job.name, state: TopologyState.RUNNING });
    await tree.submit({
      name: job.name,
      topology: toBinary(TopologySchema, topology),
      plan: toBinary(PackingPlanSchema, create(PackingPlanSchema, { id: "plan", containerPlans: containers })),
      executionState: {
        ...job,
        topologyId: "WordCount-1",
        submissionTime: Math.floor(Date.now() / 1000) - secondsAgo,
        submissionUser: "ada",
        release: { user: "heron", version },
      },
    });
  };
  const locate = (httpEndpoint: string) =>
    store.put(
      `schedulers/${job.name}`,
      toBinary(SchedulerLocationSchema, create(SchedulerLocationSchema, { topologyName: job.name, httpEndpoint })),
    );
  const tasks = (of = job) => localScheduler(tree).tasks(of, { active: true });

  it("tells of the containers in the packing plan and container 0, with the submission's marks, while it answers", async () => {
    await locate(endpoint);
    const found = await tasks();
    assert.deepEqual(
      found.map(({ instanceId, status, host }) => [instanceId, status, host]),
      [0, 1, 2].map((id) => [id, "RUNNING", "127.0.0.1"]),
    );
    for (const { metadata } of found) assert.deepEqual(metadata, marks);
  });

  it("has no marks of a topology that was submitted by hand", async () => {
    await submit("0.20.5");
    await locate(endpoint);
    assert.deepEqual(
      (await tasks()).map(({ metadata }) => metadata),
      [[], [], []],
    );
  });

  it("has none of a topology of the same name in another place", async () => {
    await locate(endpoint);
    assert.deepEqual(await tasks({ ...job, environment: "test" }), []);
  });

  it("has none where nobody answers, and none where nobody has ever said to", async () => {
    assert.deepEqual(await tasks(), []);
    const closed = createServer();
    const port = await listenOnLoopback(closed);
    closed.close();
    await once(closed, "close");
    await locate(`127.0.0.1:${port}`);
    assert.deepEqual(await tasks(), []);
  });

  it("waits for one that was started just now", async () => {
    await tree.erase(job.name);
    await submit("0.20.5", 0);
    setTimeout(() => void locate(endpoint), 50);
    assert.equal((await tasks()).length, 3);
  });

  it("takes one that cannot be reached for neither there nor gone", async () => {
    await locate("elsewhere.invalid:1");
    await assert.rejects(
      tasks(),
      (error) =>
        error instanceof UserError &&
        /elsewhere\.invalid:1.*delete the node schedulers\/WordCount/s.test(error.message),
    );
  });

  it("does nothing that only heron may do", async () => {
    const scheduler = localScheduler(tree);
    await assert.rejects(scheduler.killTasks(job, "all"), /by 'heron' alone/);
    await assert.rejects(scheduler.addInstances(job, 0, 1), UserError);
  });
});
