import assert from "node:assert/strict";
import { readdirSync, symlinkSync } from "node:fs";
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
