import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Resources } from "../../components/aurora/role";
import { readDefinition, writeDefinition } from "../../components/heron/definition";
import { LocalEnvironment } from "../support/local-environment";
import { repoRoot } from "../support/paths";

describe("the quota of a role", () => {
  let environment: LocalEnvironment;
  const others: Resources = { numCpus: 2, ramMb: 1024, diskMb: 1024 };

  before(async () => {
    environment = await LocalEnvironment.start();
    environment.topology({ tier: "preferred" });
    await environment.aurora.setQuota("heron", others);
  });

  after(() => environment.dispose());

  const allowed = async () => (await environment.aurora.quota("heron")).quota;
  const document = (cpu: number, more: object = {}): void =>
    environment.document({ quota: { cpu, ram: "64GB", disk: "1TB", ...more } });

  /** Runs a whole `up`, its preview included; expects it to fail with all of `texts`, and with nothing touched. */
  const refused = async (...texts: readonly RegExp[]) => {
    const from = environment.sandbox.requests().length;
    const { code, output } = await environment.project.pulumi(["up", "--yes", "--stack", "test"]);
    assert.notEqual(code, 0, output);
    for (const text of texts) assert.match(output, text);
    assert.doesNotMatch(output, /^\s+at .*\(/m, "a stack trace");
    assert.deepEqual(environment.writes(from), []);
  };

  it("that does not allow a topology has it refused in the preview, with what it needs and what is left", async () => {
    await refused(
      /'WordCount' has a problem: sandbox\/heron\/devel\/WordCount needs \d+ cores, .* of the quota of role heron/,
      /That quota is 2 cores, 1 GiB ram, 1 GiB disk, of which 2 cores, .* is left for it: \d+ cores, .* too little/,
      /Nothing was submitted or changed/,
    );
    assert.ok(!existsSync(environment.packages) || readdirSync(environment.packages).length === 0);
  });

  it("that allows one of two new topologies has the other refused in the preview, and neither submitted", async () => {
    const file = join(repoRoot, "examples/wordcount/wordcount.defn");
    const definition = { ...readDefinition(readFileSync(file), file), name: "Second" };
    environment.project.write("stacks/topologies/Second.defn", writeDefinition(definition));
    environment.topology({ tier: "preferred", name: "Second", definition: "Second.defn" });
    await environment.aurora.setQuota("heron", { numCpus: 10, ramMb: 64 * 1024, diskMb: 1024 * 1024 });
    await refused(/needs 9 cores, .* beside what another topology of this run will take: 8 cores too little/);
    environment.project.remove("stacks/topologies/Second.yaml");
    await environment.aurora.setQuota("heron", others);
  });

  it("is set by the documents before the topology is submitted, whose preview reckons with it", async () => {
    document(20);
    const from = environment.sandbox.requests().length;
    await environment.project.succeed(["up", "--yes", "--stack", "test"]);
    assert.deepEqual(environment.writes(from), ["setQuota", "createJob"]);
    assert.deepEqual(await allowed(), { numCpus: 20, ramMb: 64 * 1024, diskMb: 1024 * 1024 });
  });

  it("that somebody else sets is shown by a refresh and set back; the job runs on", async () => {
    await environment.aurora.setQuota("heron", { ...(await allowed()), numCpus: 30 });
    const from = environment.sandbox.requests().length;
    const { output } = await environment.project.up("--refresh", "--diff");
    assert.match(output, /numCpus\s*: 30 => 20/);
    assert.deepEqual(environment.writes(from), ["setQuota"]);
    assert.equal((await allowed()).numCpus, 20);
  });

  it("that the documents themselves exceed is refused before anything is asked", async () => {
    document(1);
    await refused(/the documents give role heron 1 core, .* their topologies .* need \d+ cores, .* too much/);
    document(20);
  });

  it("is left as it is in the end", async () => {
    const from = environment.sandbox.requests().length;
    await environment.project.destroy();
    assert.deepEqual(environment.writes(from), ["killTasks"]);
    assert.equal((await allowed()).numCpus, 20);
  });
});
