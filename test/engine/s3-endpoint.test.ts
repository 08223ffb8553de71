import { ListObjectsV2Command } from "@aws-sdk/client-s3";
import assert from "node:assert/strict";
import { AwsEnvironment } from "../support/aws-environment";
import { LocalEnvironment } from "../support/local-environment";
import { pipelineStep } from "../support/pipeline";

const bucket = "heron-packages";

describe("packages on an S3 server that another takes the place of", () => {
  let environment: LocalEnvironment;
  let former: AwsEnvironment;
  let present: AwsEnvironment;
  const keys = async ({ s3 }: AwsEnvironment) => {
    const client = s3.client();
    const { Contents = [] } = await client.send(new ListObjectsV2Command({ Bucket: bucket }));
    client.destroy();
    return Contents.map(({ Key = "" }) => Key).sort();
  };
  const useServer = async (aws: AwsEnvironment) => {
    const { endpoint, region } = aws.s3;
    await aws.configure(environment.project);
    environment.document({ artifacts: { s3: { bucket, region, endpoint } }, fetch: "aws" });
  };

  before(async () => {
    [former, present] = [await AwsEnvironment.start(), await AwsEnvironment.start()];
    environment = await LocalEnvironment.start();
    await useServer(former);
    const { code, output } = await pipelineStep(environment.project, "deploy", former.env);
    assert.equal(code, 0, output);
  });

  after(async () => {
    await environment.dispose();
    await former.dispose();
    await present.dispose();
  });

  it("are all put there with their bucket, where the refresh runs the program, and stay on the former", async () => {
    const before = await keys(former);
    await useServer(present);
    const env = { ...present.env, PULUMI_RUN_PROGRAM: "true" };
    const { code, output } = await pipelineStep(environment.project, "deploy", env);
    assert.equal(code, 0, output);
    const now = await keys(present);
    assert.deepEqual(
      now.map((key) => key.replace(/-\w{64}/, "")),
      ["heron/core/heron-core.tar.gz", "heron/topologies/sandbox/heron/devel/WordCount/WordCount.tar.gz"],
    );
    assert.deepEqual(await keys(former), before);
    const tasks = await environment.aurora.tasks(environment.job, { active: true, withConfig: true });
    assert.equal(tasks.length, 3);
    for (const { config } of tasks) for (const key of now) assert.ok(JSON.stringify(config).includes(key), key);
    const again = await pipelineStep(environment.project, "preview", present.env);
    assert.equal(again.code, 0, again.output);
  });
});
