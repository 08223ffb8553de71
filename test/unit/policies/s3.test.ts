import assert from "node:assert/strict";
import { bucketPolicy } from "../../../components/artifacts/s3/policy";
import type { RegisteredResource } from "../../../policies/resource";
import { s3Rules } from "../../../policies/s3";

const bucket = "packages";
const place = { bucket, region: "eu-central-1" };
const policyType = "aws:s3/bucketPolicy:BucketPolicy";
const resource = (type: string, props: object): RegisteredResource => ({
  type,
  name: bucket,
  props: { bucket, ...props },
});

const policyOf = (policy: string | undefined) => resource(policyType, { policy });

/** A bucket that keeps to every rule. */
const good: readonly RegisteredResource[] = [
  resource("aws:s3/bucket:Bucket", {}),
  resource("aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock", {
    blockPublicAcls: true,
    blockPublicPolicy: true,
    ignorePublicAcls: true,
    restrictPublicBuckets: true,
  }),
  resource("aws:s3/bucketOwnershipControls:BucketOwnershipControls", {
    rule: { objectOwnership: "BucketOwnerEnforced" },
  }),
  policyOf(
    bucketPolicy(place, {
      roles: ["arn:aws:iam::123456789012:role/agent"],
      vpcEndpoints: ["vpce-1a"],
      cidrs: ["10.0.0.0/8"],
    }),
  ),
  resource("aws:s3/bucketVersioning:BucketVersioning", { versioningConfiguration: { status: "Enabled" } }),
  resource("aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration", {
    rules: [{ applyServerSideEncryptionByDefault: { sseAlgorithm: "AES256" } }],
  }),
  resource("aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration", {
    rules: [
      {
        status: "Enabled",
        abortIncompleteMultipartUpload: { daysAfterInitiation: 7 },
        noncurrentVersionExpiration: { noncurrentDays: 30 },
      },
    ],
  }),
  resource("aws:s3/bucketLogging:BucketLogging", { targetBucket: "logs" }),
];

const broken = (resources: readonly RegisteredResource[]) =>
  s3Rules.filter((rule) => rule.check(resources).length > 0).map(({ name }) => name);
const without = (type: string) => good.filter((each) => each.type !== type);
const withInstead = (type: string, props: object) => [...without(type), resource(type, props)];

describe("the policy pack's rules on buckets", () => {
  it("are all kept by a bucket as this project makes it", () => {
    assert.deepEqual(broken(good), []);
  });

  it("say nothing of a stack without buckets", () => {
    assert.deepEqual(broken([]), []);
  });

  const failing: Readonly<Record<string, readonly RegisteredResource[]>> = {
    "s3-block-public-access": withInstead("aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock", {
      blockPublicAcls: true,
      blockPublicPolicy: true,
      ignorePublicAcls: true,
    }),
    "s3-no-acls": withInstead("aws:s3/bucketOwnershipControls:BucketOwnershipControls", {
      rule: { objectOwnership: "ObjectWriter" },
    }),
    "s3-versioning": withInstead("aws:s3/bucketVersioning:BucketVersioning", {
      versioningConfiguration: { status: "Suspended" },
    }),
    "s3-encryption": withInstead(
      "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration",
      { rules: [{ applyServerSideEncryptionByDefault: { sseAlgorithm: "aws:kms" } }] },
    ),
    "s3-lifecycle": withInstead("aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration", {
      rules: [{ status: "Disabled" }],
    }),
    "s3-access-logging": without("aws:s3/bucketLogging:BucketLogging"),
  };

  for (const [rule, resources] of Object.entries(failing)) {
    it(`tell of a bucket that breaks ${rule}, and of that alone`, () => {
      assert.deepEqual(broken(resources), [rule]);
    });
  }

  it("tell of a setting that lacks altogether", () => {
    for (const { type } of good.slice(1)) assert.ok(broken(without(type)).length > 0, type);
  });

  const tls = {
    Effect: "Deny",
    Principal: "*",
    Action: "s3:*",
    Resource: ["arn:aws:s3:::packages", "arn:aws:s3:::packages/*"],
    Condition: { Bool: { "aws:SecureTransport": "false" } },
  };
  const withPolicy = (...statements: object[]) => [
    ...without(policyType),
    policyOf(JSON.stringify({ Statement: statements })),
  ];
  const read = { Effect: "Allow", Action: "s3:GetObject", Resource: "arn:aws:s3:::packages/heron/*" };

  it("wait with a policy that another resource of the same preview is yet to tell, and judge the other settings", () => {
    const unknown = [...without(policyType), policyOf("04da6b54-80e4-46f7-96ec-b56ff0331ba9")];
    assert.deepEqual(broken(unknown), []);
    const acls = unknown.filter(({ type }) => type !== "aws:s3/bucketOwnershipControls:BucketOwnershipControls");
    assert.deepEqual(broken(acls), ["s3-no-acls"]);
  });

  it("tell of a policy that lets requests without TLS in", () => {
    const role = { ...read, Principal: { AWS: "arn:aws:iam::1:role/a" } };
    for (const weak of [{ Action: "s3:PutObject" }, { Resource: "arn:aws:s3:::packages/heron/*" }, { Effect: "Allow" }])
      assert.ok(broken(withPolicy({ ...tls, ...weak }, role)).includes("s3-tls-only"), JSON.stringify(weak));
    assert.deepEqual(broken(withPolicy(role)), ["s3-tls-only"]);
    const single = policyOf(JSON.stringify({ Statement: tls }));
    assert.deepEqual(broken([...without(policyType), single]), []);
  });

  it("tell of a policy that lets anybody read, anybody write, or somebody read all", () => {
    const role = { AWS: "arn:aws:iam::1:role/a" };
    for (const statement of [
      { ...read, Principal: "*" },
      { ...read, Principal: { AWS: "*" } },
      { ...read, Principal: role, Action: ["s3:GetObject", "s3:PutObject"] },
      { ...read, Principal: role, Resource: "arn:aws:s3:::packages/*" },
      { ...read, Principal: { AWS: ["*"] } },
      { ...read, Principal: "*", Condition: { IpAddress: { "aws:SourceIp": "0.0.0.0/0" } } },
      { ...read, Principal: "*", Condition: { IpAddress: { "aws:SourceIp": ["10.0.0.0/8", "::/0"] } } },
      { ...read, NotPrincipal: role },
      { Effect: "Allow", Principal: role, NotAction: "s3:PutObject", Resource: read.Resource },
      { Effect: "Allow", Principal: role, Action: "s3:GetObject", NotResource: "arn:aws:s3:::packages/other/*" },
    ]) {
      assert.deepEqual(broken(withPolicy(tls, statement)), ["s3-no-public-policy"], JSON.stringify(statement));
    }
  });
});
