import {
  CreateBucketCommand,
  GetBucketPolicyCommand,
  GetBucketVersioningCommand,
  GetObjectCommand,
  HeadBucketCommand,
  ListObjectVersionsCommand,
  PutObjectCommand,
  type S3Client,
} from "@aws-sdk/client-s3";
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync, gzipSync } from "node:zlib";
import { brokenS3Rules } from "../support/broken-rules";
import { agentTools } from "../support/agent-tools";
import { AwsEnvironment } from "../support/aws-environment";
import { LocalEnvironment } from "../support/local-environment";
import { repoRoot } from "../support/paths";

const bucket = "heron-packages";
const roleArn = "arn:aws:iam::123456789012:role/mesos-agent";
const core = readFileSync(join(repoRoot, "examples/core/heron-core.tar.gz"));
const sha256 = (bytes: Uint8Array) => createHash("sha256").update(bytes).digest("hex");

describe("packages in S3, on a real S3 server, with a stand-in for the AWS provider", () => {
  let environment: LocalEnvironment;
  let aws: AwsEnvironment;
  let s3: S3Client;
  const path = process.env.PATH;

  const run = (...args: string[]) => environment.project.pulumi([...args, "--stack", "test"], aws.env);
  const succeed = async (...args: string[]) => {
    const { code, output } = await run(...args);
    assert.equal(code, 0, output);
    return output;
  };
  const up = () => succeed("up", "--yes", "--skip-preview");
  const running = async () =>
    (await environment.aurora.tasks(environment.job, { active: true })).map(({ status }) => status);
  /** Keys of the bucket's current objects, with their versions. */
  const objects = async () => {
    const { Versions = [] } = await s3.send(new ListObjectVersionsCommand({ Bucket: bucket }));
    return new Map(Versions.filter(({ IsLatest }) => IsLatest).map(({ Key = "", VersionId = "" }) => [Key, VersionId]));
  };
  const coreKey = (bytes: Uint8Array) => `heron/core/heron-core-${sha256(bytes)}.tar.gz`;
  const document = (changes: object = {}, store: object = {}) => {
    environment.document({
      artifacts: {
        s3: {
          bucket,
          region: aws.s3.region,
          endpoint: aws.s3.endpoint,
          readers: { roles: [roleArn], cidrs: ["127.0.0.0/8"] },
          ...store,
        },
      },
      fetch: "curl",
      ...changes,
    });
  };
  /** Writes a core package into the project and names it in the stack document. */
  const useCore = (bytes: Uint8Array) => {
    environment.project.write("stacks/core.tar.gz", bytes);
    document({ core: { path: "core.tar.gz" } });
  };

  before(async () => {
    aws = await AwsEnvironment.start();
    const role = await aws.addRole(roleArn);
    // Tasks of the sandbox have this process's PATH.
    process.env.PATH = `${agentTools(aws.s3, role)}:${path ?? ""}`;
    environment = await LocalEnvironment.start({ tasks: "real" });
    s3 = aws.s3.client();
    await aws.configure(environment.project);
    useCore(core);
  });

  after(async () => {
    process.env.PATH = path;
    s3.destroy();
    await environment.dispose();
    await aws.dispose();
  });

  it("are uploaded whole, fetched by the agents' curl, and the topology runs", async () => {
    await up();
    assert.deepEqual(await running(), ["RUNNING", "RUNNING", "RUNNING"]);
    const keys = [...(await objects()).keys()].sort();
    assert.equal(keys.length, 2);
    assert.equal(keys[0], coreKey(core));
    for (const key of keys) {
      const { Body } = await s3.send(new GetObjectCommand({ Bucket: bucket, Key: key }));
      assert.ok(Body);
      assert.ok(key.includes(sha256(await Body.transformToByteArray())), key);
    }
  });

  it("are sent with a checksum that S3 verifies, and the state keeps", async () => {
    const resources = await environment.project.resources();
    const sums = resources
      .filter(({ type }) => type === "aws:s3/bucketObjectv2:BucketObjectv2")
      .map(({ outputs }) => {
        const { key, checksumSha256 } = outputs as Readonly<Record<string, string>>;
        assert.ok(
          key?.includes(Buffer.from(checksumSha256 ?? "", "base64").toString("hex")),
          `${key}: ${checksumSha256}`,
        );
        return checksumSha256;
      });
    assert.equal(sums.filter((sum) => sum !== "").length, 2);
  });

  it("are told of by the stack's outputs, for others that use the bucket", async () => {
    const { artifacts } = JSON.parse(await succeed("stack", "output", "--json")) as { artifacts: unknown };
    assert.deepEqual(artifacts, { bucket, region: aws.s3.region, prefix: "heron" });
  });

  it("lie in a bucket that meets every control of the policy pack, but for access logs that nobody has asked for", async () => {
    assert.deepEqual(brokenS3Rules(await environment.project.resources()), ["s3-access-logging"]);
  });

  it("are let alone the second time", async () => {
    const known = await objects();
    await succeed("up", "--yes", "--skip-preview", "--refresh", "--expect-no-changes");
    assert.deepEqual(await objects(), known);
  });

  it("of which no path of the machine stands in the state", async () => {
    const state = JSON.stringify(await environment.project.resources());
    assert.ok(!state.includes(environment.project.directory));
    assert.ok(!state.includes(aws.s3.root.secretAccessKey));
  });

  it("are kept when the roll to a new core package fails, since containers still run on the old", async () => {
    const broken = gzipSync(Buffer.alloc(10_240));
    useCore(broken);
    const { code, output } = await run("up", "--yes", "--skip-preview");
    assert.notEqual(code, 0, output);
    assert.match(output, /rolling update ended (ROLLED_BACK|FAILED)/);
    const keys = [...(await objects()).keys()];
    assert.ok(keys.includes(coreKey(core)));
    assert.deepEqual(await running(), ["RUNNING", "RUNNING", "RUNNING"]);
  });

  it("go, once the last job has left them", async () => {
    const repacked = gzipSync(gunzipSync(core), { level: 1 });
    useCore(repacked);
    await up();
    const keys = [...(await objects()).keys()].filter((key) => key.startsWith("heron/core/"));
    assert.deepEqual(keys, [coreKey(repacked)]);
    assert.deepEqual(await running(), ["RUNNING", "RUNNING", "RUNNING"]);
  });

  it("are fetched by the AWS CLI with the agents' role, where nobody else may read", async () => {
    document({ fetch: "aws" }, { readers: { roles: [roleArn] } });
    await up();
    assert.deepEqual(await running(), ["RUNNING", "RUNNING", "RUNNING"]);
    const [key = ""] = [...(await objects()).keys()];
    assert.equal((await aws.s3.fetch(`${bucket}/${key}`)).status, 403);
  });

  it("that agents may not read are told of by the fetch probe, before any job is touched", async () => {
    const scheduler = { url: environment.url, observerPort: Number(new URL(environment.url).port) };
    document({ fetch: "curl", probe: true, scheduler }, { readers: { cidrs: ["10.0.0.0/8"] } });
    const tasks = async () =>
      (await environment.aurora.tasks(environment.job, { active: true })).map(({ taskId }) => taskId);
    const before = (await tasks()).sort();
    const { code, output } = await run("up", "--yes", "--skip-preview");
    assert.notEqual(code, 0, output);
    assert.match(output, /heron-fetch-probe-\w+ FAILED on localhost: Task failed \(curl was answered/);
    assert.match(
      output,
      /fetch_heron_system: curl: \(22\) The requested URL returned error: 403/,
      "the agent's own words",
    );
    assert.deepEqual((await tasks()).sort(), before);
    document({ fetch: "aws" }, { readers: { roles: [roleArn] } });
    await up();
  });

  it("are put back where a bucket's setting was changed by hand", async () => {
    aws.change(
      (held) =>
        JSON.parse(
          JSON.stringify(held).replaceAll('"blockPublicPolicy":true', '"blockPublicPolicy":false'),
        ) as typeof held,
    );
    const refreshed = await succeed("refresh", "--yes", "--skip-preview", "--diff");
    assert.match(refreshed, /blockPublicPolicy/);
    await up();
    assert.ok(JSON.stringify(aws.held).includes('"blockPublicPolicy":true'));
  });

  it("are not deleted with a bucket that holds what is somebody else's", async () => {
    await s3.send(new PutObjectCommand({ Bucket: bucket, Key: "other/file", Body: "theirs" }));
    const { code, output } = await run("destroy", "--yes", "--skip-preview");
    assert.notEqual(code, 0, output);
    assert.match(output, /BucketNotEmpty/);
    assert.deepEqual([...(await objects()).keys()], ["other/file"]);
    assert.deepEqual(await running(), []);
    const { Policy } = await s3.send(new GetBucketPolicyCommand({ Bucket: bucket }));
    assert.match(Policy ?? "", /aws:SecureTransport|s3:GetObject/, "whoever reads from it goes on reading");
    const { Status } = await s3.send(new GetBucketVersioningCommand({ Bucket: bucket }));
    assert.equal(Status, "Enabled");
  });
});

describe("what a new user gets wrong with S3", () => {
  let environment: LocalEnvironment;
  let aws: AwsEnvironment;

  const failed = async (...texts: RegExp[]) => {
    const { code, output } = await environment.project.pulumi(environment.project.command("up"), aws.env);
    assert.notEqual(code, 0, output);
    for (const text of texts) assert.match(output, text);
    assert.doesNotMatch(output, /^\s+at .*\(/m, "a stack trace");
    assert.deepEqual(environment.writes(), [], "nothing is submitted");
  };
  const document = (store: object, changes: object = {}) => {
    environment.document({
      artifacts: { s3: { bucket, region: aws.s3.region, endpoint: aws.s3.endpoint, ...store } },
      fetch: "aws",
      ...changes,
    });
  };

  before(async () => {
    aws = await AwsEnvironment.start();
    environment = await LocalEnvironment.start();
    await aws.configure(environment.project);
  });

  after(async () => {
    await environment.dispose();
    await aws.dispose();
  });

  it("curl without a network that may read is refused with the reason, before anything is made", async () => {
    document({}, { fetch: "curl" });
    await failed(/fetch: .*artifacts\.s3\.readers/);
    await assert.rejects(aws.s3.client().send(new HeadBucketCommand({ Bucket: bucket })));
  });

  it("curl for objects under a KMS key is refused", async () => {
    document({ kmsKey: "new", readers: { cidrs: ["10.0.0.0/8"] } }, { fetch: "curl" });
    await failed(/fetch: .*KMS/);
  });

  it("a bucket's name that S3 would refuse is told before anything is made", async () => {
    document({ bucket: "Heron_Packages" });
    await failed(/artifacts\.s3\.bucket: expected a bucket name as S3 takes it/);
  });

  it("an address range so wide that S3 calls it public is told", async () => {
    document({ readers: { cidrs: ["0.0.0.0/0"] } });
    await failed(/artifacts\.s3\.readers\.cidrs\[0\]: expected an address range .*no wider than \/8/);
  });

  it("a prefix that is not named in a bucket of another's", async () => {
    document({ create: false });
    await failed(/artifacts\.s3\.prefix: with 'create: false' .*name a prefix in it that no other stack uses/);
  });

  it("a bucket that is said to be there and is not", async () => {
    document({ create: false, prefix: "heron" });
    await failed(/NoSuchBucket/);
  });

  it("a bucket's name that somebody else has taken", async () => {
    const other = await aws.s3.addUser("userplus");
    await aws.configure(environment.project, other);
    document({});
    await aws.configure(environment.project, await aws.s3.addUser("userplus"));
    await aws.s3.client(other).send(new CreateBucketCommand({ Bucket: bucket }));
    await failed(/BucketAlreadyExists/);
  });

  it("a region that the bucket's server is not in", async () => {
    document({ region: "us-east-2", bucket: "another-bucket" });
    await failed(/requested bucket from "us-east-2", actual location "eu-west-1"/);
  });

  it("a bucket that may not be written", async () => {
    await aws.s3.client().send(new CreateBucketCommand({ Bucket: "closed-bucket" }));
    await aws.configure(environment.project, await aws.s3.addUser("user"));
    document({ bucket: "closed-bucket", create: false, prefix: "heron" });
    await failed(/AccessDenied/);
  });

  it("credentials that are wrong", async () => {
    await aws.configure(environment.project, { accessKeyId: "AKIAWRONG", secretAccessKey: "wr0ng-s3cret" });
    document({ bucket: "another-bucket" });
    await failed(/InvalidAccessKeyId/);
  });
});
