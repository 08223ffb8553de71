import assert from "node:assert/strict";
import { LocalEnvironment } from "../support/local-environment";

describe("the fetch probe, on agents that run what they are given", () => {
  let environment: LocalEnvironment;
  /** Names of the role's jobs that have active tasks; the scheduler lists ended ones too. */
  const activeJobs = async () => {
    const names: string[] = [];
    for (const { job } of await environment.aurora.jobs("heron")) {
      const tasks = await environment.aurora.tasks({ ...environment.job, ...job }, { active: true });
      if (tasks.length > 0) names.push(job.name);
    }
    return names;
  };

  before(async () => {
    environment = await LocalEnvironment.start({ tasks: "real" });
  });

  after(() => environment.dispose());

  it("that fails stops the deployment before a topology is submitted, with agent, last words and what they mean", async () => {
    const scheduler = { url: environment.url, observerPort: Number(new URL(environment.url).port) };
    const core = "echo 'curl: (22) The requested URL returned error: 403' >&2; exit 22";
    environment.document({ probe: true, scheduler, fetch: { core, topology: "exit 22" } });
    const { code, output } = await environment.project.pulumi(environment.project.command("up"));
    assert.notEqual(code, 0);
    assert.match(
      output,
      /heron-fetch-probe-[0-9a-f]{8} FAILED on localhost: Task failed \(curl was answered with an HTTP error: 403/,
    );
    assert.match(output, /fetch_heron_system: curl: \(22\) The requested URL returned error: 403/);
    assert.match(output, /more at http:\/\/localhost:\d+\/browse\/heron-devel-heron-fetch-probe/);
    assert.doesNotMatch(output, /^\s+at .*\(/m);
    assert.deepEqual(
      environment.writes().filter((method) => method === "createJob"),
      ["createJob"],
      "the probe's own job alone",
    );
    assert.deepEqual(await activeJobs(), []);
  });

  it("that succeeds lets the topologies be submitted and leaves no job behind", async () => {
    environment.document({ probe: true });
    await environment.project.up();
    assert.deepEqual(await activeJobs(), ["WordCount"]);
  });

  it("is run again for another way to fetch, and not for another topology", async () => {
    const calls = () => environment.writes().filter((method) => method === "createJob").length;
    const before = calls();
    environment.topology({ parallelism: { count: 4 } });
    await environment.project.up();
    assert.equal(calls(), before);
    environment.document({ probe: true, fetch: { core: "cp {{{uri}}} {{{file}}}", topology: "exit 1" } });
    const { output } = await environment.project.preview();
    assert.match(output, /FetchProbe/);
    environment.document({ probe: true });
    await environment.project.destroy();
    assert.deepEqual(await activeJobs(), []);
  });
});
