import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { putFile } from "../../../../components/artifacts/directory-files";
import { keptFile } from "../../../../components/artifacts/kept-file";
import type { PackageFileInputs } from "../../../../components/artifacts/package-file";
import {
  deletedPackages,
  hadOtherwise,
  isKeptByOthers,
  leavingJobs,
  onlyJobsOf,
  stillNeeded,
} from "../../../../scripts/pipeline/needed-packages";
import type { Preview } from "../../../../scripts/pipeline/preview-steps";

type Step = NonNullable<Preview["steps"]>[number];

const [old, current] = ["a".repeat(64), "b".repeat(64)];
const urnOf = (type: string, name: string) => `urn:pulumi:prod::team::heron:index:HeronCluster$${type}::${name}`;

function step(op: string, type: string, name: string, inputs: object, retainOnDelete = false): Step {
  const urn = urnOf(type, name);
  return { op, urn, oldState: { urn, type, retainOnDelete, inputs: { ...inputs } } };
}

const object = (op: string, sha256: string, retain?: boolean) =>
  step(
    op,
    "aws:s3/bucketObjectv2:BucketObjectv2",
    "west-core",
    { bucket: "packages", key: `heron/core/heron-core-${sha256}.tar.gz` },
    retain,
  );
const hold = (op: string, sha256: string, use?: object) =>
  step(op, "pulumi-nodejs:dynamic/heron:PackageHold", "west-core-hold", {
    hold: { bucket: "packages", key: `heron/core/heron-core-${sha256}.tar.gz`, use },
  });
const use = { cluster: "west", role: "heron", scheduler: { url: "https://aurora.example:8081" } };
const core = (changes: Partial<PackageFileInputs> = {}): PackageFileInputs => ({
  ...{ directory: "/mnt/heron", folder: "core", name: "heron-core", sha256: old, size: 3 },
  ...{ owner: "team/prod/west-core", use, ...changes },
});
const packageFile = (op: string, file: string) =>
  step(op, "pulumi-nodejs:dynamic/heron:PackageFile", "west-core", { file });
const inFolder = (op: string, file: PackageFileInputs) => packageFile(op, keptFile(file));
const job = (op: string, name: string, retain?: boolean) =>
  step(op, "pulumi-nodejs:dynamic/heron:AuroraJob", name, { jobKey: `west/heron/prod/${name}` }, retain);
const running = (name: string, sha256: string, bucket = "packages") => ({
  key: `west/heron/prod/${name}`,
  runs: [
    `{"data":"aws s3 cp 's3://${bucket}/heron/core/heron-core-${sha256}.tar.gz' && echo '${sha256}  heron-core.tar.gz'"}`,
  ],
});
const problems = (steps: Step[], ...jobs: ReturnType<typeof running>[]) => {
  const leaving = leavingJobs({ steps });
  return stillNeeded(
    deletedPackages({ steps }),
    jobs.filter(({ key }) => !leaving.has(key)),
  );
};

