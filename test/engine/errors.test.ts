import assert from "node:assert/strict";
import { existsSync, readdirSync } from "node:fs";
import { LocalEnvironment } from "../support/local-environment";

const canary = "c4n4ry-p4ssw0rd";

describe("what a new user gets wrong is told in one clear message", () => {
  let environment: LocalEnvironment;

  before(async () => {
    environment = await LocalEnvironment.start();
  });

  after(() => environment.dispose());

  beforeEach(() => {
    environment.document();
    environment.topology();
  });

  /** Files in the artifact store. */
  const stored = () =>
    existsSync(environment.packages)
      ? readdirSync(environment.packages, { recursive: true, encoding: "utf8" }).filter((name) => name.endsWith(".gz"))
      : [];

  /** Runs `up`, expects it to fail with all of `texts`, without a stack trace, and with nothing touched. */
  const refused = async (texts: readonly RegExp[]) => {
    const calls = environment.sandbox.requests().length;
    const before = stored();
    const { code, output } = await environment.project.pulumi(["up", "--yes", "--skip-preview", "--stack", "test"]);
    assert.notEqual(code, 0, output);
    for (const text of texts) assert.match(output, text);
    assert.doesNotMatch(output, /^\s+at .*\(/m, "a stack trace");
    assert.deepEqual(environment.writes(calls), []);
    assert.deepEqual(stored(), before, "nothing is uploaded");
  };

  it("no scheduler listening", async () => {
    environment.document({ scheduler: { url: "http://127.0.0.1:9" } });
    const { code, output } = await environment.project.pulumi(["up", "--yes", "--skip-preview", "--stack", "test"]);
    assert.notEqual(code, 0);
    assert.match(output, /127\.0\.0\.1:9/);
    assert.doesNotMatch(output, /^\s+at .*\(/m);
    environment.document();
    await environment.project.up();
    await environment.project.succeed(["destroy", "--yes", "--skip-preview", "--stack", "test"]);
  });

  it("a missing package", async () => {
    environment.topology({ package: "no-such.jar" });
    await refused([/WordCount\.yaml/, /no-such\.jar/]);
  });

  it("a core package of another checksum", async () => {
    environment.document({
      core: { path: environment.corePath, sha256: "0".repeat(64) },
    });
    await refused([/core\.sha256/, /0{64}/, /Nothing was touched/]);
  });

  it("two topologies of one name", async () => {
    environment.project.write("stacks/topologies/other.yaml", environment.topologyText());
    await refused([/WordCount/, /other\.yaml/, /WordCount\.yaml/]);
    environment.project.remove("stacks/topologies/other.yaml");
  });

  it("an unknown key, with what was meant", async () => {
    environment.topology({ paralelism: { count: 2 } });
    await refused([/paralelism/, /parallelism/]);
  });

  it("an environment that the scheduler refuses", async () => {
    environment.document({ environment: "local" });
    await refused([/environment/, /prod\|devel\|test\|staging/]);
  });

  it("a component that the topology does not have", async () => {
    environment.topology({ parallelism: { counter: 2 } });
    await refused([/counter/, /count/, /words/]);
  });

  it("a secret in a document, which it does not repeat", async () => {
    environment.document({ password: canary });
    const { output } = await environment.project.pulumi(["up", "--yes", "--skip-preview", "--stack", "test"]);
    assert.match(output, /heron:credentials/);
    assert.ok(!output.includes(canary));
  });

  it("no ZooKeeper where the document says", async () => {
    environment.document({ state: { zookeeper: { servers: "127.0.0.1:9" } } });
    const { code, output } = await environment.project.pulumi(["up", "--yes", "--skip-preview", "--stack", "test"]);
    assert.notEqual(code, 0);
    assert.match(output, /127\.0\.0\.1:9/);
    assert.doesNotMatch(output, /^\s+at .*\(/m);
    assert.deepEqual(await environment.aurora.tasks(environment.job, { active: true }), []);
  });
});

describe("credentials of a scheduler", () => {
  let environment: LocalEnvironment;
  const up = () => environment.project.pulumi(["up", "--yes", "--skip-preview", "--stack", "test"]);
  const password = (value: string) =>
    environment.project.succeed([
      "config", "set", "--stack", "test", "--secret", "--path", "heron:credentials.sandbox.password", value,
    ]); // prettier-ignore

  before(async () => {
    environment = await LocalEnvironment.start({ users: `[users]\nada = ${canary}, admin\n[roles]\nadmin = *\n` });
  });

  after(() => environment.dispose());

  it("that are missing are asked for by the name of their setting", async () => {
    const { code, output } = await up();
    assert.notEqual(code, 0);
    assert.match(output, /heron:credentials\.sandbox/);
  });

  it("that are wrong are named, not shown", async () => {
    await environment.project.succeed([
      "config", "set", "--stack", "test", "--path", "heron:credentials.sandbox.username", "ada",
    ]); // prettier-ignore
    await password("wr0ng-s3cret");
    const { code, output } = await up();
    assert.notEqual(code, 0);
    assert.match(output, /heron:credentials\.sandbox/);
    assert.ok(!output.includes("wr0ng-s3cret"));
  });

  it("that are right work, and stand in no plain text of the state", async () => {
    await password(canary);
    await environment.project.up();
    const { stdout } = await environment.project.succeed(["stack", "export", "--stack", "test"]);
    assert.ok(!stdout.includes(canary));
  });
});

describe("tasks that do not come up", () => {
  let environment: LocalEnvironment;
  const up = () => environment.project.pulumi(["up", "--yes", "--skip-preview", "--stack", "test"]);

  before(async () => {
    environment = await LocalEnvironment.start({ tasks: "real" });
  });

  after(() => environment.dispose());

  it("because they cannot fetch are told with the process and its exit code, and the next up mends them", async () => {
    environment.document({ fetch: { core: "exit 22", topology: "exit 22" } });
    const { code, output } = await up();
    assert.notEqual(code, 0);
    assert.match(output, /fetch_heron_system/);
    assert.match(output, /22/);
    environment.document();
    await environment.project.up();
    const tasks = await environment.aurora.tasks(environment.job, { active: true });
    assert.deepEqual(
      tasks.map(({ status }) => status),
      ["RUNNING", "RUNNING", "RUNNING"],
    );
  });
});
