import assert from "node:assert/strict";
import { existsSync, mkdtempSync, readdirSync, symlinkSync } from "node:fs";
import { delimiter, join } from "node:path";
import { LocalEnvironment } from "../support/local-environment";
import { pipelineStep } from "../support/pipeline";
import { pulumiEnvironment } from "../support/pulumi";
import { startZooKeeper } from "../support/zookeeper";

const canary = "c4n4ry-p4ssw0rd";
/** The password after the rotation. */
const successor = "n3xt-p4ssw0rd";

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
  const refused = async (texts: readonly RegExp[], env?: NodeJS.ProcessEnv) => {
    const calls = environment.sandbox.requests().length;
    const before = stored();
    const { code, output } = await environment.project.pulumi(environment.project.command("up"), env);
    assert.notEqual(code, 0, output);
    for (const text of texts) assert.match(output, text);
    assert.doesNotMatch(output, /^\s+at .*\(/m, "a stack trace");
    assert.deepEqual(environment.writes(calls), []);
    assert.deepEqual(stored(), before, "nothing is uploaded");
  };

  it("no scheduler listening, with nothing submitted but the packages in the store, and the next up mends it", async () => {
    environment.document({ scheduler: { url: "http://127.0.0.1:9" } });
    const { code, output } = await environment.project.pulumi(environment.project.command("up"));
    assert.notEqual(code, 0);
    assert.match(output, /127\.0\.0\.1:9.*Check scheduler\.url.*that a scheduler listens there/s);
    assert.doesNotMatch(output, /^\s+at .*\(/m);
    assert.equal(stored().length, 2);
    assert.ok(!existsSync(join(environment.stateRoot, "topologies", "WordCount")), "the state tree has nothing of it");
    const jobs = (await environment.project.resources()).filter(({ type }) => type.endsWith("AuroraJob"));
    assert.deepEqual(jobs, []);
    environment.document();
    await environment.project.up();
    await environment.project.destroy();
  });

  it("a missing package", async () => {
    environment.topology({ package: "no-such.jar" });
    await refused([/WordCount\.yaml/, /no-such\.jar/, /relative to/]);
  });

  it("no Java for a jar without a definition", async () => {
    environment.topology({ definition: undefined, class: "org.example.WordCount", args: ["WordCount"] });
    const PATH = pathWithout("java", environment.project.directory);
    await refused([/WordCount/, /No Java.*\$JAVA_BIN.*\$JAVA_HOME.*PATH/, /Install a JRE/, /definition/], {
      PATH,
      JAVA_HOME: undefined,
      JAVA_BIN: undefined,
    });
  });

  it("a core package of another checksum", async () => {
    environment.document({
      core: { path: environment.corePath, sha256: "0".repeat(64) },
    });
    await refused([/stacks\/test\.yaml: core\.sha256: /, /0{64}/, /Nothing was touched/]);
  });

  it("a topology package of another checksum", async () => {
    environment.topology({ sha256: "0".repeat(64) });
    await refused([
      /stacks\/topologies\/WordCount\.yaml: sha256: wordcount\.jar hashes to \w{64}/,
      /0{64}/,
      /Nothing was touched.*correct the digest/,
    ]);
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

  it("a topology's name that the scheduler refuses", async () => {
    environment.topology({ name: "Word Count" });
    environment.project.remove("stacks/topologies/WordCount.yaml");
    await refused([/Word Count\.yaml/, /name: expected .*letters.*digits.*found 'Word Count'/s]);
    environment.project.remove("stacks/topologies/Word Count.yaml");
  });

  it("no ZooKeeper where the document says, and the next up mends it once ZooKeeper is back", async () => {
    const server = await startZooKeeper();
    try {
      await server.crash();
      environment.document({ state: { zookeeper: { servers: server.address } } });
      const { code, output } = await environment.project.pulumi(environment.project.command("up"));
      assert.notEqual(code, 0);
      const { address } = server;
      assert.ok(output.includes(`${address} refuses connections`), output);
      assert.ok(output.includes(`Check the host list '${address}'`), output);
      assert.doesNotMatch(output, /^\s+at .*\(/m);
      assert.deepEqual(await environment.aurora.tasks(environment.job, { active: true }), []);
      await server.start();
      await environment.project.up();
      const tasks = await environment.aurora.tasks(environment.job, { active: true });
      assert.deepEqual(
        tasks.map(({ status }) => status),
        ["RUNNING", "RUNNING", "RUNNING"],
      );
      await environment.project.up("--refresh", "--expect-no-changes");
      await environment.project.destroy();
    } finally {
      await server.stop();
    }
  });
});

/** Pulumi's PATH, with a copy in `scratch` of each folder that has the program, without it. */
function pathWithout(program: string, scratch: string): string {
  const { PATH = "" } = { ...process.env, ...pulumiEnvironment().env };
  const folders = PATH.split(delimiter).map((folder) => {
    if (!existsSync(join(folder, program))) return folder;
    const copy = mkdtempSync(join(scratch, "bin-"));
    for (const each of readdirSync(folder).filter((name) => name !== program))
      symlinkSync(join(folder, each), join(copy, each));
    return copy;
  });
  return folders.join(delimiter);
}

describe("credentials of a scheduler", () => {
  let environment: LocalEnvironment;
  const up = () => environment.project.pulumi(["up", "--yes", "--skip-preview", "--stack", "test"]);
  const signIn = async (user: string, password: string) => {
    const set = ["config", "set", "--stack", "test", "--path"];
    await environment.project.succeed([...set, "heron:credentials.sandbox.username", user]);
    await environment.project.succeed([...set, "--secret", "heron:credentials.sandbox.password", password]);
  };
  const exported = async () => (await environment.project.succeed(["stack", "export", "--stack", "test"])).stdout;

  before(async () => {
    environment = await LocalEnvironment.start({
      users: `[users]\nada = ${canary}, admin\neve = ${successor}, admin\nbob = ${canary}, reader\n[roles]\nadmin = *\nreader = thrift.ReadOnlyScheduler\n`,
    });
    // The first in the map, with a password that opens nothing: whoever takes it fails.
    const decoy = "heron:credentials.another";
    const set = ["config", "set", "--stack", "test", "--path"];
    await environment.project.succeed([...set, `${decoy}.username`, "ada"]);
    await environment.project.succeed([...set, "--secret", `${decoy}.password`, "d3c0y-p4ssw0rd"]);
  });

  after(() => environment.dispose());

  it("that are missing are asked for by the name of their setting, whatever other clusters have", async () => {
    const { code, output } = await up();
    assert.notEqual(code, 0);
    assert.match(
      output,
      /asks for credentials \(HTTP 401\): set them by .*heron:credentials\.sandbox.*pulumi config set --secret --path/s,
    );
  });

  it("that are incomplete are told by what is missing where, before anything is asked", async () => {
    const zookeeper = "heron:credentials.sandbox.zookeeper";
    const at = ["--stack", "test", "--path"];
    await environment.project.succeed(["config", "set", ...at, "--secret", `${zookeeper}.password`, canary]);
    const calls = environment.sandbox.requests().length;
    const { code, output } = await up();
    assert.notEqual(code, 0);
    assert.match(output, /heron:credentials: sandbox\.zookeeper\.username: required: .*found nothing/);
    assert.doesNotMatch(output, /^\s+at .*\(/m, "a stack trace");
    assert.ok(!output.includes(canary));
    assert.equal(environment.sandbox.requests().length, calls);
    await environment.project.succeed(["config", "rm", ...at, zookeeper]);
  });

  it("that are wrong are named, not shown", async () => {
    await signIn("ada", "wr0ng-s3cret");
    const { code, output } = await up();
    assert.notEqual(code, 0);
    assert.match(output, /heron:credentials\.sandbox.*pulumi config set --secret --path/s);
    assert.doesNotMatch(output, /^\s+at .*\(/m, "a stack trace");
    assert.ok(!output.includes("wr0ng-s3cret"));
  });

  it("of a user who may only read are told with what the user may not do, and leave the state tree clean", async () => {
    await signIn("bob", canary);
    const { code, output } = await up();
    assert.notEqual(code, 0);
    assert.match(output, /bob is not permitted to .*createJob/);
    assert.match(output, /sandbox\/heron\/devel\/WordCount/);
    assert.doesNotMatch(output, /^\s+at .*\(/m, "a stack trace");
    assert.ok(!output.includes(canary));
    assert.deepEqual(await environment.aurora.tasks(environment.job, { active: true }), []);
    for (const directory of ["topologies", "packingplans", "executionstate", "schedulers"])
      assert.ok(!existsSync(join(environment.stateRoot, directory, "WordCount")), directory);
  });

  it("that are right for this cluster work, and stand in no plain text of the state", async () => {
    await signIn("ada", canary);
    await environment.project.up();
    assert.ok(!(await exported()).includes(canary));
  });

  it("rotate to another user's without a change of any resource", async () => {
    await signIn("eve", successor);
    const calls = environment.sandbox.requests().length;
    await environment.project.preview("--expect-no-changes");
    await environment.project.up("--refresh", "--expect-no-changes");
    assert.deepEqual(environment.writes(calls), []);
    assert.ok(!(await exported()).includes(successor));
  });

  it("that took the place of ones which are revoked by now refresh once told to, as the error says", async () => {
    await signIn("eve", "r3voked-p4ssw0rd");
    await environment.project.up("--expect-no-changes");
    await signIn("eve", successor);
    const refresh = ["refresh", "--yes", "--skip-preview", "--expect-no-changes", "--stack", "test"];
    const { code, output } = await environment.project.pulumi(refresh);
    assert.notEqual(code, 0, output);
    assert.match(output, /does not accept the user name or password.*PULUMI_RUN_PROGRAM=true/);
    assert.ok(!output.includes("r3voked-p4ssw0rd"));
    const calls = environment.sandbox.requests().length;
    const again = await environment.project.pulumi(refresh, { PULUMI_RUN_PROGRAM: "true" });
    assert.equal(again.code, 0, again.output);
    assert.ok(environment.sandbox.requests().length > calls, "the scheduler was asked");
    await environment.project.up("--refresh", "--expect-no-changes");
  });

  it("that took their place are what preview and deploy of a pipeline go on with by themselves", async () => {
    await signIn("eve", "r3voked-p4ssw0rd");
    await environment.project.up("--expect-no-changes");
    await signIn("eve", successor);
    environment.topology({ update: { watchSeconds: 2 } });
    for (const [name, expected] of [["preview", 2] as const, ["deploy", 0] as const]) {
      const { code, output } = await pipelineStep(environment.project, name);
      assert.equal(code, expected, output);
      assert.match(output, /Once more, with the credentials that are configured now/, name);
      assert.ok(!output.includes("r3voked-p4ssw0rd"));
    }
    const { code, output } = await pipelineStep(environment.project, "drift");
    assert.equal(code, 0, output);
  });

  it("of today are what the next change is made with, not those that the job was submitted with", async () => {
    environment.topology({ parallelism: { count: 4 } });
    await signIn("bob", canary);
    const { code, output } = await up();
    assert.notEqual(code, 0);
    assert.match(output, /bob is not permitted to .*addInstances/);
    await signIn("eve", successor);
    const calls = environment.sandbox.requests().length;
    await environment.project.up();
    assert.deepEqual(environment.writes(calls), ["addInstances"]);
  });
});

describe("tasks that do not come up", () => {
  let environment: LocalEnvironment;
  const up = () => environment.project.pulumi(["up", "--yes", "--skip-preview", "--stack", "test"]);

  before(async () => {
    environment = await LocalEnvironment.start({ tasks: "real" });
  });

  after(() => environment.dispose());

  it("because they cannot fetch are told with the process and its last words, and the next up mends them", async () => {
    const scheduler = { url: environment.url, observerPort: Number(new URL(environment.url).port) };
    environment.document({ scheduler, fetch: { core: "echo no such object >&2; exit 22", topology: "exit 22" } });
    const { code, output } = await up();
    assert.notEqual(code, 0);
    assert.match(output, /instance 0 FAILED on localhost: Task failed\.\n\s+fetch_heron_system: no such object/);
    environment.document({ scheduler });
    await environment.project.up();
    const tasks = await environment.aurora.tasks(environment.job, { active: true });
    assert.deepEqual(
      tasks.map(({ status }) => status),
      ["RUNNING", "RUNNING", "RUNNING"],
    );
  });
});
