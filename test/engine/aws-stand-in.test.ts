import {
  GetBucketOwnershipControlsCommand,
  GetBucketPolicyCommand,
  GetBucketTaggingCommand,
  GetBucketVersioningCommand,
  GetObjectCommand,
  ListObjectVersionsCommand,
  PutBucketPolicyCommand,
  PutBucketVersioningCommand,
  PutObjectCommand,
} from "@aws-sdk/client-s3";
import assert from "node:assert/strict";
import { createHash, randomBytes } from "node:crypto";
import { AwsEnvironment } from "../support/aws-environment";
import { brokenS3Rules } from "../support/broken-rules";
import { AwsProject, destroy, up } from "../support/aws-project";
import { buildTimeoutMs, type Credentials } from "../support/s3-server";

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

describe("a bucket with every setting, by @pulumi/aws on the stand-in for its provider", () => {
  const core = randomBytes(11 * 1024 * 1024);
  let environment: AwsEnvironment;
  let stack: AwsProject;
  let agent: Credentials;

  before(async function () {
    this.timeout(buildTimeoutMs);
    environment = await AwsEnvironment.start();
    agent = await environment.addRole(role);
    stack = new AwsProject(environment, program);
    stack.project.write("core.tar.gz", core);
    await stack.init();
  });

  after(async () => {
    stack.dispose();
    await environment.dispose();
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

  it("breaks one of the policy pack's rules, as the engine registered it: versions that others have overwritten stay for ever", async () => {
    assert.deepEqual(brokenS3Rules(await stack.project.resources()), ["s3-lifecycle"]);
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

async function versionsOf(environment: AwsEnvironment, key: string): Promise<string[]> {
  const { Versions = [] } = await environment.s3.client().send(new ListObjectVersionsCommand({ Bucket, Prefix: key }));
  return Versions.map(({ VersionId = "" }) => VersionId);
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
