import { CreateBucketCommand, ListObjectsV2Command, type S3Client } from "@aws-sdk/client-s3";
import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { connectAurora } from "../../components/aurora/client";
import { type Sandbox, startSandbox } from "../../sandbox";
import { instantSimulation } from "../../sandbox/options";
import { AwsEnvironment } from "../support/aws-environment";
import { LocalEnvironment } from "../support/local-environment";
import { previewStep } from "../support/pipeline";

const bucket = "shared-packages";

describe("a stack with packages in S3 that is given another cluster", () => {
  let environment: LocalEnvironment;
  let west: Sandbox;
  let aws: AwsEnvironment;
  let s3: S3Client;
  const folder = mkdtempSync(join(tmpdir(), "heron-west-"));

  const run = (...args: string[]) => environment.project.pulumi([...args, "--stack", "test"], aws.env);
  const keys = async () => {
    const { Contents = [] } = await s3.send(new ListObjectsV2Command({ Bucket: bucket }));
    return Contents.map(({ Key = "" }) => Key);
  };

  before(async () => {
    aws = await AwsEnvironment.start();
    s3 = aws.s3.client();
    environment = await LocalEnvironment.start();
    west = await startSandbox({ dataDir: folder, clusterName: "west", simulate: instantSimulation });
    await aws.configure(environment.project);
    await s3.send(new CreateBucketCommand({ Bucket: bucket }));
  });

  after(async () => {
    s3.destroy();
    await west.stop({ killTasks: true });
    rmSync(folder, { recursive: true });
    await environment.dispose();
    await aws.dispose();
  });

  it("keeps the core package, which is the same object for both", async () => {
    const { endpoint, region } = aws.s3;
    const artifacts = { s3: { bucket, region, endpoint, create: false, prefix: "heron" } };
    environment.document({ artifacts, fetch: "aws" });
    await environment.project.pulumi(["up", "--yes", "--skip-preview", "--stack", "test"], aws.env);
    const [core = "", topology = "", ...others] = await keys();
    assert.match(`${core} ${topology} ${others.join()}`, /^heron\/core\/\S+ heron\/topologies\/sandbox\/\S+ $/);

    const { origin } = new URL(west.url);
    environment.document({ cluster: "west", scheduler: { url: origin }, artifacts, fetch: "aws" });
    const reviewed = await previewStep(environment.project, aws.env);
    assert.equal(reviewed.code, 1, reviewed.output);
    assert.match(reviewed.output, /is the very object that the stack has as urn:\S+::west-core-\w{8}\. To deploy/);
    const { code, output } = await run("up", "--yes", "--skip-preview");
    assert.notEqual(code, 0, output);
    assert.match(output, new RegExp(`the stack has the same object, s3://${bucket}/${core}, as west-core-`));
    assert.ok((await keys()).includes(core));
    assert.deepEqual(await environment.aurora.tasks(environment.job, { active: true }), []);

    const forgotten = /'pulumi state delete' of (sandbox-core-\w+-hold), then of (sandbox-core-\w+) /.exec(output);
    const urns = (await environment.project.resources()).map(({ urn }) => urn);
    for (const name of forgotten?.slice(1) ?? []) {
      const urn = urns.find((each) => each.endsWith(`::${name}`)) ?? "";
      assert.equal((await run("state", "delete", urn, "--yes")).code, 0, name);
    }
    const next = await run("up", "--yes", "--skip-preview");
    assert.equal(next.code, 0, next.output);
    const left = await keys();
    assert.deepEqual([left.length, left[0]], [2, core]);
    const aurora = connectAurora({ cluster: "west", scheduler: { url: origin } });
    assert.equal((await aurora.tasks({ ...environment.job, cluster: "west" }, { active: true })).length, 3);
    await aurora.close();
    const last = await run("destroy", "--yes", "--skip-preview");
    assert.equal(last.code, 0, last.output);
    assert.deepEqual(await keys(), []);
  });
});
