import * as pulumi from "@pulumi/pulumi";
import assert from "node:assert/strict";
import { checkedS3 } from "../../../../components/artifacts/s3/checked";
import type { S3StoreInputs } from "../../../../components/artifacts/s3/inputs";
import { HeronCluster } from "../../../../components/cluster";

const s3 = { bucket: "packages", region: "eu-central-1" };
const role = "arn:aws:iam::123456789012:role/mesos-agent";
const keyArn = "arn:aws:kms:eu-central-1:123456789012:key/given";
const checked = (settings: object) => checkedS3("dev", { ...s3, ...settings });
const known = (value: unknown) => (pulumi.output(value) as unknown as { promise(): Promise<unknown> }).promise();

describe("a program's settings of a bucket", () => {
  const plain: readonly (readonly [settings: object, message: RegExp])[] = [
    [{ create: false }, /^dev: artifacts\.s3\.prefix: with 'create: false' .*name a prefix/],
    [{ region: "europe" }, /^dev: artifacts\.s3\.region: 'europe' is no AWS region/],
    [{ bucket: "Heron_Packages" }, /^dev: artifacts\.s3\.bucket: expected a bucket name as S3 takes it/],
    [{ readers: { cidrs: ["0.0.0.0/0"] } }, /^dev: artifacts\.s3\.readers\.cidrs\[0\]: .*no wider than \/8/],
    [{ readers: { roles: [pulumi.output(role), "agent"] } }, /^dev: artifacts\.s3\.readers\.roles\[1\]: /],
    [{ kmsKey: "mine" }, /^dev: artifacts\.s3\.kmsKey: .*found 'mine'$/],
    [{ logging: { prefix: "logs/" } }, /^dev: artifacts\.s3\.logging\.bucket: required/],
    [{ tags: { team: 7 } }, /^dev: artifacts\.s3\.tags\.team: .*found 7/],
    [{ kmskey: "new" }, /^dev: artifacts\.s3\.kmskey: unknown key; did you mean 'kmsKey'\?$/],
  ];

  for (const [settings, message] of plain) {
    it(`that are plain are refused as a document's are, at once: ${message.source}`, () => {
      assert.throws(() => checked(settings), { message });
    });
  }

  it("are refused before anything is registered", () => {
    const args = {
      cluster: "west",
      role: "heron",
      environment: "devel",
      scheduler: { url: "http://aurora.example:8081" },
      state: { zookeeper: { servers: "zk1:2181" } },
      artifacts: { s3: { ...s3, create: false } },
      core: { path: "heron-core.tar.gz" },
    };
    assert.throws(() => new HeronCluster("dev", args, { baseDirectory: "/" }), {
      message: /^dev: artifacts\.s3\.prefix: /,
    });
  });

  const late: readonly (readonly [settings: object, of: (s3: S3StoreInputs) => unknown, message: RegExp])[] = [
    [
      { readers: { cidrs: pulumi.output(["10.0.0.0/8", "0.0.0.0/0"]) } },
      ({ readers }) => readers?.cidrs,
      /^dev: artifacts\.s3\.readers\.cidrs\[1\]: .*no wider than \/8/,
    ],
    [
      { readers: { roles: [role, Promise.resolve("agent")] } },
      ({ readers }) => readers?.roles,
      /^dev: artifacts\.s3\.readers\.roles\[1\]: .*found 'agent'/,
    ],
    [{ kmsKey: pulumi.output("mine") }, ({ kmsKey }) => kmsKey, /^dev: artifacts\.s3\.kmsKey: .*found 'mine'/],
    [{ kmsKey: pulumi.output("new") }, ({ kmsKey }) => kmsKey, /^dev: artifacts\.s3\.kmsKey: 'new' .*write it plainly/],
    [
      { logging: { bucket: pulumi.output("Access_Logs") } },
      ({ logging }) => logging?.bucket,
      /^dev: artifacts\.s3\.logging\.bucket: /,
    ],
    [{ tags: { team: pulumi.output(7) } }, ({ tags }) => tags?.team, /^dev: artifacts\.s3\.tags\.team: .*found 7/],
  ];

  for (const [settings, of, message] of late) {
    it(`that come from other resources are refused once they are known: ${message.source}`, async () => {
      await assert.rejects(known(of(checked(settings))), { message });
    });
  }

  it("pass as they are where nothing is wrong with them", async () => {
    const plain = { ...s3, readers: { roles: [role] }, kmsKey: keyArn, logging: { bucket: "logs" }, tags: { a: "b" } };
    assert.deepEqual(checkedS3("dev", plain), plain);
    const inputs = {
      readers: { roles: pulumi.output([role]), cidrs: ["10.0.0.0/8"] },
      kmsKey: pulumi.output(keyArn),
      logging: { bucket: pulumi.output("logs"), prefix: "heron/" },
      tags: { a: pulumi.output("b"), c: "d" },
    };
    const { readers, kmsKey, logging, tags } = checked(inputs);
    assert.deepEqual(await known(readers), { roles: [role], cidrs: ["10.0.0.0/8"] });
    assert.equal(await known(kmsKey), keyArn);
    assert.deepEqual(await known(logging), { bucket: "logs", prefix: "heron/" });
    assert.deepEqual(await known(tags), { a: "b", c: "d" });
  });
});
