import assert from "node:assert/strict";
import { LocalEnvironment } from "../support/local-environment";

const host = (name: string, cpus: number) => ({
  slaveId: name,
  hostname: name,
  attributes: {},
  cpus,
  ramMb: 64 * 1024,
  diskMb: 1024 * 1024,
});

describe("a cluster whose document requires offers", () => {
  let environment: LocalEnvironment;

  before(async () => {
    environment = await LocalEnvironment.start({ hosts: [host("one", 7), host("two", 6)] });
    environment.document({ requireOffers: true });
  });

  after(() => environment.dispose());

  const running = async () => (await environment.aurora.tasks(environment.job, { active: true })).length;

  /** Runs a whole `up`; expects it to fail in its preview, with nothing touched. */
  const refused = async (...texts: readonly RegExp[]) => {
    const from = environment.sandbox.requests().length;
    const { code, output } = await environment.project.pulumi(["up", "--yes", "--stack", "test"]);
    assert.notEqual(code, 0, output);
    for (const text of texts) assert.match(output, text);
    assert.doesNotMatch(output, /^\s+at .*\(/m, "a stack trace");
    assert.deepEqual(environment.writes(from), []);
  };

  it("has a topology refused that no host has room for, with what it needs, what is free and what to do", async () => {
    environment.topology({ parallelism: { words: 8, count: 8 }, containerNumber: 1 });
    await refused(
      /WordCount is to have 2 more containers of \d+ cores, .*, and 2 of them would stay pending/,
      /0\.25 cores, 128 MiB ram for Aurora's executor \(2 hosts have 13 cores, .* together; largest offers: 7 cores/,
      /Nothing was submitted or changed\. Make room, .* 'requireOffers'/,
    );
  });

  it("has one submitted that fits, and its scaling refused beyond the room that is left; what runs goes on", async () => {
    environment.topology();
    await environment.project.up();
    assert.equal(await running(), 3);
    environment.topology({ parallelism: { words: 6, count: 6 }, containerNumber: 6 });
    await refused(/WordCount is to have 4 more containers/);
    assert.equal(await running(), 3);
  });

  it("changes nothing of the jobs when the document no longer does, and lets what finds no room be submitted", async () => {
    environment.topology();
    environment.document();
    const from = environment.sandbox.requests().length;
    await environment.project.up();
    assert.deepEqual(environment.writes(from), []);
    const { output } = await environment.project.up();
    assert.match(output, /unchanged/);
    environment.topology({ parallelism: { words: 6, count: 6 }, containerNumber: 6 });
    assert.match((await environment.project.preview()).output, /scale out 3 → 7 containers/);
  });
});
