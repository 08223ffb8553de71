import { CreateBucketCommand, PutBucketPolicyCommand, PutObjectCommand } from "@aws-sdk/client-s3";
import assert from "node:assert/strict";
import { buildTimeoutMs, type Credentials, type S3Server, startS3Server } from "../support/s3-server";

const Bucket = "packages";

for (const tls of [true, false]) {
  describe(`the S3 server of the tests over ${tls ? "TLS" : "plain HTTP"}`, () => {
    let server: S3Server;
    let user: Credentials;

    before(async function () {
      this.timeout(buildTimeoutMs);
      server = await startS3Server({ tls });
      user = await server.addUser("user");
      await server.client().send(new CreateBucketCommand({ Bucket }));
      await server.client().send(new PutObjectCommand({ Bucket, Key: "core", Body: "content" }));
    });

    after(() => server.dispose());

    const allow = { Effect: "Allow", Principal: "*", Action: "s3:GetObject", Resource: `arn:aws:s3:::${Bucket}/*` };

    const put = async (...statements: object[]): Promise<void> => {
      const Policy = JSON.stringify({ Version: "2012-10-17", Statement: statements });
      await server.client().send(new PutBucketPolicyCommand({ Bucket, Policy }));
    };

    const anonymousStatus = async (): Promise<number> => (await server.fetch(`${Bucket}/core`)).status;

    it("refuses anonymous reads and other users without a policy", async () => {
      const { status, body } = await server.fetch(`${Bucket}/core`);
      assert.equal(status, 403);
      assert.match(body, /<Code>AccessDenied</);
      const foreign = server.client(user).send(new PutObjectCommand({ Bucket, Key: "foreign", Body: "x" }));
      await assert.rejects(foreign, { name: "AccessDenied" });
    });

    it("refuses who does not know the secret", async () => {
      const impostor = server.client({ ...server.root, secretAccessKey: "wrong" });
      const attempt = impostor.send(new PutObjectCommand({ Bucket, Key: "core", Body: "x" }));
      await assert.rejects(attempt, { name: "SignatureDoesNotMatch" });
    });

    it("judges callers by their address", async () => {
      await put({ ...allow, Condition: { IpAddress: { "aws:SourceIp": ["127.0.0.0/8"] } } });
      assert.equal(await anonymousStatus(), 200);
      await put({ ...allow, Condition: { IpAddress: { "aws:SourceIp": ["10.0.0.0/8"] } } });
      assert.equal(await anonymousStatus(), 403);
    });

    it("knows whether a request came over TLS", async () => {
      const plain = { Bool: { "aws:SecureTransport": "false" } };
      await put(allow, { ...allow, Effect: "Deny", Condition: plain });
      assert.equal(await anonymousStatus(), tls ? 200 : 403);
    });

    it("refuses condition keys that it does not know, and principals that are not its users", async () => {
      for (const key of ["aws:SourceVpce", "aws:SourceVpc", "aws:PrincipalOrgID", "s3:TlsVersion"]) {
        await assert.rejects(put({ ...allow, Condition: { StringEquals: { [key]: "x" } } }), {
          name: "MalformedPolicy",
          message: "Policy has an invalid condition key",
        });
      }
      await assert.rejects(put({ ...allow, Principal: { AWS: "arn:aws:iam::123456789012:role/agents" } }), {
        name: "MalformedPolicy",
        message: "Invalid principal in policy",
      });
      await put({ ...allow, Principal: { AWS: [user.accessKeyId] } });
      assert.equal(await anonymousStatus(), 403);
    });
  });
}
