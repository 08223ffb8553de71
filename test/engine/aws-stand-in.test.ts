import {
  GetBucketOwnershipControlsCommand,
  GetBucketPolicyCommand,
  GetBucketTaggingCommand,
  GetBucketVersioningCommand,
  GetObjectCommand,
  ListObjectVersionsCommand,
  PutBucketVersioningCommand,
  PutObjectCommand,
} from "@aws-sdk/client-s3";
import assert from "node:assert/strict";
import { createHash, randomBytes } from "node:crypto";
import { AwsEnvironment } from "../support/aws-environment";
import { peakMemoryWhile } from "../support/peak-memory";
import { TestProject } from "../support/project";
import { buildTimeoutMs } from "../support/s3-server";

const program = `
const { asset, Config } = require("@pulumi/pulumi");
const s3 = require("@pulumi/aws/s3");
const kms = require("@pulumi/aws/kms");
const role = "arn:aws:iam::123456789012:role/agents";
const key = new kms.Key("key", { description: "packages", enableKeyRotation: true });
new kms.Alias("packages", { targetKeyId: key.keyId });
const bucket = new s3.Bucket("packages", { bucket: "heron-packages", tags: { team: "streams" } });
const on = { bucket: bucket.id };
new s3.BucketOwnershipControls("owner", { ...on, rule: { objectOwnership: "BucketOwnerEnforced" } });
const closed = new s3.BucketPublicAccessBlock("closed", {
  ...on, blockPublicAcls: true, blockPublicPolicy: true, ignorePublicAcls: true, restrictPublicBuckets: true,
});
const versioning = new s3.BucketVersioning("versions", { ...on, versioningConfiguration: { status: "Enabled" } });
new s3.BucketServerSideEncryptionConfiguration("encryption", {
  ...on,
  rules: [{ applyServerSideEncryptionByDefault: { sseAlgorithm: "aws:kms", kmsMasterKeyId: key.arn }, bucketKeyEnabled: true }],
});
new s3.BucketLifecycleConfiguration("lifecycle", {
  ...on,
  rules: [{ id: "parts", status: "Enabled", filter: {}, abortIncompleteMultipartUpload: { daysAfterInitiation: 7 } }],
});
new s3.BucketLogging("logging", { ...on, targetBucket: bucket.id, targetPrefix: "log/" });
new s3.BucketPolicy("policy", {
  ...on,
  policy: bucket.arn.apply((arn) => JSON.stringify({
    Version: "2012-10-17",
    Statement: [
      { Effect: "Deny", Principal: "*", Action: "s3:*", Resource: [arn, arn + "/*"], Condition: { Bool: { "aws:SecureTransport": "false" } } },
      { Effect: "Allow", Principal: { AWS: [role] }, Action: "s3:GetObject", Resource: arn + "/core/*" },
      { Effect: "Allow", Principal: "*", Action: "s3:GetObject", Resource: arn + "/near/*", Condition: { IpAddress: { "aws:SourceIp": ["127.0.0.0/8"] } } },
      { Effect: "Allow", Principal: "*", Action: "s3:GetObject", Resource: arn + "/far/*", Condition: { StringEquals: { "aws:SourceVpce": ["vpce-1"] } } },
    ],
  })),
}, { dependsOn: [closed] });
const source = new asset.FileAsset("core.tar.gz");
for (const folder of ["core", "near", "far"]) {
  new s3.BucketObjectv2(folder, { ...on, key: folder + "/core.tar.gz", source, checksumAlgorithm: "SHA256" }, { dependsOn: [versioning] });
}
new s3.BucketObject("note", { ...on, content: "hello" }, { dependsOn: [versioning] });
const arn = bucket.arn;
module.exports = { arn };
`;

const role = "arn:aws:iam::123456789012:role/agents";
const Bucket = "heron-packages";

/** A project whose program runs against the AWS stand-in, and how to run it. */
class AwsProject {
  readonly project: TestProject;

