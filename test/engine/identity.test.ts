import assert from "node:assert/strict";
import { cpSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { homedir, tmpdir } from "node:os";
import { join } from "node:path";
import { transformSync } from "esbuild";
import { readDefinition, writeDefinition } from "../../components/heron/definition";
import { LocalEnvironment } from "../support/local-environment";
import { repoRoot } from "../support/paths";
import type { StateResource, TestProject } from "../support/project";

const examples = ["core/heron-core.tar.gz", "wordcount/wordcount.jar", "wordcount/wordcount.defn"].map((file) =>
  join(repoRoot, "examples", file),
);

const mostProviderBytes = 100;

describe("a deployed project that is copied to another folder, with a library whose every function was changed", () => {
  let environment: LocalEnvironment;
  let copy: TestProject;
  let deployed: readonly StateResource[];

  before(async () => {
    environment = await LocalEnvironment.start();
    for (const file of examples) cpSync(file, environment.project.path("files", file.split("/").at(-1) ?? ""));
    environment.document({ core: { path: "../files/heron-core.tar.gz" } });
    environment.topology({ package: "../../files/wordcount.jar", definition: "../../files/wordcount.defn" });
    await environment.project.up();
    deployed = await environment.project.resources();
    copy = environment.project.copy();
    copy.install();
    const compiled = copy.path("node_modules", "pulumi-heron-aurora", "bin");
    for (const name of readdirSync(compiled, { recursive: true, encoding: "utf8" })) {
      if (name.endsWith(".js")) rewrite(join(compiled, name));
    }
  });

  after(async () => {
    copy.dispose();
    await environment.dispose();
  });

  for (const command of ["preview", "up"] as const) {
    it(`has nothing to change by ${command}`, async () => {
      const calls = environment.sandbox.requests().length;
      const { output } = await copy[command]("--expect-no-changes");
      assert.match(output, /6 unchanged/);
      assert.deepEqual(environment.writes(calls), []);
    });
  }

  it("has the same few bytes for the provider of each kind of resource, by the old code and by the new", async () => {
    const before = providers(deployed);
    assert.deepEqual([...before.keys()].sort(), ["heron:AuroraJob", "heron:PackageFile"]);
    assert.deepEqual(providers(await copy.resources()), before);
    for (const [kind, texts] of before) {
      assert.equal(texts.length, 1, kind);
      assert.ok(Buffer.byteLength(texts[0] ?? "") < mostProviderBytes, `${kind}: ${texts[0]}`);
    }
  });
});

/** Writes compiled code anew with other text in every function that does the same: a closure that was kept would differ. */
function rewrite(file: string): void {
  writeFileSync(file, transformSync(readFileSync(file, "utf8"), { minify: true, platform: "node" }).code);
}

/** The different texts that the state holds as `__provider`, by kind of dynamic resource. */
function providers(resources: readonly StateResource[]): ReadonlyMap<string, readonly string[]> {
  const found = new Map<string, readonly string[]>();
  for (const { type, inputs } of resources) {
    const [, kind] = type.split("dynamic/");
    if (kind === undefined) continue;
    const text = JSON.stringify(inputs?.__provider ?? assert.fail(`${type} has no __provider`));
    found.set(kind, [...new Set([...(found.get(kind) ?? []), text])]);
  }
  return found;
}

describe("the state of a stack with 100 topologies", () => {
  const topologies = 100;
  const canary = "c4n4ry-";
  const mostBytesEach = 8 * 1024;
  let environment: LocalEnvironment;
  let state: string;
  let bytesEach: number;

  before(async () => {
    environment = await LocalEnvironment.start({
      users: `[users]\nada = ${canary}password, admin\n[roles]\nadmin = *\n`,
    });
    const { project } = environment;
    project.install();
    const set = ["config", "set", "--stack", "test", "--path"];
    await project.succeed([...set, "heron:credentials.sandbox.username", "ada"]);
    await project.succeed([...set, "heron:credentials.sandbox.zookeeper.username", "ada"]);
    for (const secret of ["password", "zookeeper.password"])
      await project.succeed([...set, "--secret", `heron:credentials.sandbox.${secret}`, `${canary}password`]);
    project.remove("stacks/topologies/WordCount.yaml");
    environment.document({ topologies: [] });
    await project.up();
    const empty = await deployment();
    const definition = readDefinition(readFileSync(join(repoRoot, "examples/wordcount/wordcount.defn")), "WordCount");
    for (let each = 0; each < topologies; each++) {
      const name = `Topology${each}`;
      project.write(`stacks/topologies/${name}.defn`, writeDefinition({ ...definition, name }));
      environment.topology({ name, definition: `${name}.defn` });
    }
    environment.document();
    await project.up();
    state = await deployment();
    bytesEach = (Buffer.byteLength(state) - Buffer.byteLength(empty)) / topologies;
  });

  after(() => environment.dispose());

  /** What the backend holds of the stack, as compact JSON. */
  async function deployment(): Promise<string> {
    const { stdout } = await environment.project.succeed(["stack", "export", "--stack", "test"]);
    return JSON.stringify((JSON.parse(stdout) as { deployment: unknown }).deployment);
  }

  it("is at most 8 KiB a topology", () => {
    assert.ok(bytesEach <= mostBytesEach, `${bytesEach} bytes a topology`);
  });

  it("holds no secret", () => {
    assert.deepEqual(occurrences(state, canary), []);
  });

  it("holds no path of the machine that runs Pulumi", () => {
    for (const path of [environment.project.directory, repoRoot, homedir()])
      assert.deepEqual(occurrences(state, path), [], path);
    // Temporary files of its own: only what the document names as the agents' lies there.
    const agents = [environment.stateRoot, environment.packages];
    const own = agents.reduce((text, path) => text.replaceAll(path, ""), state);
    assert.deepEqual(occurrences(own, tmpdir()), []);
  });
});

/** Each place of `text` in `where`, with what stands around it. */
function occurrences(where: string, text: string): string[] {
  return where
    .split(text)
    .slice(1)
    .map((after, index) => `${where.split(text)[index]?.slice(-40) ?? ""}${text}${after.slice(0, 40)}`);
}
