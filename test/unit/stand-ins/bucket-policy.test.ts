import assert from "node:assert/strict";
import { isPublicPolicy } from "../../stand-ins/pulumi-resource-aws/policy/public";
import { reducePolicy, UnknownPrincipal } from "../../stand-ins/pulumi-resource-aws/policy/reduce";

const role = "arn:aws:iam::123456789012:role/agents";

function policy(...statements: object[]): string {
  const base = { Effect: "Allow", Principal: "*", Action: "s3:GetObject", Resource: "arn:aws:s3:::b/*" };
  return JSON.stringify({ Version: "2012-10-17", Statement: statements.map((each) => ({ ...base, ...each })) });
}

/** The statements that are left, as principal and condition. */
function reduced(text: string): unknown[] {
  const { Statement } = JSON.parse(reducePolicy(text, { [role]: "USER" }) ?? '{"Statement": []}') as {
    Statement: { Principal: unknown; Condition?: unknown }[];
  };
  return Statement.map(({ Principal, Condition }) => (Condition === undefined ? [Principal] : [Principal, Condition]));
}

describe("a bucket policy, as far as the S3 server can evaluate it", () => {
  it("keeps conditions that the server evaluates", () => {
    const Condition = { IpAddress: { "aws:SourceIp": ["10.0.0.0/8"] }, Bool: { "AWS:SecureTransport": "true" } };
    assert.deepEqual(reduced(policy({ Condition })), [["*", Condition]]);
  });

  it("leaves out statements whose condition cannot hold without its key", () => {
    assert.deepEqual(reduced(policy({ Condition: { StringEquals: { "aws:SourceVpce": "vpce-1" } } })), []);
    assert.deepEqual(reduced(policy({ Condition: { Null: { "aws:SourceVpce": "false" } } })), []);
  });

  it("leaves out conditions that hold without their key", () => {
    for (const operator of ["StringNotEquals", "StringEqualsIfExists", "ForAllValues:StringEquals"]) {
      assert.deepEqual(reduced(policy({ Condition: { [operator]: { "aws:SourceVpce": "vpce-1" } } })), [["*"]]);
    }
    const Condition = { Null: { "aws:SourceVpce": "true" }, IpAddress: { "aws:SourceIp": "10.0.0.1" } };
    assert.deepEqual(reduced(policy({ Condition })), [["*", { IpAddress: { "aws:SourceIp": "10.0.0.1" } }]]);
  });

  it("names the users that stand for roles, and nobody who is elsewhere", () => {
    assert.deepEqual(reduced(policy({ Principal: { AWS: [role, "123456789012"] } })), [[{ AWS: ["USER"] }]]);
    assert.deepEqual(reduced(policy({ Principal: { AWS: "*" } })), [["*"]]);
    assert.deepEqual(reduced(policy({ Principal: { Service: "logging.s3.amazonaws.com" } })), []);
  });

  it("refuses roles that are not there", () => {
    assert.throws(
      () => reducePolicy(policy({ Principal: { AWS: `${role}-2` } }), { [role]: "USER" }),
      UnknownPrincipal,
    );
  });
});

describe("a bucket policy is public", () => {
  const isPublic = (statement: object): boolean => isPublicPolicy(policy(statement));

  it("when it grants everybody something without bounds", () => {
    assert.ok(isPublic({}));
    assert.ok(isPublic({ Principal: { AWS: "*" } }));
    assert.ok(isPublic({ Condition: { Bool: { "aws:SecureTransport": "true" } } }));
    assert.ok(isPublic({ Condition: { IpAddress: { "aws:SourceIp": ["10.0.0.0/8", "0.0.0.0/0"] } } }));
    assert.ok(isPublic({ Condition: { IpAddress: { "aws:SourceIp": "::/0" } } }));
    assert.ok(isPublic({ Condition: { StringLike: { "aws:SourceVpce": "vpce-*" } } }));
    assert.ok(isPublic({ Condition: { StringNotEquals: { "aws:SourceVpce": "vpce-1" } } }));
    assert.ok(isPublic({ Condition: { StringEqualsIfExists: { "aws:SourceVpce": "vpce-1" } } }));
  });

  it("not when it names principals, networks or endpoints, or denies", () => {
    assert.ok(!isPublic({ Principal: { AWS: role } }));
    assert.ok(!isPublic({ Condition: { IpAddress: { "aws:SourceIp": ["10.0.0.0/8", "2001:db8::/32"] } } }));
    assert.ok(!isPublic({ Condition: { StringEquals: { "aws:SourceVpce": ["vpce-1", "vpce-2"] } } }));
    assert.ok(!isPublic({ Effect: "Deny" }));
  });
});
