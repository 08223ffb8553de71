import { ListObjectsV2Command, type S3Client } from "@aws-sdk/client-s3";
import assert from "node:assert/strict";
import { agentTools } from "../support/agent-tools";
import { AwsEnvironment } from "../support/aws-environment";
import { LocalEnvironment } from "../support/local-environment";

const agents = "arn:aws:iam::123456789012:role/agents";

describe("a bucket that one stack has made, and another uses by its outputs", () => {
  let owner: LocalEnvironment;
  let other: LocalEnvironment;
  let aws: AwsEnvironment;
  let s3: S3Client;
  const path = process.env.PATH;

  const succeed = async ({ project }: LocalEnvironment, ...args: string[]) => {
    const { code, output } = await project.pulumi([...args, "--stack", "test"], aws.env);
    assert.equal(code, 0, output);
    return output;
  };
  const up = (environment: LocalEnvironment) => succeed(environment, "up", "--yes", "--skip-preview");
  const keys = async (Prefix: string) => {
    const { Contents = [] } = await s3.send(new ListObjectsV2Command({ Bucket: "heron-packages", Prefix }));
    return Contents.map(({ Key = "" }) => Key);
  };
  const running = async ({ aurora, job }: LocalEnvironment) =>
    (await aurora.tasks(job, { active: true })).map(({ status }) => status);

  before(async () => {
    aws = await AwsEnvironment.start();
    s3 = aws.s3.client();
    // Tasks of the sandboxes have this process's PATH.
    process.env.PATH = `${agentTools(aws.s3, await aws.addRole(agents))}:${path ?? ""}`;
    [owner, other] = [await LocalEnvironment.start({ tasks: "real" }), await LocalEnvironment.start({ tasks: "real" })];
    for (const { project } of [owner, other]) await aws.configure(project);
    const { endpoint, region } = aws.s3;
    const s3Args = { bucket: "heron-packages", region, endpoint, readers: { roles: [agents] } };
    owner.document({ artifacts: { s3: s3Args }, fetch: "aws" });
    await up(owner);
    const { artifacts } = JSON.parse(await succeed(owner, "stack", "output", "--json")) as {
      artifacts: { bucket: string; region: string; prefix: string };
    };
    const place = { ...artifacts, endpoint, create: false, prefix: `${artifacts.prefix}/second` };
    other.document({ artifacts: { s3: place }, fetch: "aws" });
  });

  after(async () => {
    process.env.PATH = path;
    s3.destroy();
    await other.dispose();
    await owner.dispose();
    await aws.dispose();
  });

  it("takes the other's packages below the owner's prefix, where its agents may read them", async () => {
    await up(other);
    assert.deepEqual(await running(other), ["RUNNING", "RUNNING", "RUNNING"]);
    assert.equal((await keys("heron/second/")).length, 2);
    const types = (await other.project.resources()).map(({ type }) => type).filter((type) => type.startsWith("aws:"));
    assert.deepEqual([...new Set(types)], ["aws:s3/bucketObjectv2:BucketObjectv2"], "nothing of the bucket is its own");
  });

  it("is let alone by each with what the other has put there, and keeps the owner's when the other goes", async () => {
    const owners = (await keys("heron/")).filter((key) => !key.startsWith("heron/second/"));
    await succeed(owner, "up", "--yes", "--skip-preview", "--refresh", "--expect-no-changes");
    await succeed(other, "up", "--yes", "--skip-preview", "--refresh", "--expect-no-changes");
    await succeed(other, "destroy", "--yes", "--skip-preview");
    assert.deepEqual(await keys("heron/"), owners);
    assert.deepEqual(await running(owner), ["RUNNING", "RUNNING", "RUNNING"]);
  });

  it("is not deleted by its owner while the other's packages are in it, and the other's topology runs on", async () => {
    await up(other);
    const { code, output } = await owner.project.pulumi(
      ["destroy", "--yes", "--skip-preview", "--stack", "test"],
      aws.env,
    );
    assert.notEqual(code, 0);
    assert.match(output, /BucketNotEmpty/);
    assert.equal((await keys("heron/second/")).length, 2);
    assert.deepEqual(await running(other), ["RUNNING", "RUNNING", "RUNNING"]);
    await succeed(other, "destroy", "--yes", "--skip-preview");
    await succeed(owner, "destroy", "--yes", "--skip-preview");
  });
});
