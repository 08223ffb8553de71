import assert from "node:assert/strict";
import { LocalEnvironment } from "../support/local-environment";

describe("a program whose cluster and topology are given what other resources make", () => {
  let environment: LocalEnvironment;

  before(async () => {
    environment = await LocalEnvironment.start();
  });

  after(() => environment.dispose());

  /** What is made is known once it is, and made anew where it is to be another. */
  const program = (made: { readonly owner: string; readonly words: number }) => {
    const cluster = { ...environment.clusterArgs(), writeConf: "conf" };
    environment.project.write(
      "index.js",
      `const pulumi = require("@pulumi/pulumi");
const { HeronCluster, HeronTopology } = require("pulumi-heron-aurora");
const maker = {
  create: async ({ given }) => ({ id: "made", outs: { given, ...JSON.parse(given) } }),
  diff: async (id, olds, news) => ({ changes: olds.given !== news.given, replaces: ["given"], deleteBeforeReplace: true }),
};
class Made extends pulumi.dynamic.Resource {
  constructor(given) {
    super(maker, "made", { given, owner: undefined, words: undefined });
  }
}
const { owner, words } = new Made(${JSON.stringify(JSON.stringify(made))});
const cluster = new HeronCluster("dev", { ...${JSON.stringify(cluster)}, owner });
new HeronTopology(${JSON.stringify(environment.job.name)}, { cluster, ...${JSON.stringify(environment.topologyArgs())}, parallelism: { words } });
`,
    );
  };

  const instances = async () => (await environment.aurora.tasks(environment.job, { active: true })).length;

  it("is previewed as not known, and its saved plan is kept to", async () => {
    const { project } = environment;
    for (const [words, running] of [
      [2, 3],
      [4, 4],
    ] as const) {
      program({ owner: "streaming", words });
      const { output } = await project.preview("--save-plan", "plan.json");
      assert.match(output, words === 2 ? /change +: \[unknown\]/ : /~ change: "submit 3 containers" => \[unknown\]/);
      await project.up("--plan", "plan.json");
      assert.equal(await instances(), running);
    }
    assert.match((await project.preview()).output, /unchanged/);
  });
});
