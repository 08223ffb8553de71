import {
  DeleteObjectCommand,
  ListObjectsV2Command,
  ListObjectVersionsCommand,
  type S3Client,
} from "@aws-sdk/client-s3";
import assert from "node:assert/strict";
import { setTimeout as sleep } from "node:timers/promises";
import { AwsEnvironment } from "../support/aws-environment";
import { Gate } from "../support/gate";
import { LocalEnvironment } from "../support/local-environment";

const bucket = "heron-packages";

/** What the engine keeps of a resource, as far as it is rewritten here. */
interface KeptResource {
  readonly urn: string;
  readonly delete?: boolean;
  dependencies?: string[];
  propertyDependencies?: Record<string, string[]>;
}
/** Each is another package of the topology. */
const [first, second] = ["first", "second"].map((version) => ({ config: { "example.version": version } }));

describe("a topology's package in S3", () => {
  let environment: LocalEnvironment;
  let gate: Gate;
  let aws: AwsEnvironment;
  let s3: S3Client;
  let document: (place?: { readonly prefix?: string }) => void;

  const start = (...args: string[]) =>
    environment.project.start([...args, "--skip-preview", "--yes", "--stack", "test"], aws.env);
  const run = (...args: string[]) => start(...args).result;
  const succeed = async (...args: string[]) => {
    const { code, output } = await run(...args);
    assert.equal(code, 0, output);
    return output;
  };
  /** The hashes of the topology packages in the bucket. */
  const packages = async () => {
    const { Contents = [] } = await s3.send(new ListObjectsV2Command({ Bucket: bucket, Prefix: "heron/topologies/" }));
    return Contents.map(({ Key = "" }) => /-(\w{64})\./.exec(Key)?.[1] ?? "").sort();
  };
  const tasks = () => environment.aurora.tasks(environment.job, { active: true, withConfig: true });
  const ids = async () => (await tasks()).map(({ taskId }) => taskId).sort();
  /** Which of the packages in the bucket containers run on. */
  const used = async () => {
    const running = JSON.stringify((await tasks()).map(({ config }) => config));
    return (await packages()).filter((hash) => running.includes(hash));
  };
  /** Begins a roll to the second package, kills the engine at once, and waits until the scheduler is through with it. */
  const killedRoll = async (end = "ROLLED_FORWARD") => {
    environment.topology({ ...second, ...(end === "ROLLED_FORWARD" ? {} : held) });
    const up = start("up");
    gate.at({ when: "after", method: "startJobUpdate" }, up.kill);
    const { signal, output } = await up.result;
    assert.equal(signal, "SIGKILL", output);
    await environment.project.recover();
    for (;;) {
      const [update] = await environment.aurora.updateSummaries(environment.job);
      if (update?.status === end) return;
      await sleep(50);
    }
  };
  /** By which an update stands still from its beginning, unless somebody sends heartbeats. */
  const held = { update: { watchSeconds: 0, pulseSeconds: 60 } };

  before(async () => {
    aws = await AwsEnvironment.start();
    environment = await LocalEnvironment.start({ tasks: { delays: { assigned: 20, starting: 20, killing: 300 } } });
    gate = await Gate.open(environment.url);
    s3 = aws.s3.client();
    await aws.configure(environment.project);
    const { endpoint, region } = aws.s3;
    document = (place = {}) => {
      environment.document({
        scheduler: { url: gate.url },
        artifacts: { s3: { bucket, region, endpoint, ...place } },
        fetch: "aws",
        defaults: { update: { watchSeconds: 0 }, timeouts: { create: 60, update: 60, delete: 60 } },
      });
    };
    document();
    environment.topology(first);
    await succeed("up");
  });

  after(async () => {
    s3.destroy();
    await gate.close();
    await environment.dispose();
    await aws.dispose();
  });

  it("goes by the same up that rolls the job to another", async () => {
    const old = await packages();
    environment.topology(second);
    await succeed("up");
    const now = await packages();
    assert.equal(now.length, 1);
    assert.notDeepEqual(now, old);
    environment.topology(first);
    await succeed("up");
    assert.deepEqual(await packages(), old);
    await succeed("up", "--refresh", "--expect-no-changes");
  });

  it("gets its hold by the first up of a library that has one, which touches no container", async () => {
    const before = await ids();
    await withoutHold();
    const job = (await environment.project.resources()).find(({ type }) => type.endsWith("AuroraJob"))?.urn ?? "";
    const targeted = await run("up", "--target", job);
    assert.notEqual(targeted.code, 0, "it waits for its hold");
    assert.match(targeted.output, /PackageHold::WordCount-package-\w{8}-hold/, "the target to add");
    const output = await succeed("up");
    assert.match(output, /PackageHold\s+WordCount-package-\w{8}-hold\s+created/);
    assert.match(output, /\+ 1 created\n\s+\d+ unchanged/);
    assert.deepEqual(await ids(), before);
    await succeed("up", "--expect-no-changes");
    const elsewhere = environment.project.copy();
    const command = ["up", "--yes", "--skip-preview", "--expect-no-changes", "--stack", "test"];
    const { code, output: said } = await elsewhere.pulumi(command, aws.env);
    elsewhere.dispose();
    assert.equal(code, 0, said);
  });

  it("that is to lie elsewhere is a target too where the job is one, which is not touched without it", async () => {
    const before = await ids();
    document({ prefix: "moved" });
    const job = (await environment.project.resources()).find(({ type }) => type.endsWith("AuroraJob"))?.urn ?? "";
    const { code, output } = await run("up", "--target", job);
    document();
    assert.notEqual(code, 0);
    assert.match(output, /Add --target 'urn:[^']*BucketObjectv2::[\w-]+' to other targets/);
    assert.deepEqual(await ids(), before);
    await succeed("up", "--refresh", "--expect-no-changes");
  });

  it("stays where it was, as a core package does, where a run moves it and leaves its hold out", async () => {
    const cores = async () => {
      const { Contents = [] } = await s3.send(new ListObjectsV2Command({ Bucket: bucket, Prefix: "heron/core/" }));
      return Contents.length;
    };
    const ofCore = (await environment.project.resources()).filter(({ urn }) => urn.includes("::sandbox-core-"));
    const object = ofCore.find(({ type }) => type.startsWith("aws:s3/bucketObject"))?.urn ?? "";
    document({ prefix: "moved" });
    for (const command of [
      ["preview", "--target", object],
      ["up", "--yes", "--skip-preview", "--target", object],
    ]) {
      const { code, output } = await environment.project.pulumi([...command, "--stack", "test"], aws.env);
      assert.notEqual(code, 0, output);
      assert.match(output, /sandbox-core-\w{8} is moved from s3:.* add --target 'urn:[^']*PackageHold::[\w-]+-hold'/);
      assert.equal(await cores(), 1);
    }
    await succeed("up");
    assert.equal(await cores(), 0);
    document();
    await succeed("up");
    await succeed("up", "--refresh", "--expect-no-changes");
  });

  it("that has gone from the bucket is put back", async () => {
    const there = await packages();
    const below = { Bucket: bucket, Prefix: "heron/topologies/" };
    const { Versions = [] } = await s3.send(new ListObjectVersionsCommand(below));
    for (const { Key, VersionId } of Versions)
      await s3.send(new DeleteObjectCommand({ Bucket: bucket, Key, VersionId }));
    assert.deepEqual(await packages(), []);
    const { code, output } = await environment.project.pulumi(["up", "--yes", "--refresh", "--stack", "test"], aws.env);
    assert.equal(code, 0, output);
    assert.deepEqual(await packages(), there);
    await succeed("up", "--refresh", "--expect-no-changes");
  });

  it("is not replaced by itself, as --replace and a taint ask for, which would leave the job without it", async () => {
    const [there, before] = [await packages(), await ids()];
    const object = (await environment.project.resources()).find(
      ({ type, urn }) => type.startsWith("aws:s3/bucketObject") && urn.includes("::WordCount-package-"),
    );
    assert.ok(object);
    const preview = ["preview", "--stack", "test"];
    const replace = ["--replace", object.urn];
    for (const command of [
      [...preview, ...replace],
      ["up", "--yes", "--stack", "test", ...replace],
    ]) {
      const { code, output } = await environment.project.pulumi(command, aws.env);
      assert.notEqual(code, 0, output);
      assert.match(output, /WordCount-package-\w{8} is not replaced by itself/);
    }
    assert.deepEqual([await packages(), await ids()], [there, before]);
    await environment.project.pulumi(["state", "taint", object.urn, "--yes", "--stack", "test"], aws.env);
    const tainted = await environment.project.pulumi(preview, aws.env);
    assert.match(tainted.output, /is not replaced by itself.*pulumi state untaint/s);
    await environment.project.pulumi(["state", "untaint", object.urn, "--yes", "--stack", "test"], aws.env);
    await succeed("up", "--expect-no-changes");
    // Without a preview the object is sent once more, and it is the deletion of the former that is refused.
    for (const args of [replace, []]) {
      const { code, output } = await run("up", ...args);
      assert.notEqual(code, 0, output);
      assert.match(output, /is not deleted: the stack has the same object/);
      assert.deepEqual([await packages(), await ids()], [there, before]);
    }
    await forgetPending();
    await succeed("up", "--expect-no-changes");
  });

  it("that a killed run was rolling the job to stays under it, though the documents and the state name another", async () => {
    const [known = ""] = await packages();
    await killedRoll();
    const [other = ""] = (await packages()).filter((hash) => hash !== known);
    environment.topology(first);
    for (const attempt of ["the first", "the next"]) {
      const { code, output } = await run("up");
      assert.notEqual(code, 0, attempt);
      assert.match(
        output,
        /The package of topology sandbox\/heron\/devel\/WordCount is not deleted: the job still runs/,
      );
      assert.match(output, /Run 'pulumi refresh' and then 'pulumi up' \(or 'npm run deploy'/);
      assert.match(output, /'pulumi state delete' of WordCount-package-\w{8}-hold, then of WordCount-package-\w{8}/);
      assert.deepEqual(await packages(), [known, other].sort());
      assert.deepEqual(await used(), [other]);
    }
    await succeed("refresh");
    await succeed("up");
    assert.deepEqual(await packages(), [known]);
    assert.deepEqual(await used(), [known]);
    await succeed("up", "--refresh", "--expect-no-changes");
  });

  it("stays as well while the update to it has not come to any container yet", async () => {
    const [known = ""] = await packages();
    await killedRoll("ROLL_FORWARD_AWAITING_PULSE");
    const both = await packages();
    assert.equal(both.length, 2);
    assert.deepEqual(await used(), [known]);
    environment.topology(first);
    const { code, output } = await run("up");
    assert.notEqual(code, 0);
    assert.match(output, /is not deleted: the job still runs on it or is being rolled to it/);
    assert.deepEqual(await packages(), both);
    await succeed("up", "--refresh");
    assert.deepEqual(await packages(), [known]);
  });

  it("goes with the stack in one destroy, with one that its job runs on without the state's knowledge", async () => {
    await killedRoll();
    assert.equal((await packages()).length, 2);
    gate.at({ when: "before", method: "killTasks", unharmed: true }, () => sleep(3_000));
    await succeed("destroy");
    assert.deepEqual(await tasks(), []);
    await assert.rejects(packages(), { name: "NoSuchBucket" });
  });

  /** As the error's `pulumi state delete` does once one of two resources of a name was chosen. */
  async function forgetPending(): Promise<void> {
    await rewriteState((resources) => resources.filter((resource) => resource.delete !== true));
  }

  /** Makes the state what an earlier version of this library left. */
  async function withoutHold(): Promise<void> {
    const isHold = (urn: string) => urn.endsWith("-hold") && urn.includes("::WordCount-package-");
    await rewriteState((before) => {
      const resources = before.filter(({ urn }) => !isHold(urn));
      for (const resource of resources) {
        resource.dependencies = (resource.dependencies ?? []).filter((urn) => !isHold(urn));
        for (const [key, urns] of Object.entries(resource.propertyDependencies ?? {}))
          resource.propertyDependencies = {
            ...resource.propertyDependencies,
            [key]: urns.filter((urn) => !isHold(urn)),
          };
      }
      return resources;
    });
  }

  async function rewriteState(rewritten: (resources: readonly KeptResource[]) => readonly KeptResource[]) {
    const { stdout } = await environment.project.succeed(["stack", "export", "--stack", "test"]);
    const state = JSON.parse(stdout) as { deployment: { resources: KeptResource[] } };
    const resources = rewritten(state.deployment.resources);
    const file = environment.project.write(
      "earlier.json",
      JSON.stringify({ ...state, deployment: { ...state.deployment, resources } }),
    );
    await environment.project.succeed(["stack", "import", "--stack", "test", "--file", file]);
  }
});