  constructor(
    private readonly environment: AwsEnvironment,
    text: string,
  ) {
    this.project = new TestProject("test", text);
  }

  async init(...configuration: Parameters<AwsEnvironment["config"]>): Promise<void> {
    await this.project.init();
    await this.environment.configure(this.project, ...configuration);
  }

  run(...args: string[]) {
    return this.project.pulumi([...args, "--stack", "test"], this.environment.env);
  }

  async succeed(...args: string[]): Promise<string> {
    const { code, output } = await this.run(...args);
    assert.equal(code, 0, output);
    return output;
  }

  async fail(...args: string[]): Promise<string> {
    const { code, output } = await this.run(...args);
    assert.notEqual(code, 0, output);
    return output;
  }
}

const up = ["up", "--yes", "--skip-preview"];
const destroy = ["destroy", "--yes", "--skip-preview"];

describe("a program with @pulumi/aws on the stand-in for the AWS provider", function () {
  let environment: AwsEnvironment;
  const projects: TestProject[] = [];

  before(async function () {
    this.timeout(buildTimeoutMs);
    environment = await AwsEnvironment.start();
  });

  after(async () => {
    for (const project of projects) project.dispose();
    await environment.dispose();
  });

  const newProject = (text: string): AwsProject => {
    const made = new AwsProject(environment, text);
    projects.push(made.project);
    return made;
  };

  describe("through the life of a bucket with every setting", () => {
    const core = randomBytes(11 * 1024 * 1024);
    let stack: AwsProject;
    let agent: Awaited<ReturnType<AwsEnvironment["addRole"]>>;

    before(async () => {
      agent = await environment.addRole(role);
      stack = newProject(program);
      stack.project.write("core.tar.gz", core);
      await stack.init();
    });

    it("shows a preview that touches nothing", async () => {
      assert.match(await stack.succeed("preview"), /\+ 15 to create/);
      assert.deepEqual(environment.held.buckets, {});
    });

    it("makes everything", async () => {
      assert.match(await stack.succeed(...up), /\+ 15 created/);
      const s3 = environment.s3.client();
      assert.equal((await s3.send(new GetBucketVersioningCommand({ Bucket }))).Status, "Enabled");
      const { OwnershipControls } = await s3.send(new GetBucketOwnershipControlsCommand({ Bucket }));
      assert.equal(OwnershipControls?.Rules?.[0]?.ObjectOwnership, "BucketOwnerEnforced");
      assert.deepEqual((await s3.send(new GetBucketTaggingCommand({ Bucket }))).TagSet, [
        { Key: "team", Value: "streams" },
      ]);
      const held = environment.held.buckets[Bucket];
      assert.equal(held?.publicAccessBlock?.restrictPublicBuckets, true);
      assert.match(JSON.stringify(held.encryption), /arn:aws:kms:eu-west-1:123456789012:key.*"aws:kms"/);
      assert.match(JSON.stringify(held.lifecycle), /"daysAfterInitiation":7/);
      assert.deepEqual(held.logging, { targetBucket: Bucket, targetPrefix: "log/" });
    });

    it("puts the file's bytes there, and tells their checksum and encryption", async () => {
      const { Body, ContentLength } = await environment.s3
        .client()
        .send(new GetObjectCommand({ Bucket, Key: "core/core.tar.gz" }));
      assert.equal(ContentLength, core.length);
      assert.ok(core.equals((await Body?.transformToByteArray()) ?? new Uint8Array()));
      const outputs = (await stack.project.resources()).find(({ urn }) => urn.endsWith("::core"))?.outputs;
      assert.equal(outputs?.checksumSha256, compositeSha256(core, 5 * 1024 * 1024));
      assert.match(String(outputs.etag), /^[0-9a-f]{32}-3$/);
      assert.ok(outputs.versionId);
      assert.equal(outputs.arn, `arn:aws:s3:::${Bucket}/core/core.tar.gz`);
      assert.equal(outputs.serverSideEncryption, "aws:kms");
    });

    it("lets read whom the policy lets, on the server itself", async () => {
      const fetch = async (folder: string) => (await environment.s3.fetch(`${Bucket}/${folder}/core.tar.gz`)).status;
      assert.equal(await fetch("near"), 200);
      assert.equal(await fetch("far"), 403, "only through a VPC endpoint");
      assert.equal(await fetch("core"), 403, "only by a role");
      const asAgent = environment.s3.client(agent);
      const { ContentLength } = await asAgent.send(new GetObjectCommand({ Bucket, Key: "core/core.tar.gz" }));
      assert.equal(ContentLength, core.length);
      await assert.rejects(asAgent.send(new GetObjectCommand({ Bucket, Key: "far/core.tar.gz" })), {
        name: "AccessDenied",
      });
    });

    it("finds nothing to do the second time, from another place of the file too", async () => {
      const versions = await versionsOf(environment, "core/core.tar.gz");
      stack.project.write("elsewhere/core.tar.gz", core);
      stack.project.write("index.js", program.replace('FileAsset("core', 'FileAsset("elsewhere/core'));
      assert.match(await stack.succeed(...up, "--expect-no-changes"), /15 unchanged/);
      assert.deepEqual(await versionsOf(environment, "core/core.tar.gz"), versions);
    });

    it("finds nothing to do after a refresh", async () => {
      await stack.succeed("refresh", "--yes", "--skip-preview", "--expect-no-changes");
      await stack.succeed("preview", "--expect-no-changes");
    });

    it("shows drift on a refresh, and mends it", async () => {
      const s3 = environment.s3.client();
      await s3.send(new PutBucketVersioningCommand({ Bucket, VersioningConfiguration: { Status: "Suspended" } }));
      environment.change((held) => ({
        ...held,
        buckets: {
          ...held.buckets,
          [Bucket]: { ...held.buckets[Bucket], publicAccessBlock: { blockPublicAcls: false } },
        },
      }));
      const refresh = await stack.succeed("preview", "--refresh", "--diff");
      assert.match(refresh, /status\s*: "Suspended" => "Enabled"/);
      assert.match(refresh, /blockPublicAcls/);
      await stack.succeed(...up, "--refresh");
      assert.equal((await s3.send(new GetBucketVersioningCommand({ Bucket }))).Status, "Enabled");
      assert.equal(environment.held.buckets[Bucket]?.publicAccessBlock?.blockPublicAcls, true);
      await stack.succeed("preview", "--refresh", "--expect-no-changes");
    });

    it("sees a policy that was changed on the server", async () => {
      const s3 = environment.s3.client();
      const { Policy = "" } = await s3.send(new GetBucketPolicyCommand({ Bucket }));
      assert.doesNotMatch(Policy, /SourceVpce/, "what the server cannot evaluate is settled before");
      const { PutBucketPolicyCommand } = await import("@aws-sdk/client-s3");
      await s3.send(new PutBucketPolicyCommand({ Bucket, Policy: Policy.replace("127.0.0.0/8", "0.0.0.0/0") }));
      assert.match(await stack.succeed("preview", "--refresh", "--diff"), /0\.0\.0\.0\/0/);
      await stack.succeed(...up, "--refresh");
      assert.equal((await s3.send(new GetBucketPolicyCommand({ Bucket }))).Policy, Policy);
    });

    it("uploads new content under the same key as a new version", async () => {
      const before = await versionsOf(environment, "core/core.tar.gz");
      stack.project.write("elsewhere/core.tar.gz", "another");
      assert.match(await stack.succeed(...up), /~ 3 updated/);
      assert.equal((await versionsOf(environment, "core/core.tar.gz")).length, before.length + 1);
    });

    it("refuses to delete a bucket that is not empty", async () => {
      await environment.s3.client().send(new PutObjectCommand({ Bucket, Key: "foreign", Body: "x" }));
      const output = await stack.fail(...destroy);
      assert.match(output, /deleting S3 Bucket \(heron-packages\).*DeleteBucket.*409.*BucketNotEmpty/);
    });

    it("deletes it with all that is in it by forceDestroy", async () => {
      const forced = program.replace('"heron-packages",', '"heron-packages", forceDestroy: true,');
      stack.project.write("index.js", forced);
      await stack.succeed(...up);
      await stack.succeed(...destroy);
      assert.deepEqual(environment.held.buckets, {});
      await assert.rejects(environment.s3.client().send(new GetBucketVersioningCommand({ Bucket })), {
        name: "NoSuchBucket",
      });
    });
  });

  describe("refuses", () => {
    const refused = async (text: string, ...configuration: Parameters<AwsEnvironment["config"]>): Promise<string> => {
      const stack = newProject(`const s3 = require("@pulumi/aws/s3");\n${text}`);
      await stack.init(...configuration);
      return stack.fail(...up);
    };

    it("an unknown property, a missing one and one of another type, nested ones too", async () => {
      const output = await refused(`
        new s3.Bucket("b", { bucket: "some-bucket", forceDestroy: "yes", colour: "red" });
        new s3.BucketVersioning("v", { bucket: "some-bucket", versioningConfiguration: {} });
        new s3.BucketLifecycleConfiguration("l", { bucket: "some-bucket", rules: [{ id: "x", status: "Enabled", expire: 3 }] });
      `);
      assert.match(output, /colour: unknown property/);
      assert.match(output, /forceDestroy: expected boolean, got string/);
      assert.match(output, /versioningConfiguration\.status: a required property is missing/);
      assert.match(output, /rules\[0\]\.expire: unknown property/);
    });

    it("types and properties that it does nothing about", async () => {
      const types = await refused(`new s3.BucketNotification("n", { bucket: "some-bucket" });`);
      assert.match(types, /does not know the type aws:s3\/bucketNotification:BucketNotification/);
      const properties = await refused(`new s3.Bucket("b", { versioning: { enabled: true } });`);
      assert.match(properties, /versioning: .*does nothing about this property/);
    });

    it("a user without the permission to create buckets", async () => {
      const output = await refused(`new s3.Bucket("b", { bucket: "not-mine" });`, await environment.s3.addUser("user"));
      assert.match(output, /creating S3 Bucket \(not-mine\): operation error S3: CreateBucket/);
      assert.match(output, /StatusCode: 403,.*api error AccessDenied: Access Denied/);
    });

    it("a name that is taken", async () => {
      const owner = newProject(`new (require("@pulumi/aws/s3").Bucket)("b", { bucket: "taken-name" });`);
      await owner.init();
      await owner.succeed(...up);
      assert.match(await refused(`new s3.Bucket("b", { bucket: "taken-name" });`), /409,.*BucketAlreadyOwnedByYou/);
      const other = await environment.s3.addUser("userplus");
      assert.match(await refused(`new s3.Bucket("b", { bucket: "taken-name" });`, other), /409,.*BucketAlreadyExists/);
      await owner.succeed(...destroy);
    });

    it("wrong credentials and another region", async () => {
      const { root } = environment.s3;
      const text = `new s3.Bucket("b", { bucket: "some-bucket" });`;
      assert.match(await refused(text, { ...root, secretAccessKey: "wrong" }), /403,.*SignatureDoesNotMatch/);
      assert.match(await refused(text, { ...root, accessKeyId: "NOBODY" }), /403,.*InvalidAccessKeyId/);
      assert.match(
        await refused(text, root, "us-west-2"),
        /StatusCode: 301,.*requested bucket from "us-west-2", actual location "eu-west-1"/,
      );
    });

    it("a bucket that is not there", async () => {
      const output = await refused(`
        new s3.BucketLogging("l", { bucket: "no-such-bucket", targetBucket: "x", targetPrefix: "" });
        new s3.BucketObjectv2("o", { bucket: "no-such-bucket", key: "k", content: "x" });
      `);
      assert.match(output, /creating S3 Bucket \(no-such-bucket\) Logging: .*404,.*NoSuchBucket/);
      assert.match(output, /uploading S3 Object \(k\) to Bucket \(no-such-bucket\): .*NoSuchBucket/);
    });

    it("a public policy while the bucket blocks them, as a new one does", async () => {
      const output = await refused(`
        const bucket = new s3.Bucket("b", { bucket: "open-bucket" });
        new s3.BucketPolicy("p", { bucket: bucket.id, policy: { Version: "2012-10-17", Statement: [
          { Effect: "Allow", Principal: "*", Action: ["s3:GetObject"], Resource: ["arn:aws:s3:::open-bucket/*"] },
        ] } });
      `);
      assert.match(output, /putting S3 Bucket Policy \(open-bucket\).*403.*BlockPublicPolicy/);
    });
  });

  it("replaces on a new bucket name, and keeps secrets secret", async () => {
    const text = (name: string) => `
      const pulumi = require("@pulumi/pulumi");
      const s3 = require("@pulumi/aws/s3");
      const bucket = new s3.Bucket("b", { bucket: "${name}" });
      new s3.BucketObjectv2("o", { bucket: bucket.id, key: "k", content: pulumi.secret("c4n4ry") });
    `;
    const stack = newProject(text("first-name"));
    await stack.init();
    await stack.succeed(...up);
    stack.project.write("index.js", text("second-name"));
    assert.match(await stack.succeed(...up), /\+-2 replaced/);
    assert.doesNotMatch(JSON.stringify(await stack.project.resources()), /c4n4ry/);
    assert.equal((await environment.s3.fetch("first-name")).status, 404);
    await stack.succeed(...destroy);
  });

  it("streams a large file with little memory", async () => {
    const size = 100 * 1024 * 1024;
    const stack = newProject(`
      const { asset } = require("@pulumi/pulumi");
      const s3 = require("@pulumi/aws/s3");
      const bucket = new s3.Bucket("large", { forceDestroy: true });
      const options = { bucket: bucket.id, key: "k", source: new asset.FileAsset("large"), checksumAlgorithm: "SHA256" };
      const { etag } = new s3.BucketObjectv2("o", options);
      const { id } = bucket;
      module.exports = { id };
    `);
    const content = randomBytes(size);
    stack.project.write("large", content);
    await stack.init();
    const peak = await peakMemoryWhile("pulumi-resource-aws", stack.project.directory, () => stack.succeed(...up));
    assert.ok(peak > 20 * 1024 * 1024, `measured ${peak} bytes: not the stand-in`);
    assert.ok(peak < 200 * 1024 * 1024, `${peak} bytes`);
    const name = (await stack.project.succeed(["stack", "output", "id", "--stack", "test"])).stdout.trim();
    const { Body } = await environment.s3.client().send(new GetObjectCommand({ Bucket: name, Key: "k" }));
    assert.equal(sha256((await Body?.transformToByteArray()) ?? new Uint8Array()), sha256(content));
    await stack.succeed(...destroy);
  });
});

async function versionsOf(environment: AwsEnvironment, key: string): Promise<string[]> {
  const { Versions = [] } = await environment.s3.client().send(new ListObjectVersionsCommand({ Bucket, Prefix: key }));
  return Versions.map(({ VersionId = "" }) => VersionId);
}

function sha256(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("base64");
}

/** The checksum that S3 gives an object uploaded in parts: that of the parts' checksums. */
function compositeSha256(content: Buffer, partSize: number): string {
  const hash = createHash("sha256");
  let parts = 0;
  for (let start = 0; start < content.length; start += partSize, parts++) {
    hash.update(
      createHash("sha256")
        .update(content.subarray(start, start + partSize))
        .digest(),
    );
  }
  return `${hash.digest("base64")}-${parts}`;
}
