import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { builtinModules } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { repoRoot } from "../support/paths";

const { version, dependencies, peerDependencies } = JSON.parse(
  readFileSync(join(repoRoot, "package.json"), "utf8"),
) as Readonly<Record<"version", string>> & Readonly<Record<"dependencies" | "peerDependencies", object>>;

function run(folder: string, command: string, ...args: string[]): string {
  const { status, stdout, stderr } = spawnSync(command, args, { cwd: folder, encoding: "utf8" });
  assert.equal(status, 0, `${command} ${args.join(" ")}\n${stdout}${stderr}`);
  return stdout;
}

describe("The package that npm pack makes", function () {
  this.timeout(300_000);
  let root: string;
  let project: string;
  let installed: string;
  let files: readonly string[];

  before(() => {
    root = mkdtempSync(join(tmpdir(), "heron-release-"));
    // The scripts would build anew what other tests are running.
    const packed = run(repoRoot, "npm", "pack", "--json", "--ignore-scripts", "--pack-destination", root);
    const [{ filename, files: all }] = JSON.parse(packed) as [
      { readonly filename: string; readonly files: readonly { readonly path: string }[] },
    ];
    files = all.map(({ path }) => path);
    for (const each of ["core", "wordcount"]) symlinkSync(join(repoRoot, "examples", each), join(root, each));
    project = join(root, "environments");
    cpSync(join(repoRoot, "examples", "environments"), project, {
      recursive: true,
      filter: (path) => !path.includes(".heron"),
    });
    writeFileSync(join(project, "package.json"), JSON.stringify({ name: "user", private: true }));
    run(project, "npm", "install", "--prefer-offline", "--no-audit", "--no-fund", "--ignore-scripts", `../${filename}`);
    installed = join(project, "node_modules", "pulumi-heron-aurora");
  });

  after(() => {
    rmSync(root, { recursive: true, force: true });
  });

  it("holds what its users need, and neither tests nor sandbox nor a path of the machine that made it", () => {
    for (const needed of [
      "bin/components/index.js",
      "bin/components/index.d.ts",
      "bin/components/provider.js",
      "bin/scripts/heron-aurora.js",
      "bin/policies/index.js",
      "components/config/stack.schema.json",
      "policies/PulumiPolicy.yaml",
      "policies/package.json",
      "templates/thermos/task.yaml",
      "CHANGELOG.md",
      "LICENSE",
      "README.md",
    ])
      assert.ok(files.includes(needed), needed);
    assert.deepEqual(
      files.filter((path) => /test|sandbox\/|bench|soak|golden|(?<!\.d)\.ts$|node_modules|\.heron/.test(path)),
      [],
    );
    const withPath = files.filter((path) => readFileSync(join(installed, path), "utf8").includes(repoRoot));
    assert.deepEqual(withPath, []);
  });

  it("holds the licences of the libraries that the build has put into it", () => {
    const licences = readFileSync(join(installed, "bin/components/LICENSES"), "utf8");
    for (const library of ["@bufbuild/protobuf", "node-int64", "thrift", "uuid"])
      assert.match(licences, new RegExp(`^${library} \\d`, "m"));
  });

  it("depends on all that it loads", () => {
    const known = new Set([...Object.keys(dependencies), ...Object.keys(peerDependencies), ...builtinModules]);
    const loaded = files
      .filter((path) => path.endsWith(".js"))
      .flatMap((path) => [
        ...readFileSync(join(installed, path), "utf8").matchAll(/\b(?:require|import)\(["']([^."'][^"']*)["']\)/g),
      ])
      .map(([, name = ""]) => name.replace(/^node:/, ""))
      .map((name) => (name.startsWith("@") ? name.split("/").slice(0, 2) : name.split("/").slice(0, 1)).join("/"));
    assert.deepEqual(
      [...new Set(loaded)].filter((name) => !known.has(name) && name !== "pulumi-heron-aurora").sort(),
      [],
    );
  });

  it("plans a stack by its command, once installed", () => {
    const plans = JSON.parse(run(project, "npx", "--no-install", "heron-aurora", "plan", "prod", "--json")) as object;
    assert.deepEqual(Object.keys(plans), ["Billing", "Clicks"]);
  });

  it("is typed for a program that uses it", () => {
    writeFileSync(
      join(project, "program.ts"),
      `import { HeronCluster, HeronTopology, type HeronTopologyArgs } from "pulumi-heron-aurora";
const args: HeronTopologyArgs = { name: "a", package: "a.jar", class: "A", parallelism: { word: 2 } };
declare const cluster: HeronCluster;
export const key: string | undefined = new HeronTopology("a", { ...args, cluster }).name;
// @ts-expect-error a count is a number
new HeronTopology("b", { ...args, cluster, parallelism: { word: "2" } });
`,
    );
    const tsc = join(repoRoot, "node_modules", "typescript", "bin", "tsc");
    const options = ["--noEmit", "--strict", "--skipLibCheck", "--module", "nodenext"];
    run(project, process.execPath, tsc, ...options, "program.ts");
  });

  it("gives the engine its providers", () => {
    const text = 'console.log(Object.keys(require("pulumi-heron-aurora/provider")).join())';
    const providers = run(project, process.execPath, "-e", text).trim().split(",");
    assert.ok(providers.includes("auroraJob") && providers.includes("packageFile"), String(providers));
  });

  it("has its version in the changelog", () => {
    const changelog = readFileSync(join(installed, "CHANGELOG.md"), "utf8");
    assert.ok(changelog.includes(`## [${version}]`), version);
  });
});

describe("The API reference", function () {
  this.timeout(120_000);

  it("is what the docstrings say, and every export has one", () => {
    const folder = mkdtempSync(join(tmpdir(), "heron-api-"));
    try {
      // A warning, such as of an export without a docstring, is an error (typedocOptions in package.json).
      run(repoRoot, process.execPath, join(repoRoot, "node_modules", "typedoc", "bin", "typedoc"), "--out", folder);
      assert.deepEqual(readdirSync(folder), readdirSync(join(repoRoot, "docs", "api")));
      for (const file of readdirSync(folder)) {
        const [made, committed] = [folder, join(repoRoot, "docs", "api")].map((at) =>
          readFileSync(join(at, file), "utf8"),
        );
        assert.equal(committed, made, `docs/api/${file}: write it anew: npm run api`);
      }
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });
});
