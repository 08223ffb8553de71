import { CreateBucketCommand, ListObjectsV2Command, PutBucketPolicyCommand, type S3Client } from "@aws-sdk/client-s3";
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Gate } from "../support/gate";
import { LocalEnvironment } from "../support/local-environment";
import { repoRoot } from "../support/paths";
import type { CommandResult } from "../support/project";
import { buildTimeoutMs, type Credentials, type S3Server, startS3Server } from "../support/s3-server";

const bucket = "example-pulumi-state";
const locked =
  /the stack is currently locked by 1 lock\(s\)[\s\S]*`pulumi cancel`[\s\S]*created by \S+@\S+ \(pid \d+\) at /;

/** The stack `test` moves into the bucket in the first test; each of the others goes on from there. */
describe("state that a team shares in an S3 bucket", () => {
  let server: S3Server;
  let root: S3Client;
  let deployer: Credentials;
  let previewer: Credentials;
  let environment: LocalEnvironment;
  let gate: Gate;

  before(async function () {
    this.timeout(buildTimeoutMs);
    server = await startS3Server();
    root = server.client();
    deployer = await server.addUser("user");
    previewer = await server.addUser("user");
    await root.send(new CreateBucketCommand({ Bucket: bucket }));
    const Statement = documentedPolicies().flatMap((policy, index) =>
      policy.Statement.map((each) => ({ ...each, Principal: { AWS: [deployer, previewer][index]?.accessKeyId } })),
    );
    const Policy = JSON.stringify({ Version: "2012-10-17", Statement });
    await root.send(new PutBucketPolicyCommand({ Bucket: bucket, Policy }));
    environment = await LocalEnvironment.start({ secrets: "passphrase" });
    gate = await Gate.open(environment.url);
    environment.document({ scheduler: { url: gate.url } });
  });

  after(async () => {
    root.destroy();
    await gate.close();
    await environment.dispose();
    await server.dispose();
  });

  it("comes there from a file backend by export and import, its secrets with it, and nothing is to be done", async () => {
    const { project } = environment;
    const secrets = ["username", "password"].flatMap((part) => [
      "--secret",
      `heron:credentials.sandbox.zookeeper.${part}=s3cr3t`,
    ]);
    await project.succeed(["config", "set-all", "--stack", "test", "--path", ...secrets]);
    await project.up();
    const file = project.path("state.json");
    await project.succeed(["stack", "export", "--stack", "test", "--file", file]);
    await succeed(deployer, "stack", "init", "test");
    await succeed(deployer, "stack", "import", "--stack", "test", "--file", file);
    await succeed(deployer, "preview", "--expect-no-changes", "--stack", "test");
  });

  it("is one run's at a time: while one is at work, a second says who holds the lock and touches nothing", async () => {
    environment.topology({ parallelism: { count: 5 } });
    let second: CommandResult | undefined;
    let calls: readonly string[] | undefined;
    gate.at({ when: "before", method: "addInstances", unharmed: true }, async () => {
      const before = environment.sandbox.requests().length;
      second = await run(deployer, ...up);
      calls = environment.writes(before);
    });
    await succeed(deployer, ...up);
    assert.notEqual(second?.code, 0);
    assert.match(second?.output ?? "", locked);
    assert.deepEqual(calls, []);
    assert.equal(await running(), 5);
    await succeed(deployer, ...up, "--expect-no-changes");
  });

  it("keeps the lock of a run that was killed, until it is cancelled; the next run completes the work", async () => {
    environment.topology({ parallelism: { count: 3 } });
    const killed = environment.project.start(up, backend(deployer));
    gate.at({ when: "before", method: "killTasks" }, killed.kill);
    assert.equal((await killed.result).signal, "SIGKILL");
    assert.match(await fail(deployer, ...up), locked);
    assert.equal((await locks()).length, 1);
    await succeed(deployer, "cancel", "--yes", "--stack", "test");
    assert.deepEqual(await locks(), []);
    await succeed(deployer, ...up, "--refresh");
    assert.equal(await running(), 4);
  });

  it("can be previewed and compared, but not deployed, by a role that may only read", async () => {
    await succeed(previewer, "refresh", "--preview-only", "--expect-no-changes", "--stack", "test");
    environment.topology({ parallelism: { count: 2 } });
    assert.match(await succeed(previewer, "preview", "--stack", "test"), /1 to update/);
    const calls = environment.sandbox.requests().length;
    assert.match(await fail(previewer, ...up), /AccessDenied/);
    assert.deepEqual(environment.writes(calls), []);
  });

  const up = ["up", "--yes", "--skip-preview", "--stack", "test"];

  function backend({ accessKeyId, secretAccessKey }: Credentials): NodeJS.ProcessEnv {
    const place = new URLSearchParams({ endpoint: server.endpoint, region: server.region, s3ForcePathStyle: "true" });
    return {
      PULUMI_BACKEND_URL: `s3://${bucket}?${place.toString()}`,
      AWS_ACCESS_KEY_ID: accessKeyId,
      AWS_SECRET_ACCESS_KEY: secretAccessKey,
      AWS_CA_BUNDLE: server.certificate,
    };
  }

  function run(who: Credentials, ...args: readonly string[]): Promise<CommandResult> {
    return environment.project.pulumi(args, backend(who));
  }

  async function succeed(who: Credentials, ...args: readonly string[]): Promise<string> {
    const { code, output } = await run(who, ...args);
    assert.equal(code, 0, output);
    return output;
  }

  async function fail(who: Credentials, ...args: readonly string[]): Promise<string> {
    const { code, output } = await run(who, ...args);
    assert.notEqual(code, 0, output);
    return output;
  }

  async function running(): Promise<number> {
    const tasks = await environment.aurora.tasks(environment.job, { active: true });
    return tasks.filter(({ status }) => status === "RUNNING").length;
  }

  async function locks(): Promise<readonly unknown[]> {
    const { Contents = [] } = await root.send(new ListObjectsV2Command({ Bucket: bucket, Prefix: ".pulumi/locks/" }));
    return Contents;
  }
});

interface Policy {
  readonly Statement: readonly object[];
}

/** The IAM policies of docs/state.md: of the role that deploys, and of the one that previews. */
function documentedPolicies(): readonly Policy[] {
  const text = readFileSync(join(repoRoot, "docs", "state.md"), "utf8");
  return [...text.matchAll(/```json\n([\s\S]*?)```/g)].map(([, json = ""]) => JSON.parse(json) as Policy);
}
