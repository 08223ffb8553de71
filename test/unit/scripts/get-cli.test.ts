import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { PulumiCommand, type PulumiCommandOptions } from "@pulumi/pulumi/automation";
import { scriptModule } from "../../support/script-module";

interface OnPath {
  readonly bin: string;
  readonly version: readonly number[];
  readonly hasNodeHost: boolean;
}

interface Ways {
  readonly cliOnPath: () => Promise<OnPath | undefined>;
  readonly vendorSiteProblem: () => Promise<string | undefined>;
  readonly installOfficial: (folder: string) => Promise<void>;
  readonly buildFromSource: (folder: string) => Promise<void>;
}

interface Cli {
  pulumiEnvironment(ways: Ways): Promise<{ readonly bin: string; readonly env: { readonly PATH: string } }>;
}

type ErrorClass = new (message: string) => Error;

const recent: OnPath = { bin: "/opt/pulumi", version: [99], hasNodeHost: true };
const old: OnPath = { ...recent, version: [3, 1] };

describe("getting the Pulumi CLI", () => {
  let cli: Cli;
  let errors: { readonly Problem: ErrorClass; readonly Interrupted: ErrorClass };
  let official: string;
  let built: string;
  let cache: string;
  let taken: string[];
  let said: string[];
  const earlier = { cache: process.env.HERON_AURORA_CACHE, error: console.error };

  before(async () => {
    cli = (await scriptModule("pulumi/cli.mjs")) as Cli;
    errors = (await scriptModule("problem.mjs")) as typeof errors;
    official = ((await scriptModule("pulumi/official.mjs")) as { officialName: string }).officialName;
    built = ((await scriptModule("pulumi/from-source.mjs")) as { builtName: string }).builtName;
  });

  beforeEach(() => {
    cache = mkdtempSync(join(tmpdir(), "cli-"));
    process.env.HERON_AURORA_CACHE = cache;
    [taken, said] = [[], []];
    console.error = (text: string) => said.push(text.trim());
  });

  afterEach(() => {
    console.error = earlier.error;
    if (earlier.cache === undefined) delete process.env.HERON_AURORA_CACHE;
    else process.env.HERON_AURORA_CACHE = earlier.cache;
    rmSync(cache, { recursive: true });
  });

  /** Gets a CLI where each way that is not given works: none on PATH, a site that answers. */
  function get(given: Partial<Ways> = {}) {
    const ways: Ways = {
      cliOnPath: () => Promise.resolve(undefined),
      vendorSiteProblem: () => Promise.resolve(undefined),
      installOfficial: () => Promise.resolve(),
      buildFromSource: () => Promise.resolve(),
      ...given,
    };
    const noted =
      <A extends unknown[], R>(name: keyof Ways, way: (...args: A) => R) =>
      (...args: A): R => {
        taken.push(name);
        return way(...args);
      };
    return cli.pulumiEnvironment({
      cliOnPath: noted("cliOnPath", ways.cliOnPath),
      vendorSiteProblem: noted("vendorSiteProblem", ways.vendorSiteProblem),
      installOfficial: noted("installOfficial", ways.installOfficial),
      buildFromSource: noted("buildFromSource", ways.buildFromSource),
    });
  }

  const fails = (error: Error) => () => Promise.reject(error);
  const executable = (name: string) => join(cache, name, "bin", "pulumi");
  const installing = () => `installing the official one into ${join(cache, official)}`;
  const building = () => `building it from its public Go modules into ${join(cache, built)}`;

  it("takes the one on PATH, and says nothing", async () => {
    const { bin, env } = await get({ cliOnPath: () => Promise.resolve(recent) });
    assert.equal(bin, recent.bin);
    assert.equal(env.PATH, process.env.PATH);
    assert.deepEqual(taken, ["cliOnPath"]);
    assert.deepEqual(said, []);
  });

  it("says why the one on PATH will not do, and installs the official one", async () => {
    const { bin, env } = await get({ cliOnPath: () => Promise.resolve(old) });
    assert.equal(bin, executable(official));
    assert.equal(env.PATH.split(delimiter)[0], join(cache, official, "bin"));
    assert.deepEqual(taken, ["cliOnPath", "vendorSiteProblem", "installOfficial"]);
    assert.equal(said.length, 3);
    assert.equal(said[0], "==> Pulumi CLI");
    assert.match(said[1] ?? "", /^\/opt\/pulumi will not do: version 3\.1 is older than 3\.\d+$/);
    assert.equal(said[2], installing());
  });

  it("builds one where the vendor's site does not answer, and says so", async () => {
    const { bin } = await get({ vendorSiteProblem: () => Promise.resolve("ENOTFOUND") });
    assert.equal(bin, executable(built));
    assert.deepEqual(taken, ["cliOnPath", "vendorSiteProblem", "buildFromSource"]);
    assert.deepEqual(said, ["==> Pulumi CLI", "the vendor's site does not answer (ENOTFOUND)", building()]);
  });

  it("builds one where the official one cannot be installed, and says why", async () => {
    const { bin } = await get({ installOfficial: fails(new errors.Problem("Installing failed: 403")) });
    assert.equal(bin, executable(built));
    assert.deepEqual(taken, ["cliOnPath", "vendorSiteProblem", "installOfficial", "buildFromSource"]);
    assert.deepEqual(said, ["==> Pulumi CLI", installing(), "Installing failed: 403", building()]);
  });

  it("builds none when the user stops the installation", async () => {
    await assert.rejects(get({ installOfficial: fails(new errors.Interrupted("interrupted")) }), errors.Interrupted);
    assert.deepEqual(taken, ["cliOnPath", "vendorSiteProblem", "installOfficial"]);
    assert.deepEqual(readdirSync(cache), []);
  });

  it("fails with the build's own words when there is no way left, and keeps nothing half made", async () => {
    const ways = {
      vendorSiteProblem: () => Promise.resolve("ENOTFOUND"),
      buildFromSource: fails(new errors.Problem("Building it needs Go")),
    };
    await assert.rejects(get(ways), /^Problem: Building it needs Go$/);
    assert.deepEqual(readdirSync(cache), []);
  });

  it("gets one once", async () => {
    await get();
    [taken, said] = [[], []];
    assert.equal((await get()).bin, executable(official));
    assert.deepEqual(taken, ["cliOnPath"]);
    assert.deepEqual(said, []);
  });

  it("gets the same version from the vendor as from source, and takes no older one for it", async () => {
    const version = official.replace("pulumi-official-", "");
    assert.ok(built.startsWith(`pulumi-built-v${version}-`), built);
    const { officialOptions } = (await scriptModule("pulumi/official-options.mjs")) as {
      readonly officialOptions: (folder: string, version: string) => PulumiCommandOptions;
    };
    const found = (there: string) => {
      mkdirSync(join(cache, "bin"), { recursive: true });
      writeFileSync(join(cache, "bin/pulumi"), `#!/bin/sh\necho v${there}\n`, { mode: 0o755 });
      return PulumiCommand.get(officialOptions(cache, version));
    };
    assert.equal(String((await found(version)).version), version);
    await assert.rejects(found("3.249.0"), /Minimum version requirement failed/);
  });
});
