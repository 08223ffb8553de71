import { ListObjectsV2Command, type S3Client } from "@aws-sdk/client-s3";
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { randomBytes } from "node:crypto";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { sha256 } from "../../components/cache";
import { readDefinition, writeDefinition } from "../../components/heron/definition";
import { instantSimulation } from "../../sandbox/options";
import { ScheduleStatus } from "../../sandbox/scheduler/model";
import { AwsEnvironment } from "../support/aws-environment";
import { LocalEnvironment } from "../support/local-environment";
import { repoRoot } from "../support/paths";
import { previewStep } from "../support/pipeline";

const bucket = "heron-packages";
const wordCount = readDefinition(readFileSync(join(repoRoot, "examples/wordcount/wordcount.defn")), "wordcount.defn");

describe("a core package in S3 that several topologies run on", () => {
  let environment: LocalEnvironment;
  let aws: AwsEnvironment;
  let s3: S3Client;
  /** A core package, by its hash, with which the topology Second fails. */
  let unwell: string | undefined;

  const run = (...args: string[]) => environment.project.pulumi([...args, "--stack", "test"], aws.env);
  const succeed = async (...args: string[]) => {
    const { code, output } = await run(...args);
    assert.equal(code, 0, output);
  };
  const up = (...args: string[]) => succeed("up", "--yes", "--skip-preview", ...args);
  const document = (store: object = {}) => {
    const { endpoint, region } = aws.s3;
    environment.document({
      artifacts: { s3: { bucket, region, endpoint, ...store } },
      fetch: "aws",
      core: { path: "core.tar.gz" },
    });
  };
  /** Writes a topology document, with WordCount's definition under its name. */
  const topology = (name: string, changes: object = {}) => {
    const definition = writeDefinition({ ...wordCount, name, id: name });
    environment.project.write(`stacks/topologies/${name}.defn`, definition);
    environment.topology({ name, definition: `${name}.defn`, ...changes });
  };
  /** Puts another core package in the place of the present one. */
  const newCore = () => {
    const bytes = gzipSync(randomBytes(1000));
    environment.project.write("stacks/core.tar.gz", bytes);
    return sha256(bytes);
  };
  /** The hashes of the core packages in the bucket. */
  const cores = async () => {
    const { Contents = [] } = await s3.send(new ListObjectsV2Command({ Bucket: bucket, Prefix: "heron/core/" }));
    return Contents.map(({ Key = "" }) => /-(\w{64})\./.exec(Key)?.[1]).sort();
  };
  /** Which of some core packages the job of a topology runs on. */
  const coreOf = async (name: string, ...hashes: string[]) => {
    const tasks = await environment.aurora.tasks({ ...environment.job, name }, { active: true, withConfig: true });
    const found = tasks.map(({ config }) => hashes.find((hash) => JSON.stringify(config).includes(hash)));
    return [...new Set(found)];
  };
  const preview = () => previewStep(environment.project, aws.env);

  before(async () => {
    aws = await AwsEnvironment.start();
    environment = await LocalEnvironment.start({
      tasks: {
        ...instantSimulation,
        endOf: ({ assignedTask: { task } }) =>
          task.job.name === "Second" && unwell !== undefined && (task.executorConfig?.data ?? "").includes(unwell)
            ? { status: ScheduleStatus.FAILED, afterMs: 0 }
            : undefined,
      },
    });
    s3 = aws.s3.client();
    await aws.configure(environment.project);
    topology("Second");
    topology("Third");
    document();
  });

  after(async () => {
    s3.destroy();
    await environment.dispose();
    await aws.dispose();
  });

  it("stays while one of them cannot leave it, and the others have, by --continue-on-error", async () => {
    const first = newCore();
    await up();
    const second = newCore();
    unwell = second;
    const { code, output } = await run("up", "--yes", "--skip-preview", "--continue-on-error");
    assert.notEqual(code, 0);
    assert.match(output, /The rolling update ended ROLLED_BACK/);
    assert.deepEqual(await coreOf("WordCount", first, second), [second]);
    assert.deepEqual(await coreOf("Second", first, second), [first]);
    assert.deepEqual(await cores(), [first, second].sort());
    unwell = undefined;
    await up();
    assert.deepEqual(await coreOf("Second", first, second), [second]);
    assert.deepEqual(await cores(), [second]);
  });

  describe("of which one was left behind", () => {
    let first: string;
    let second: string;

    before(async () => {
      topology("Third", { retainOnDelete: true });
      await up();
      environment.project.remove("stacks/topologies/Third.yaml");
      await up();
      [first = ""] = await cores();
      second = newCore();
    });

    it("would be deleted under it, which a reviewed preview refuses, with what to do", async () => {
      const { code, output } = await preview();
      assert.equal(code, 1, output);
      assert.match(
        output,
        /sandbox\/heron\/devel\/Third still runs on the package \w{12}…, which this deployment would delete/,
      );
      assert.match(output, /pulumi up --exclude 'urn:.*BucketObjectv2::sandbox-core-/);
    });

    it("is left where it is by a bare up, which rolls the others and says who runs on it", async () => {
      for (const attempt of ["the first", "the next"]) {
        const { code, output } = await run("up", "--yes", "--skip-preview");
        assert.notEqual(code, 0, attempt);
        assert.match(output, /The core package is not deleted: sandbox\/heron\/devel\/Third still runs on it/);
        assert.match(output, /'pulumi state delete' of sandbox-core-\w{8}-hold, then of sandbox-core-\w{8}/);
        assert.deepEqual(await cores(), [first, second].sort());
        assert.deepEqual(await coreOf("Second", first, second), [second]);
      }
    });

    it("stays by what the refusal names, and the stack forgets it", async () => {
      const { output } = await preview();
      const excluded = [...output.matchAll(/--exclude '(urn:[^']+)'/g)].map(([, urn = ""]) => urn);
      const forgotten = [...output.matchAll(/pulumi state delete '(urn:[^']+)'/g)].map(([, urn = ""]) => urn);
      assert.equal(excluded.length, 2);
      assert.deepEqual(forgotten, excluded);
      await up(...excluded.flatMap((urn) => ["--exclude", urn]));
      for (const urn of forgotten) await succeed("state", "delete", urn, "--yes");
      assert.deepEqual(await cores(), [first, second].sort());
      assert.deepEqual(await coreOf("Third", first, second), [first]);
      assert.deepEqual(await coreOf("Second", first, second), [second]);
      await up("--expect-no-changes");
    });

    it("stays, and every package with it, in a store that keeps them", async () => {
      document({ retainOnDelete: true });
      await up();
      const third = newCore();
      assert.equal((await preview()).code, 2);
      await up();
      assert.deepEqual(await cores(), [first, second, third].sort());
    });

    it("outlasts a change of the store's prefix, by which the stack gets it anew elsewhere", async () => {
      document();
      await up();
      const stray = await environment.submitStray("Stray");
      const there = await cores();
      document({ prefix: "team/heron" });
      const { code, output } = await run("up", "--yes", "--skip-preview");
      assert.notEqual(code, 0);
      assert.match(output, new RegExp(`The core package is not deleted: ${stray.key} still runs on it`));
      assert.deepEqual(await cores(), there);
      await stray.kill();
      await up();
      assert.equal((await cores()).length, there.length - 1);
      document();
      await up();
      assert.deepEqual(await cores(), there);
    });

    it("outlasts a destroy, which names the job, and goes once that is killed", async () => {
      const stray = await environment.submitStray("Stray");
      const there = await cores();
      const { code, output } = await run("destroy", "--yes", "--skip-preview");
      assert.notEqual(code, 0);
      assert.match(output, new RegExp(`The core package is not deleted: ${stray.key} still runs on it`));
      assert.deepEqual(await environment.aurora.tasks(environment.job, { active: true }), []);
      assert.deepEqual(await cores(), there);
      await stray.kill();
      // What the stack has let go of is not its own to delete, so it cannot delete the bucket either.
      const { output: end } = await run("destroy", "--yes", "--skip-preview");
      assert.match(end, /BucketNotEmpty/);
      assert.equal((await cores()).length, there.length - 1);
    });
  });
});