describe("packages that a previewed deployment takes out of the store", () => {
  it("are told by the hash in their names, in S3 and in HDFS", () => {
    const path = `/heron/core/heron-core-${current}.tar.gz`;
    const hdfs = step("delete", "pulumi-nodejs:dynamic/heron:HdfsFile", "west-core", { file: { path } });
    const found = deletedPackages({
      steps: [object("delete", old), hdfs, job("delete", "Words"), object("same", current)],
    });
    assert.deepEqual(
      found.map(({ sha256 }) => sha256),
      [old, current],
    );
  });

  it("may not go from a folder either where a job runs on them, by the path that agents see", () => {
    const runs = (directory: string) => ({
      key: "west/heron/prod/Left",
      runs: [`{"data":"cp ${directory}/core/heron-core-${old}.tar.gz . && tar xzf heron-core.tar.gz"}`],
    });
    const [left = "", ...others] = problems([inFolder("delete-replaced", core())], runs("/mnt/heron"));
    assert.deepEqual(others, []);
    assert.match(left, /^west\/heron\/prod\/Left still runs on the package a{12}…, .* --exclude '\S+::west-core'/);
    assert.deepEqual(problems([inFolder("delete-replaced", core())], runs("/mnt/other")), []);
  });

  it("are not those of a folder for which the engine asks nobody, as a topology's own", () => {
    const { use: _, ...file } = core({ folder: "topologies/west/heron/prod/Words", name: "Words" });
    const others = [step("delete", "team:Script", "run", { file: "{}" }), packageFile("delete", "[secret]")];
    assert.deepEqual(deletedPackages({ steps: [inFolder("delete", file), ...others] }), []);
  });

  it("are kept by others where another stack has put the same into the folder", async () => {
    const directory = mkdtempSync(join(tmpdir(), "needed-packages-"));
    try {
      const source = join(directory, "source");
      writeFileSync(source, "abc");
      const sha256 = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
      const file = core({ directory, sha256 });
      const kept = async () => Promise.all(deletedPackages({ steps: [inFolder("delete", file)] }).map(isKeptByOthers));
      assert.deepEqual(await kept(), [false], "a machine that does not see the folder");
      await putFile(file, source);
      assert.deepEqual(await kept(), [false]);
      await putFile({ ...file, owner: "team/test/west-core" }, source);
      assert.deepEqual(await kept(), [true]);
    } finally {
      rmSync(directory, { recursive: true });
    }
  });

  it("are none where the engine only forgets them", () => {
    assert.deepEqual(deletedPackages({ steps: [object("delete", old, true)] }), []);
  });

  it("may go when every job that runs on them is rolled or killed", () => {
    const steps = [object("delete", old), job("update", "Words"), job("delete", "Gone")];
    assert.deepEqual(problems(steps, running("Words", old), running("Gone", old), running("Other", current)), []);
  });

  it("name the first of many jobs that run on them, and count the others", () => {
    const jobs = ["G", "B", "A", "F", "C", "E", "D"].map((name) => running(name, old));
    const [problem = ""] = problems([object("delete", old)], ...jobs);
    const named = ["A", "B", "C", "D", "E"].map((name) => `west/heron/prod/${name}`).join(", ");
    assert.ok(problem.startsWith(`${named} and 2 more still run on the package`), problem);
  });

  it("may not where a job runs on them that the stack has left behind, or does not know, with what to do", () => {
    const [left = "", ...others] = problems([object("delete", old), job("update", "Words")], running("Left", old));
    assert.deepEqual(others, []);
    assert.match(
      left,
      /^west\/heron\/prod\/Left still runs on the package a{12}…, which this deployment would delete\. Move it to another package or kill it first\./,
    );
    assert.match(
      left,
      /pulumi up --exclude 'urn:pulumi:prod::team::.*::west-core', then pulumi state delete 'urn:.*::west-core'$/,
    );
  });

  it("are told of once, with the hold that goes before them", () => {
    const [left = "", ...others] = problems([hold("delete", old), object("delete", old)], running("Left", old));
    assert.deepEqual(others, []);
    assert.match(
      left,
      /pulumi up --exclude '\S+::west-core-hold' --exclude '\S+::west-core', then pulumi state delete '\S+-hold', pulumi state delete '\S+'$/,
    );
  });

  it("are asked for of a topology's own job alone, unless that leaves them, and of every job where one is for all", () => {
    const words = "west/heron/prod/Words";
    const ofWords = { ...use, job: words };
    const path = `/heron/topologies/west/heron/prod/Words/Words-${current}.tar.gz`;
    const hdfs = (file: object) => step("delete", "pulumi-nodejs:dynamic/heron:HdfsFile", "Words-package", { file });
    const asked = (...steps: Step[]) => onlyJobsOf(deletedPackages({ steps }), leavingJobs({ steps }));
    for (const steps of [
      [hold("delete", old, ofWords), object("delete", old)],
      [object("delete", old), hold("delete", old, ofWords)],
      [hdfs({ path, use: ofWords })],
    ]) {
      assert.deepEqual(asked(...steps), [words]);
      assert.deepEqual(asked(...steps, job("same", "Words"), job("update", "Others")), [words]);
      assert.deepEqual(asked(...steps, job("update", "Words")), []);
      assert.equal(asked(...steps, inFolder("delete", core()), job("update", "Words")), undefined);
    }
    assert.equal(
      asked(object("delete", old), job("update", "Words")),
      undefined,
      "without a hold nobody knows whose it is",
    );
    assert.equal(asked(hdfs({ path })), undefined);
    assert.equal(asked(hold("delete", old, use)), undefined);
  });

  it("may go when a job of another environment fetches the same content from its own store", () => {
    assert.deepEqual(problems([object("delete", old)], running("Other", old, "dev-packages")), []);
  });

  it("may not where a job runs on one that is replaced, as when the store's prefix has changed", () => {
    assert.equal(problems([object("delete-replaced", old)], running("Left", old)).length, 1);
  });

  it("may not where the stack has the same object by another resource, as of another cluster", () => {
    const { oldState = { urn: "", type: "" } } = object("", old);
    const kept = (op: string, inputs?: object): Step => {
      const urn = urnOf("aws:s3/bucketObjectv2:BucketObjectv2", "east-core");
      return { op, urn, newState: { ...oldState, urn, inputs: { ...oldState.inputs, ...inputs } } };
    };
    const lost = (step: Step) => {
      const steps = [hold("delete", old), object("delete", old), step];
      return hadOtherwise(deletedPackages({ steps }), { steps });
    };
    for (const op of ["create", "same"]) {
      const [problem = "", ...others] = lost(kept(op));
      assert.deepEqual(others, []);
      assert.match(
        problem,
        /^The package a{12}…, .* the very object that the stack has as urn:\S+::east-core\. To deploy/,
      );
      assert.match(
        problem,
        /pulumi up --exclude '\S+::west-core-hold' --exclude '\S+::west-core', then pulumi state delete/,
      );
    }
    assert.deepEqual(lost(kept("create", { bucket: "others" })), []);
    assert.deepEqual(lost(kept("refresh")), [], "which reads what is there before the rest is planned");
    assert.deepEqual(lost(object("same", current)), []);
  });

  it("may not where a job is left behind by this very deployment", () => {
    assert.equal(problems([object("delete", old), job("delete", "Left", true)], running("Left", old)).length, 1);
  });
});
