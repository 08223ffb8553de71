import assert from "node:assert/strict";
import { bucketPolicy, keyPolicy } from "../../../../components/artifacts/s3/policy";

interface Statement {
  readonly Sid: string;
  readonly Effect: string;
  readonly Principal: unknown;
  readonly Action: unknown;
  readonly Resource: unknown;
  readonly Condition?: unknown;
}

const place = { bucket: "packages", region: "eu-central-1" };
const role = "arn:aws:iam::123456789012:role/agent";
const statements = (policy: string | undefined) =>
  (JSON.parse(policy ?? '{"Statement":[]}') as { Statement: Statement[] }).Statement;

describe("the policy of the packages' bucket", () => {
  it("denies everything without TLS, and grants nothing to nobody", () => {
    const [deny, ...others] = statements(bucketPolicy(place, {}));
    assert.equal(deny?.Effect, "Deny");
    assert.deepEqual(deny.Condition, { Bool: { "aws:SecureTransport": "false" } });
    assert.deepEqual(deny.Resource, ["arn:aws:s3:::packages", "arn:aws:s3:::packages/*"]);
    assert.deepEqual(others, []);
  });

  it("lets those who are named read packages, and nothing else", () => {
    const readers = { roles: [role], vpcEndpoints: ["vpce-1a"], cidrs: ["203.0.113.0/24"] };
    const allowed = statements(bucketPolicy({ ...place, prefix: "team" }, readers)).filter(
      ({ Effect }) => Effect === "Allow",
    );
    assert.deepEqual(
      allowed.map(({ Principal, Condition }) => [Principal, Condition]),
      [
        [{ AWS: [role] }, undefined],
        ["*", { StringEquals: { "aws:SourceVpce": ["vpce-1a"] } }],
        ["*", { IpAddress: { "aws:SourceIp": ["203.0.113.0/24"] } }],
      ],
    );
    for (const { Action, Resource } of allowed) {
      assert.equal(Action, "s3:GetObject");
      assert.equal(Resource, "arn:aws:s3:::packages/team/*");
    }
  });

  it("lets anybody read on no condition only where a network is named", () => {
    for (const statement of statements(bucketPolicy(place, { roles: [role] }))) {
      assert.ok(statement.Effect === "Deny" || statement.Principal !== "*");
    }
  });

  it("demands no TLS of a server that is asked without it", () => {
    assert.equal(bucketPolicy({ ...place, endpoint: "http://127.0.0.1:9000" }, {}), undefined);
    assert.equal(statements(bucketPolicy({ ...place, endpoint: "https://minio:9000" }, {})).length, 1);
  });
});

describe("the policy of a key made for the bucket", () => {
  it("lets its account administer it, and the readers decrypt through S3 alone", () => {
    const [administer, decrypt] = statements(keyPolicy("eu-central-1", "123456789012", [role]));
    assert.deepEqual(administer?.Principal, { AWS: "arn:aws:iam::123456789012:root" });
    assert.equal(decrypt?.Action, "kms:Decrypt");
    assert.deepEqual(decrypt.Condition, { StringEquals: { "kms:ViaService": "s3.eu-central-1.amazonaws.com" } });
  });

  it("grants nobody else anything when no role reads", () => {
    assert.equal(statements(keyPolicy("eu-central-1", "123456789012", [])).length, 1);
  });
});
