import {
  CreateBucketCommand,
  DeleteObjectCommand,
  GetBucketPolicyCommand,
  GetObjectCommand,
  HeadBucketCommand,
  ListMultipartUploadsCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  type S3Client,
} from "@aws-sdk/client-s3";
import assert from "node:assert/strict";
import { createHash, randomBytes } from "node:crypto";
import { readFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { gunzipSync, gzipSync } from "node:zlib";
import { AwsEnvironment } from "../support/aws-environment";
import { brokenS3Rules } from "../support/broken-rules";
import { LocalEnvironment } from "../support/local-environment";
import { repoRoot } from "../support/paths";
import { listenOnLoopback } from "../support/loopback";

const roleArn = "arn:aws:iam::123456789012:role/mesos-agent";
const core = readFileSync(join(repoRoot, "examples/core/heron-core.tar.gz"));
const sha256 = (bytes: Uint8Array) => createHash("sha256").update(bytes).digest("hex");

describe("the settings of a bucket of packages, through the real engine", () => {
  let environment: LocalEnvironment;
  let aws: AwsEnvironment;
  let s3: S3Client;
  let buckets = 0;
  let bucket: string;

  const run = (...args: string[]) => environment.project.pulumi([...args, "--stack", "test"], aws.env);
  const succeed = async (...args: string[]) => {
    const { code, output } = await run(...args);
    assert.equal(code, 0, output);
    return output;
  };
  const up = () => succeed("up", "--yes", "--skip-preview");
  const destroy = () => succeed("destroy", "--yes", "--skip-preview");
  const document = (store: object, changes: object = {}) => {
    const s3Args = { bucket, region: aws.s3.region, endpoint: aws.s3.endpoint, ...store };
    environment.document({ artifacts: { s3: s3Args }, fetch: "aws", ...changes });
  };
  const keys = async () => {
    const { Contents = [] } = await s3.send(new ListObjectsV2Command({ Bucket: bucket }));
    return Contents.map(({ Key = "" }) => Key);
  };

  before(async () => {
    aws = await AwsEnvironment.start();
    environment = await LocalEnvironment.start();
    s3 = aws.s3.client();
    await aws.addRole(roleArn);
    await aws.configure(environment.project);
  });

  beforeEach(() => {
    bucket = `packages-${buckets++}`;
  });

  after(async () => {
    s3.destroy();
    await environment.dispose();
    await aws.dispose();
  });

  it("make a key of its own that the readers may decrypt with, access logs and tags", async () => {
    const logs = "access-logs";
    await s3.send(new CreateBucketCommand({ Bucket: logs }));
    document({ kmsKey: "new", readers: { roles: [roleArn] }, logging: { bucket: logs }, tags: { team: "streaming" } });
    await up();
    const resources = await environment.project.resources();
    const inputsOf = (type: string) => JSON.stringify(resources.find((each) => each.type === type)?.inputs);
    for (const text of ["kms:Decrypt", "mesos-agent"]) assert.ok(inputsOf("aws:kms/key:Key").includes(text), text);
    assert.match(
      inputsOf("aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration"),
      /"sseAlgorithm":"aws:kms".*"bucketKeyEnabled":true|"bucketKeyEnabled":true.*"sseAlgorithm":"aws:kms"/,
    );
    assert.match(inputsOf("aws:s3/bucketLogging:BucketLogging"), new RegExp(`"targetBucket":"${logs}"`));
    assert.match(inputsOf("aws:s3/bucket:Bucket"), /"team":"streaming"/);
    assert.deepEqual(brokenS3Rules(resources), [], "every control is met");
    await destroy();
    await assert.rejects(s3.send(new HeadBucketCommand({ Bucket: bucket })), "an empty bucket goes with its stack");
  });

  it("change their key in place, from none to a given one to one of its own, and packages only come under the next", async () => {
    const [given, readers] = ["arn:aws:kms:eu-west-1:123456789012:key/given", { roles: [roleArn] }];
    const encryption = () =>
      /AES256|arn:aws:kms:[^"]+/.exec(JSON.stringify(aws.held.buckets[bucket]?.encryption?.rules))?.[0];
    /** The key of each package, by what the package is. */
    const keysOf = () =>
      Object.fromEntries(
        Object.entries(aws.held.objects)
          .filter(([place]) => place.startsWith(`${bucket}/`))
          .map(([place, { kmsKeyId = "none" }]) => [
            /heron-core-(\w{8})|WordCount/.exec(place)?.[1] ?? "topology",
            kmsKeyId,
          ]),
      );
    const [first, second] = [core, gzipSync(gunzipSync(core), { level: 2 })];
    const nameOf = (bytes: Uint8Array) => sha256(bytes).slice(0, 8);
    document({ readers });
    await up();
    assert.equal(encryption(), "AES256");
    document({ readers, kmsKey: given });
    await up();
    assert.equal(encryption(), given);
    assert.deepEqual(keysOf(), { [nameOf(first)]: "none", topology: "none" }, "what is there is not uploaded again");
    environment.project.write("stacks/second.tar.gz", second);
    document({ readers, kmsKey: "new" }, { core: { path: "second.tar.gz" } });
    await up();
    const [made = ""] = Object.keys(aws.held.kmsKeys).slice(-1);
    assert.ok(made !== "" && encryption()?.endsWith(`:key/${made}`));
    assert.deepEqual(keysOf(), { [nameOf(second)]: encryption(), topology: encryption() });
    document({ readers, kmsKey: given }, { core: { path: "second.tar.gz" } });
    await up();
    assert.equal(encryption(), given);
    assert.ok(made in aws.held.kmsKeys, "what was encrypted with it can be read on");
    await succeed("up", "--yes", "--skip-preview", "--refresh", "--expect-no-changes");
    await destroy();
    assert.ok(made in aws.held.kmsKeys);
  });

  it("leave a bucket that is there as it is, before, during and after", async () => {
    await s3.send(new CreateBucketCommand({ Bucket: bucket }));
    await s3.send(new PutObjectCommand({ Bucket: bucket, Key: "theirs", Body: "theirs" }));
    document({ create: false, prefix: "team/heron" });
    await up();
    assert.ok((await keys()).includes(`team/heron/core/heron-core-${sha256(core)}.tar.gz`));
    const types = (await environment.project.resources())
      .map(({ type }) => type)
      .filter((type) => type.startsWith("aws:"));
    assert.deepEqual([...new Set(types)], ["aws:s3/bucketObjectv2:BucketObjectv2"]);
    await destroy();
    assert.deepEqual(await keys(), ["theirs"]);
  });

  it("are set on a bucket that is there once the stack owns it, by the import that docs/s3.md names", async () => {
    await s3.send(new CreateBucketCommand({ Bucket: bucket }));
    await s3.send(new PutObjectCommand({ Bucket: bucket, Key: "earlier", Body: "earlier" }));
    // As on AWS: by the stack's own configuration, without a provider of its own.
    environment.document({ artifacts: { s3: { bucket, region: aws.s3.region } }, fetch: "aws" });
    const refused = await run("up", "--yes", "--skip-preview");
    assert.match(refused.output, /BucketAlreadyOwnedByYou/);
    const cluster = "urn:pulumi:test::user::heron:index:HeronCluster::sandbox";
    const said = ["aws:s3/bucket:Bucket", "sandbox", bucket, "--parent", `cluster=${cluster}`];
    await succeed("import", ...said, "--protect=false", "--generate-code=false", "--yes");
    await up();
    assert.deepEqual(brokenS3Rules(await environment.project.resources()), ["s3-access-logging"]);
    await succeed("up", "--yes", "--skip-preview", "--refresh", "--expect-no-changes");
    assert.ok((await keys()).includes("earlier"));
    await s3.send(new DeleteObjectCommand({ Bucket: bucket, Key: "earlier", VersionId: "null" }));
    await destroy();
    await assert.rejects(s3.send(new HeadBucketCommand({ Bucket: bucket })), "it goes with its stack from then on");
  });

  it("keep bucket and packages on destroy, where told to", async () => {
    document({ retainOnDelete: true });
    await up();
    await destroy();
    assert.equal((await keys()).length, 2);
  });

  it("refuse to delete the bucket of the environment prod", async () => {
    document({}, { environment: "prod" });
    await up();
    const { code, output } = await run("destroy", "--yes");
    assert.notEqual(code, 0);
    assert.match(output, /protect/);
    assert.equal((await keys()).length, 2, "refused in the preview, before anything is deleted");
    document({}, { environment: "prod", production: false });
    await up();
    await destroy();
  });

  it("take up an upload that was cut in the middle", async () => {
    const large = gzipSync(randomBytes(64 * 1024 * 1024), { level: 0 });
    environment.project.write("stacks/large.tar.gz", large);
    document({}, { core: { path: "large.tar.gz" } });
    const engine = environment.project.start(["up", "--yes", "--skip-preview", "--stack", "test"], aws.env);
    const began = async () => {
      const found = await s3.send(new ListMultipartUploadsCommand({ Bucket: bucket })).catch(() => undefined);
      return (found?.Uploads ?? []).length > 0;
    };
    while (!(await began())) await sleep(20);
    engine.kill();
    await engine.result;
    assert.ok((await keys()).every((key) => !key.startsWith("heron/core/")));
    await environment.project.recover();
    await succeed("up", "--yes", "--skip-preview", "--refresh");
    const { Body } = await s3.send(
      new GetObjectCommand({ Bucket: bucket, Key: `heron/core/heron-core-${sha256(large)}.tar.gz` }),
    );
    assert.equal(sha256((await Body?.transformToByteArray()) ?? new Uint8Array()), sha256(large));
    const sums = (await environment.project.resources()).map(({ outputs }) => outputs?.checksumCrc32);
    assert.ok(
      sums.some((sum) => /^[\w+/]{6}==-13$/.test(String(sum))),
      "S3 has checked each of the 13 parts by CRC32",
    );
  });

  it("are not sent anew because an earlier version of this library had them checked otherwise", async () => {
    const file = environment.project.write(
      "earlier.json",
      (await succeed("stack", "export")).replaceAll('"checksumAlgorithm": "CRC32"', '"checksumAlgorithm": "SHA256"'),
    );
    await succeed("stack", "import", "--file", file);
    await succeed("up", "--yes", "--skip-preview", "--expect-no-changes");
    await destroy();
  });

  describe("a core package from a URL", () => {
    let server: Server;
    let url: string;
    let requests = 0;
    // Other bytes than the file's, which the checkout's cache knows already.
    const hosted = gzipSync(gunzipSync(core), { level: 1 });

    before(async () => {
      server = createServer((request, response) => {
        requests++;
        if (request.url === "/heron-core.tar.gz") response.end(hosted);
        else response.writeHead(404).end();
      });
      url = `http://127.0.0.1:${await listenOnLoopback(server)}`;
    });

    after(() => {
      server.close();
    });

    it("streams into the bucket, checked, once", async () => {
      document({}, { core: { url: `${url}/heron-core.tar.gz`, sha256: sha256(hosted) } });
      await up();
      assert.ok((await keys()).includes(`heron/core/heron-core-${sha256(hosted)}.tar.gz`));
      await up();
      assert.equal(requests, 1);
      await destroy();
    });

    it("is fetched by agents from where it lies, and not uploaded, where told so", async () => {
      document({}, { core: { url: `${url}/heron-core.tar.gz`, sha256: sha256(hosted), host: false } });
      await up();
      assert.equal((await keys()).length, 1);
      const [task] = await environment.aurora.tasks(environment.job, { active: true, withConfig: true });
      assert.match(JSON.stringify(task?.config?.executorConfig.data), new RegExp(`curl [^"]*${url}/heron-core`));
      await destroy();
    });

    it("that is another than the document says, or not there, changes nothing", async () => {
      document({}, { core: { url: `${url}/heron-core.tar.gz`, sha256: "0".repeat(64) } });
      const other = await run("up", "--yes", "--skip-preview");
      assert.match(
        other.output,
        /stacks\/test\.yaml: core\.sha256: heron-core\.tar\.gz hashes to .*Nothing was touched/,
      );
      document({}, { core: { url: `${url}/elsewhere.tar.gz`, sha256: "0".repeat(64) } });
      const gone = await run("up", "--yes", "--skip-preview");
      assert.match(gone.output, /stacks\/test\.yaml: core\.url: .*answered 404/);
      await assert.rejects(s3.send(new HeadBucketCommand({ Bucket: bucket })));
    });
  });

  describe("with a topology that is left behind", () => {
    it("keep bucket, policy and packages on destroy", async () => {
      document({ readers: { roles: [roleArn] } });
      environment.topology({ retainOnDelete: true });
      await up();
      const packages = (await keys()).sort();
      assert.equal(packages.length, 2);
      await destroy();
      assert.deepEqual((await keys()).sort(), packages);
      const { Policy = "" } = await s3.send(new GetBucketPolicyCommand({ Bucket: bucket }));
      assert.match(Policy, /ReadByRole/, "the agents of its job go on reading");
      assert.equal((await environment.aurora.tasks(environment.job, { active: true })).length, 3);
    });
  });
});
