import { GetObjectCommand } from "@aws-sdk/client-s3";
import assert from "node:assert/strict";
import { createHash, randomBytes } from "node:crypto";
import { AwsEnvironment } from "../support/aws-environment";
import { AwsProject, destroy, up } from "../support/aws-project";
import { peakMemoryWhile } from "../support/peak-memory";
import { buildTimeoutMs } from "../support/s3-server";

describe("the stand-in for the AWS provider", () => {
  let environment: AwsEnvironment;
  const projects: AwsProject[] = [];

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
    projects.push(made);
    return made;
  };

  describe("refuses", () => {
    const refused = async (text: string, ...configuration: Parameters<AwsEnvironment["config"]>): Promise<string> => {
      const stack = newProject(`const s3 = require("@pulumi/aws/s3");\n${text}`);
      await stack.init(...configuration);
      return stack.fail(...up);
    };

    it("what @pulumi/aws does not declare, nested inputs too", async () => {
      const output = await refused(`
        const rules = [{ id: 3, expire: 3, filter: {} }];
        new s3.BucketLifecycleConfiguration("l", { bucket: "some-bucket", rules });
      `);
      assert.match(output, /rules\[0\]\.expire: unknown property; @pulumi\/aws knows abortIncompleteMultipartUpload, /);
      assert.match(output, /rules\[0\]\.status: a required property is missing/);
      assert.match(output, /rules\[0\]\.id: expected string, got number/);
    });

    it("an unknown property that the SDK would have dropped", async () => {
      const output = await refused(`
        const { CustomResource } = require("@pulumi/pulumi");
        new CustomResource("aws:s3/bucket:Bucket", "b", { bucket: "some-bucket", colour: "red" });
      `);
      assert.match(output, /colour: unknown property/);
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

function sha256(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("base64");
}
