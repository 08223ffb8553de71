import assert from "node:assert/strict";
import { readdirSync, rmSync, symlinkSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { Gate } from "../support/gate";
import { LocalEnvironment } from "../support/local-environment";

describe("a directory store whose path goes to a symlink of it and back while what it was is still to be let go of", () => {
  let environment: LocalEnvironment;
  let gate: Gate;

  const document = (path: string) => {
    environment.document({ scheduler: { url: gate.url }, artifacts: { directory: { path } } });
  };
  const packages = () =>
    readdirSync(environment.packages, { recursive: true, encoding: "utf8" })
      .filter((path) => path.endsWith(".tar.gz"))
      .sort();

  before(async () => {
    environment = await LocalEnvironment.start();
    gate = await Gate.open(environment.url);
  });

  after(async () => {
    await gate.close();
    await environment.dispose();
  });

  it("keeps the packages that its jobs fetch", async () => {
    document(environment.packages);
    await environment.project.up();
    const there = packages();
    assert.equal(there.length, 2);
    symlinkSync(environment.packages, `${environment.packages}-link`);
    document(`${environment.packages}-link`);
    const up = environment.project.start(environment.project.command("up"));
    gate.at({ when: "before", method: "startJobUpdate" }, up.kill);
    const { signal, output } = await up.result;
    assert.equal(signal, "SIGKILL", output);
    await environment.project.recover();
    document(environment.packages);
    await environment.project.up("--refresh");
    assert.deepEqual(packages(), there);
    await environment.project.destroy();
    assert.deepEqual(
      readdirSync(environment.packages, { recursive: true, encoding: "utf8" }).filter((path) => path.includes("tar")),
      [],
    );
  });
});

describe("a directory store whose path goes to another folder and back, the run killed in the middle of the roll", () => {
  let environment: LocalEnvironment;
  let gate: Gate;
  let moved: string;

  const document = (path: string) => {
    environment.document({
      scheduler: { url: gate.url },
      artifacts: { directory: { path } },
      defaults: { update: { watchSeconds: 0 } },
    });
  };
  const packagesIn = (folder: string) =>
    readdirSync(folder, { recursive: true, encoding: "utf8" }).filter((path) => path.endsWith(".tar.gz"));
  const topologies = (folder: string) => packagesIn(folder).filter((path) => path.startsWith("topologies/"));

  before(async () => {
    environment = await LocalEnvironment.start();
    gate = await Gate.open(environment.url);
    moved = `${environment.packages}-moved`;
  });

  after(async () => {
    await gate.close();
    await environment.dispose();
    rmSync(moved, { recursive: true, force: true });
  });

  it("keeps the topology's package that the job was rolled to, until a refresh has seen that", async () => {
    document(environment.packages);
    await environment.project.up();
    document(moved);
    const up = environment.project.start(environment.project.command("up"));
    gate.at({ when: "after", method: "startJobUpdate" }, up.kill);
    assert.equal((await up.result).signal, "SIGKILL");
    await environment.project.recover();
    while ((await environment.aurora.updateSummaries(environment.job))[0]?.status !== "ROLLED_FORWARD") await sleep(50);
    document(environment.packages);
    const { code, output } = await environment.project.pulumi(environment.project.command("up"));
    assert.notEqual(code, 0, output);
    assert.match(output, /The package of topology sandbox\/heron\/devel\/WordCount is not deleted: the job still runs/);
    assert.equal(topologies(moved).length, 1);
    await environment.project.up("--refresh");
    assert.deepEqual(packagesIn(moved), []);
    assert.equal(packagesIn(environment.packages).length, 2);
    await environment.project.up("--refresh", "--expect-no-changes");
  });
});
