import { GetBucketTaggingCommand, ListObjectsV2Command, type S3Client } from "@aws-sdk/client-s3";
import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { join, relative } from "node:path";
import { AwsEnvironment } from "../support/aws-environment";
import { LocalEnvironment } from "../support/local-environment";
import { repoRoot } from "../support/paths";
import { previewStep } from "../support/pipeline";

const bucket = "heron-packages";
const role = "arn:aws:iam::123456789012:role/agents";

describe("S3 in a program of one's own", () => {
  let environment: LocalEnvironment;
  let aws: AwsEnvironment;
  let s3: S3Client;

  const run = (...args: string[]) =>
    environment.project.pulumi([...args, "--stack", "test"], {
      ...aws.env,
      OUR_SECRET_KEY: aws.s3.root.secretAccessKey,
    });
  const succeed = async (...args: string[]) => {
    const { code, output } = await run(...args);
    assert.equal(code, 0, output);
    return output;
  };
  const keys = async () => {
    const { Contents = [] } = await s3.send(new ListObjectsV2Command({ Bucket: bucket }));
    return Contents.map(({ Key = "" }) => Key);
  };
  /** A program whose AWS provider is its own, and whose settings come from other resources. */
  const program = (reader: string) => {
    const { project, job, url, stateRoot } = environment;
    const { region, endpoint, root } = aws.s3;
    const from = (file: string) => relative(project.directory, join(repoRoot, file));
    project.write(
      "index.js",
      `const pulumi = require("@pulumi/pulumi");
const aws = require("@pulumi/aws");
const { HeronCluster, HeronTopology } = require("pulumi-heron-aurora");
const provider = new aws.Provider("ours", {
  region: ${JSON.stringify(region)},
  accessKey: ${JSON.stringify(root.accessKeyId)},
  secretKey: pulumi.secret(process.env.OUR_SECRET_KEY),
  endpoints: [{ s3: ${JSON.stringify(endpoint)} }],
  s3UsePathStyle: true,
  skipCredentialsValidation: true,
  skipRequestingAccountId: true,
});
const logs = new aws.s3.Bucket("logs", { bucket: "heron-logs" }, { provider });
const cluster = new HeronCluster("dev", {
  cluster: ${JSON.stringify(job.cluster)}, role: ${JSON.stringify(job.role)}, environment: ${JSON.stringify(job.environment)},
  scheduler: { url: ${JSON.stringify(url)} },
  state: { local: { root: ${JSON.stringify(stateRoot)} } },
  artifacts: { s3: {
    bucket: ${JSON.stringify(bucket)}, region: ${JSON.stringify(region)}, endpoint: ${JSON.stringify(endpoint)},
    logging: { bucket: logs.id, prefix: "heron/" },
    tags: { logs: logs.id }, readers: { roles: [logs.arn.apply(() => ${JSON.stringify(reader)})] },
  } },
  fetch: "aws",
  core: { path: ${JSON.stringify(from("examples/core/heron-core.tar.gz"))} },
}, { provider });
new HeronTopology("WordCount", {
  cluster,
  package: ${JSON.stringify(from("examples/wordcount/wordcount.jar"))},
  definition: ${JSON.stringify(from("examples/wordcount/wordcount.defn"))},
  update: { watchSeconds: 1 },
});
`,
    );
  };

  before(async () => {
    aws = await AwsEnvironment.start();
    environment = await LocalEnvironment.start();
    s3 = aws.s3.client();
    await aws.addRole(role);
  });

  after(async () => {
    s3.destroy();
    await environment.dispose();
    await aws.dispose();
  });

  it("is made by the program's own provider, with settings that only its other resources know", async () => {
    program(role);
    // The engine knows the bucket of logs, and so the settings, only once it is there.
    await succeed("preview");
    await succeed("up", "--yes", "--skip-preview");
    assert.equal((await keys()).length, 2);
    const { TagSet = [] } = await s3.send(new GetBucketTaggingCommand({ Bucket: bucket }));
    assert.ok(TagSet.some(({ Key, Value }) => Key === "logs" && Value === "heron-logs"));
    const resources = await environment.project.resources();
    const byAws = resources.filter(({ type }) => type.startsWith("aws:"));
    assert.deepEqual([...new Set(byAws.map(({ provider }) => provider?.split("::").at(-2)))], ["ours"]);
    const logging = resources.find(({ type }) => type === "aws:s3/bucketLogging:BucketLogging");
    assert.equal(logging?.inputs?.targetBucket, "heron-logs");
    assert.match(JSON.stringify(resources.map(({ inputs }) => inputs?.policy)), new RegExp(role));
    await succeed("up", "--yes", "--skip-preview", "--expect-no-changes");
    assert.doesNotMatch(await succeed("stack", "export"), new RegExp(aws.s3.root.secretAccessKey));
  });

  it("is refused for a setting that turns out to be none, in the words for a document's, and the rest stays", async () => {
    const before = await keys();
    program("agents");
    const { code, output } = await run("up", "--yes", "--skip-preview");
    assert.notEqual(code, 0);
    assert.match(output, /dev: artifacts\.s3\.readers\.roles\[0\]/);
    assert.doesNotMatch(output, /\.js:\d+/);
    assert.deepEqual(await keys(), before);
    program(role);
    await succeed("up", "--yes", "--skip-preview");
  });

  it("of the program's own that is open to the public ends a reviewed preview with the rules that it breaks", async () => {
    const { project } = environment;
    project.remove("index.js");
    project.write(
      "index.js",
      `module.exports = () => {
  const aws = require("@pulumi/aws");
  new aws.s3.Bucket("open", { bucket: "heron-open" });
  return require("pulumi-heron-aurora").deployStack();
};
`,
    );
    await aws.configure(project);
    const { code, output } = await previewStep(project, aws.env);
    assert.equal(code, 1, output);
    for (const rule of ["s3-block-public-access", "s3-no-acls", "s3-tls-only"])
      assert.match(output, new RegExp(`policy ${rule} \\(mandatory\\): .*open`));
    assert.ok(!existsSync(project.path("deployment", "test.plan.json")), "nothing is left that could be deployed");
  });
});
