import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { Checkout } from "../support/checkout";

const noDownloads = "PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION";

/** Stands in for `pulumi`: recent enough, and notes whether it may download plugins. */
const engine = `#!${process.execPath}
if (process.argv[2] === "version") console.log("v3.250.0");
else require("node:fs").writeFileSync(process.env.NOTED, String(process.env.${noDownloads}));
`;

const directory = "artifacts: { directory: { path: /mnt/heron } }\n";
const s3 = "artifacts: { s3: { bucket: heron-packages } }\n";

describe("the engine of a clone's pipeline", () => {
  let folder: string;
  let checkout: Checkout;

  before(() => {
    folder = mkdtempSync(join(tmpdir(), "heron-plugins-"));
    checkout = new Checkout({ port: 1, folder });
    mkdirSync(join(folder, "bin"));
    for (const name of ["pulumi", "pulumi-language-nodejs"])
      writeFileSync(join(folder, "bin", name), engine, { mode: 0o755 });
    document("dev", directory);
    document("prod", s3);
    document("broken", "artifacts: {");
  });

  after(() => {
    checkout.dispose();
    rmSync(folder, { recursive: true });
  });

  it("downloads no plugins for a stack that has nothing on AWS, the machine's own among them", () => {
    for (const stack of ["dev", "local", "broken"]) assert.equal(noted(stack), "true", stack);
  });

  it("may download the AWS provider's for a stack whose packages are in S3, as any of its documents says", () => {
    for (const stack of ["prod", "team/team/prod"]) assert.equal(noted(stack), "undefined", stack);
    document("defaults", s3);
    document("test", "environment: test\n");
    assert.equal(noted("test"), "undefined");
    rmSync(checkout.path("stacks/defaults.yaml"));
  });

  it("is left with what the user has set", () => {
    assert.equal(noted("prod", { [noDownloads]: "true" }), "true");
    for (const stack of ["dev", "local"]) assert.equal(noted(stack, { [noDownloads]: "false" }), "false", stack);
  });

  function document(name: string, text: string): void {
    writeFileSync(checkout.path("stacks", `${name}.yaml`), text);
  }

  /** What the engine of a look for drift has found in its environment. */
  function noted(stack: string, set: NodeJS.ProcessEnv = {}): string {
    const file = join(folder, "noted");
    rmSync(file, { force: true });
    const env = { ...process.env, [noDownloads]: undefined, ...set, NOTED: file };
    const { stderr } = spawnSync(process.execPath, [checkout.path("scripts/pipeline.mjs"), "drift", stack], {
      cwd: checkout.directory,
      encoding: "utf8",
      env: { ...env, PATH: [join(folder, "bin"), process.env.PATH].join(delimiter) },
    });
    assert.equal(stderr, "");
    return readFileSync(file, "utf8");
  }
});
