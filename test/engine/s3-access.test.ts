import { HeadObjectCommand, ListObjectsV2Command, type S3Client } from "@aws-sdk/client-s3";
import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { gzipSync } from "node:zlib";
import { probePrefix } from "../../components/probe/inputs";
import { instantSimulation } from "../../sandbox/options";
import { ScheduleStatus } from "../../sandbox/scheduler/model";
import { AwsEnvironment } from "../support/aws-environment";
import { LocalEnvironment } from "../support/local-environment";
import { type Session, SessionDoor } from "../support/session-door";

const bucket = "heron-packages";
const [roleA, roleB] = ["a", "b"].map((name) => `arn:aws:iam::123456789012:role/${name}`);

describe("who may write to a bucket of packages, and who may read", () => {
  let environment: LocalEnvironment;
  let aws: AwsEnvironment;
  let door: SessionDoor;
  let s3: S3Client;
  let session: Session;
  /** The session's variables. */
  let variables: NodeJS.ProcessEnv = {};
  /** How many probes have fetched so far. */
  let probes = 0;

  const run = (...args: string[]) =>
    environment.project.pulumi([...args, "--stack", "test"], { ...aws.env, ...variables });
  const succeed = async (...args: string[]) => {
    const { code, output } = await run(...args);
    assert.equal(code, 0, output);
    return output;
  };
  const up = (...args: string[]) => succeed("up", "--yes", "--skip-preview", ...args);
  const document = (store: object, changes: object = {}) => {
    environment.document({
      artifacts: { s3: { bucket, region: aws.s3.region, endpoint: door.url, ...store } },
      fetch: "aws",
      probe: true,
      core: { path: "core.tar.gz" },
      ...changes,
    });
  };
  const newCore = () => environment.project.write("stacks/core.tar.gz", gzipSync(randomBytes(6 * 1024 * 1024)));
  /** Begins a session, as the AWS tools' variables tell it. */
  const begin = () => {
    session = door.begin();
    const { accessKeyId, secretAccessKey, token } = session;
    variables = {
      AWS_ACCESS_KEY_ID: accessKeyId,
      AWS_SECRET_ACCESS_KEY: secretAccessKey,
      AWS_SESSION_TOKEN: token,
    };
  };
  /** That nothing of the session's secrets stands in a text. */
  const keepsSecret = (text: string) => {
    for (const each of [session.token, session.secretAccessKey]) assert.ok(!text.includes(each));
  };

  before(async () => {
    aws = await AwsEnvironment.start({ tls: false });
    door = await SessionDoor.open(aws.s3);
    environment = await LocalEnvironment.start({
      tasks: {
        ...instantSimulation,
        endOf: ({ assignedTask: { task } }) => {
          if (!task.job.name.startsWith(probePrefix)) return undefined;
          probes++;
          return { status: ScheduleStatus.FINISHED, afterMs: 0 };
        },
      },
    });
    s3 = aws.s3.client();
    for (const role of [roleA, roleB]) await aws.addRole(role ?? "");
    newCore();
  });

  after(async () => {
    s3.destroy();
    await environment.dispose();
    await door.close();
    await aws.dispose();
  });

  describe("for a while, by the credentials of a session", () => {
    it("writes, each part of a large package too", async () => {
      begin();
      document({ readers: { roles: [roleA] } });
      await up();
      assert.ok(door.calls.filter((call) => /^PUT .*heron-core-.*partNumber=/.test(call)).length >= 2);
      assert.equal(probes, 1);
    });

    it("leaves nothing of them in the state, in jobs and in what is printed", async () => {
      newCore();
      keepsSecret((await succeed("preview", "--diff")) + (await up()));
      keepsSecret(await succeed("stack", "export", "--show-secrets"));
      const jobs = await environment.aurora.jobs("heron");
      assert.ok(jobs.some(({ job }) => job.name.startsWith(probePrefix)));
      for (const { job } of jobs) {
        const tasks = await environment.aurora.tasks({ ...environment.job, ...job }, { withConfig: true });
        keepsSecret(JSON.stringify(tasks));
      }
    });

    it("makes no change when another session takes over, and fails by the old one's", async () => {
      const before = variables;
      begin();
      const calls = door.calls.length;
      await up("--refresh", "--expect-no-changes");
      assert.ok(door.calls.length > calls);
      [variables] = [before, variables];
      newCore();
      const { code, output } = await run("up", "--yes", "--skip-preview");
      assert.notEqual(code, 0);
      assert.match(output, /ExpiredToken/);
    });

    it("is configured by the stack as well, and is a secret there", async () => {
      variables = {};
      const { accessKeyId: accessKey, secretAccessKey: secretKey, token } = session;
      const secrets = Object.entries({ accessKey, secretKey, token });
      await succeed("config", "set-all", ...secrets.flatMap(([name, value]) => ["--secret", `aws:${name}=${value}`]));
      keepsSecret(await up());
      keepsSecret(JSON.stringify(await environment.project.resources()));
    });
  });

  describe("is probed anew", () => {
    const uploaded = async () => {
      const { Contents = [] } = await s3.send(new ListObjectsV2Command({ Bucket: bucket }));
      const heads = Contents.map(({ Key }) => s3.send(new HeadObjectCommand({ Bucket: bucket, Key })));
      return JSON.stringify((await Promise.all(heads)).map(({ VersionId }) => VersionId));
    };
    const probedBy = async (change: () => void) => {
      const before = probes;
      change();
      await up();
      return probes - before;
    };

    it("when other roles are let in, or a key is needed, and no package is uploaded again", async () => {
      const [objects, readers] = [await uploaded(), { roles: [roleA, roleB] }];
      assert.equal(await probedBy(() => document({ readers })), 1);
      const kmsKey = "arn:aws:kms:eu-west-1:123456789012:key/given";
      assert.equal(await probedBy(() => document({ kmsKey, readers })), 1);
      assert.equal(await uploaded(), objects);
    });

    it("when agents fetch by another command", async () => {
      const fetch = { core: "fetch {{{uri}}} {{{file}}}", topology: "aws" };
      assert.equal(await probedBy(() => document({ readers: { roles: [roleA, roleB] } }, { fetch })), 1);
    });

    it("and not when nothing of that changes", async () => {
      const tags = { team: "streaming" };
      const fetch = { core: "fetch {{{uri}}} {{{file}}}", topology: "aws" };
      assert.equal(await probedBy(() => document({ tags, readers: { roles: [roleA, roleB] } }, { fetch })), 0);
    });
  });
});
