import assert from "node:assert/strict";
import { jobConfiguration } from "../../../components/aurora/thermos";
import { jobSpec } from "../../../components/plan/job-spec";
import type { HeronTopologyArgs } from "../../../components/topology-args";
import { PreparedWordCount } from "../../support/prepared-word-count";

describe("what the Aurora job of a topology is made from", () => {
  let wordCount: PreparedWordCount;

  before(() => {
    wordCount = new PreparedWordCount();
  });

  after(() => {
    wordCount.dispose();
  });

  const configured = async (topology: Partial<HeronTopologyArgs>) => {
    const prepared = await wordCount.prepare(topology);
    return jobConfiguration(jobSpec(prepared, "file:///mnt/heron/topology.tar.gz", "user/test"));
  };

  it("has the JVMs log their garbage collections where the document says so, and is else as without a word of it", async () => {
    const plain = await configured({});
    assert.deepEqual(await configured({ verboseGc: false }), plain);
    const text = (job: typeof plain) => JSON.stringify(job.taskConfig.executorConfig.data);
    assert.match(
      text(await configured({ verboseGc: true })),
      / --heron-java-home=\S+ --verbose-gc --heron-shell-binary=/,
    );
    assert.doesNotMatch(text(plain), /verbose-gc/);
  });

  it("runs the metrics cache and the health manager where Heron's configuration says so", async () => {
    const text = async (topology: Partial<HeronTopologyArgs>) =>
      JSON.stringify((await configured(topology)).taskConfig.executorConfig.data);
    const on = {
      "heron.topology.metricscachemgr.mode": "cluster",
      "heron.topology.healthmgr.mode": "cluster",
    };
    assert.match(await text({}), / --metricscache-manager-mode=disabled .* --health-manager-mode=disabled /);
    assert.match(
      await text({ heronConfig: on }),
      / --metricscache-manager-mode=cluster .* --health-manager-mode=cluster /,
    );
  });

  it("has each setting of the health check that the document gives", async () => {
    const healthCheck = {
      initialIntervalSeconds: 40,
      intervalSeconds: 7,
      timeoutSeconds: 6,
      maxConsecutiveFailures: 3,
    };
    const { data } = (await configured({ healthCheck })).taskConfig.executorConfig;
    assert.deepEqual(data.health_check_config, {
      health_checker: { http: { endpoint: "/health", expected_response: "ok", expected_response_code: 200 } },
      initial_interval_secs: 40,
      interval_secs: 7,
      timeout_secs: 6,
      max_consecutive_failures: 3,
      min_consecutive_successes: 1,
    });
  });
});
