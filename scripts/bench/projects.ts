import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { readDefinition, writeDefinition } from "../../components/heron/definition";
import { LocalEnvironment } from "../../test/support/local-environment";
import { repoRoot } from "../../test/support/paths";
import { TestProject } from "../../test/support/project";

/** A stack to time. */
export interface BenchProject {
  readonly project: TestProject;
  dispose(): Promise<void>;
}

/** A stack of `count` topologies that differ by name, on a sandbox that simulates its tasks. */
export async function topologiesProject(count: number): Promise<BenchProject> {
  const environment = await topologiesEnvironment(count);
  return { project: environment.project, dispose: () => environment.dispose() };
}

/** The names of such topologies. */
export function topologyName(index: number): string {
  return `Topology${index}`;
}

/** Where {@link topologiesProject} is deployed to. */
export async function topologiesEnvironment(count: number): Promise<LocalEnvironment> {
  const environment = await LocalEnvironment.start();
  const { project } = environment;
  project.remove("stacks/topologies/WordCount.yaml");
  const definition = readDefinition(
    readFileSync(join(repoRoot, "examples/wordcount/wordcount.defn")),
    "wordcount.defn",
  );
  for (let each = 0; each < count; each++) {
    const name = topologyName(each);
    project.write(`stacks/topologies/${name}.defn`, writeDefinition({ ...definition, name }));
    environment.topology({ name, definition: `${name}.defn` });
  }
  return environment;
}

/** As many resources of the same kinds and parents, whose provider does nothing: what the engine itself costs. */
export async function floorProject(count: number): Promise<BenchProject> {
  const project = new TestProject(
    "test",
    `const pulumi = require("@pulumi/pulumi");
const provider = 'exports.handler=()=>require("floor/provider")';
class Trivial extends pulumi.CustomResource {
  constructor(name, options) { super("pulumi-nodejs:dynamic/floor:Trivial", name, { name, __provider: provider }, options); }
}
for (let each = 0; each < ${count}; each++) {
  const parent = new pulumi.ComponentResource("floor:index:Component", "component" + each);
  parent.registerOutputs();
  const first = new Trivial("package" + each, { parent });
  new Trivial("job" + each, { parent, dependsOn: [first] });
}
`,
  );
  const folder = project.path("node_modules", "floor");
  mkdirSync(folder, { recursive: true });
  writeFileSync(
    join(folder, "package.json"),
    JSON.stringify({ name: "floor", exports: { "./provider": "./provider.js" } }),
  );
  writeFileSync(
    join(folder, "provider.js"),
    `module.exports = {
  async check(olds, news) { return { inputs: news }; },
  async diff(id, olds, news) { return { changes: olds.name !== news.name }; },
  async create(inputs) { return { id: inputs.name, outs: inputs }; },
  async read(id, outs) { return { id, props: outs, inputs: outs }; },
  async update(id, olds, news) { return { outs: news }; },
  async delete() {},
};
`,
  );
  await project.init();
  return {
    project,
    dispose: disposal(project),
  };
}

/** A program that imports `module` and declares nothing. */
export async function emptyProject(module: string): Promise<BenchProject> {
  const project = new TestProject("test", `require(${JSON.stringify(module)});\n`);
  await project.init();
  return { project, dispose: disposal(project) };
}

function disposal(project: TestProject): () => Promise<void> {
  return () => {
    project.dispose();
    return Promise.resolve();
  };
}
