import assert from "node:assert/strict";
import { cpSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { load } from "js-yaml";

import { loadStack } from "../../../components/config/load";
import { resolvePath } from "../../../components/config/paths";
import { DocumentError } from "../../../components/config/problem";
import { UserError } from "../../../components/errors";
import { repoRoot } from "../../support/paths";
import type { Files } from "./documents";
import { goodFiles, problemLines, stackYaml, topologyYaml, withFiles, writeFiles } from "./documents";

function loadFrom(files: Files): ReturnType<typeof loadStack> {
  return withFiles({ ...goodFiles, ...files }, (root) => loadStack(join(root, "stacks", "prod.yaml")));
}

function linesFrom(files: Files): readonly string[] {
  return problemLines(() => loadFrom(files));
}

describe("loadStack", () => {
  it("gives the cluster's and the topologies' arguments as written, folders beside them", () => {
    withFiles(goodFiles, (root) => {
      const { document, baseDirectory, cluster, topologies } = loadStack(join(root, "stacks", "prod.yaml"));
      const own = topologies.map(({ document, args, baseDirectory }) => ({ document, args, baseDirectory }));
      assert.deepEqual(
        { document, baseDirectory, cluster, topologies: own },
        {
          document: "stacks/prod.yaml",
          baseDirectory: join(root, "stacks"),
          cluster: {
            cluster: "west",
            role: "heron",
            environment: "prod",
            scheduler: { url: "https://aurora.example:8081" },
            state: { zookeeper: { servers: "zk1.example:2181" } },
            artifacts: { directory: { path: "/mnt/heron/packages" } },
            core: { path: "../dist/heron-core.tar.gz" },
          },
          topologies: [
            {
              document: "stacks/topologies/wordcount.yaml",
              args: { name: "wordcount", package: "wordcount.jar", class: "org.example.WordCount" },
              baseDirectory: join(root, "stacks", "topologies"),
            },
          ],
        },
      );
    });
  });

  it("gives the same arguments wherever the documents lie, none with a path of this machine", () => {
    const [here, there] = [loadFrom({}), loadFrom({})];
    assert.notEqual(here.baseDirectory, there.baseDirectory);
    assert.deepEqual(
      [here.cluster, here.topologies.map(({ args }) => args)],
      [there.cluster, there.topologies.map(({ args }) => args)],
    );
  });

  it("lays defaults under every topology, and not into the cluster's arguments", () => {
    const { cluster, topologies } = loadFrom({
      "stacks/prod.yaml": `${stackYaml}defaults: { priority: 1, update: { batchSize: 2, watchSeconds: 5 } }\n`,
      "stacks/topologies/wordcount.yaml": `${topologyYaml}update: { watchSeconds: 9 }\n`,
      "stacks/topologies/xother.yaml": topologyYaml.replace("name: wordcount", "name: other"),
    });
    assert.deepEqual(
      topologies.map(({ args: { name, priority, update } }) => ({ name, priority, update })),
      [
        { name: "wordcount", priority: 1, update: { batchSize: 2, watchSeconds: 9 } },
        { name: "other", priority: 1, update: { batchSize: 2, watchSeconds: 5 } },
      ],
    );
    assert.equal("defaults" in cluster, false);
    assert.equal("topologies" in cluster, false);
  });

  it("reads each file once however many globs match it, in the order of the names", () => {
    const { topologies } = loadFrom({
      "stacks/prod.yaml": `${stackYaml}topologies: ["topologies/w*.yaml", "topologies/*.yaml", "../more/**/*.yaml"]\n`,
      "stacks/topologies/a.yaml": topologyYaml.replace("name: wordcount", "name: a"),
      "more/deep/b.yaml": topologyYaml.replace("name: wordcount", "name: b"),
      "more/deep/wordcount.jar": "",
    });
    assert.deepEqual(
      topologies.map(({ document, args }) => [document, args.name]),
      [
        ["more/deep/b.yaml", "b"],
        ["stacks/topologies/a.yaml", "a"],
        ["stacks/topologies/wordcount.yaml", "wordcount"],
      ],
    );
  });

  it("reads each document of a file as a topology and names it by its number", () => {
    const { topologies } = loadFrom({
      "stacks/topologies/wordcount.yaml": `${topologyYaml}---\n${topologyYaml.replace("wordcount", "second")}`,
    });
    assert.deepEqual(
      topologies.map(({ document, args }) => [document, args.name]),
      [
        ["stacks/topologies/wordcount.yaml (document 1)", "wordcount"],
        ["stacks/topologies/wordcount.yaml (document 2)", "second"],
      ],
    );
  });

  it("takes a stack without topologies when it says so", () => {
    assert.deepEqual(loadFrom({ "stacks/prod.yaml": `${stackYaml}topologies: []\n` }).topologies, []);
  });

  it("lists all that is wrong in all files at once", () => {
    assert.deepEqual(
      linesFrom({
        "stacks/prod.yaml": stackYaml.replace("role:", "rolle:").replace("../dist", "../gone"),
        "stacks/topologies/wordcount.yaml": `${topologyYaml}parallelism: { word: 0 }\n`,
        "stacks/topologies/bad.yaml": "name: [",
        "stacks/topologies/other.yaml": topologyYaml.replace("wordcount.jar", "gone.jar"),
      }),
      [
        "stacks/prod.yaml: role: required: expected letters, digits, '_', '-' and '.' alone, 1 to 255 of them, as Aurora's identifiers are, found nothing",
        "stacks/prod.yaml: rolle: unknown key; did you mean 'role'?",
        "stacks/prod.yaml: core.path: expected a file (paths are relative to the document), found none at gone/heron-core.tar.gz",
        "stacks/topologies/bad.yaml: line 2, column 1: expected YAML, found an error in it: unexpected end of the stream within a flow collection",
        "stacks/topologies/other.yaml: package: expected a file (paths are relative to the document), found none at stacks/topologies/gone.jar",
        "stacks/topologies/wordcount.yaml: parallelism.word: expected a whole number of at least 1, found 0",
        "stacks/topologies/wordcount.yaml: name: expected a name of its own, found 'wordcount', which the topology in stacks/topologies/other.yaml has too",
      ],
    );
  });

  it("throws an error for users, with a list of the problems", () => {
    assert.throws(
      () => loadFrom({ "stacks/prod.yaml": stackYaml.replace("role: heron", "role: he ron") }),
      (error) => {
        assert.ok(error instanceof UserError && error instanceof DocumentError);
        assert.deepEqual(
          error.problems.map(({ file, path }) => ({ file, path })),
          [{ file: "stacks/prod.yaml", path: "role" }],
        );
        return true;
      },
    );
  });

  it("tells where a definition is missing and when a package is a folder", () => {
    assert.deepEqual(
      linesFrom({
        "stacks/topologies/wordcount.yaml": `${topologyYaml.replace("wordcount.jar", "lib.jar")}definition: ../w.defn\n`,
        "stacks/topologies/lib.jar/inside": "",
      }),
      [
        "stacks/topologies/wordcount.yaml: package: expected a file (paths are relative to the document), found none at stacks/topologies/lib.jar",
        "stacks/topologies/wordcount.yaml: definition: expected a file (paths are relative to the document), found none at stacks/w.defn",
      ],
    );
  });

  it("refuses a glob that matches nothing, and the default one likewise", () => {
    assert.deepEqual(linesFrom({ "stacks/prod.yaml": `${stackYaml}topologies: ["topologies/*.yaml", "x/*.yaml"]\n` }), [
      "stacks/prod.yaml: topologies[1]: expected topology documents, found no file that matches 'x/*.yaml' (`topologies: []` is for none)",
    ]);
    assert.deepEqual(
      problemLines(() =>
        withFiles({ "stacks/prod.yaml": stackYaml, "dist/heron-core.tar.gz": "" }, (root) =>
          loadStack(join(root, "stacks", "prod.yaml")),
        ),
      ),
      [
        "stacks/prod.yaml: topologies: expected topology documents, found no file that matches 'topologies/*.yaml' (`topologies: []` is for none)",
      ],
    );
  });

  it("refuses to pass over documents that end in .yml, whose topologies would be taken for removed", () => {
    const clicks = { "stacks/topologies/clicks.yml": topologyYaml.replace("wordcount", "clicks") };
    const told =
      "stacks/prod.yaml: topologies: expected topology documents that end in .yaml, found topologies/clicks.yml: rename it, " +
      "or say here which files are meant";
    assert.deepEqual(linesFrom(clicks), [told]);
    const alone = { "stacks/prod.yaml": stackYaml, "dist/heron-core.tar.gz": "", ...clicks };
    const lines = problemLines(() => withFiles(alone, (root) => loadStack(join(root, "stacks", "prod.yaml"))));
    assert.deepEqual(lines[0], told);
    const named = `${stackYaml}topologies: [topologies/*.yaml]\n`;
    assert.equal(loadFrom({ ...clicks, "stacks/prod.yaml": named }).topologies.length, 1);
    assert.deepEqual(linesFrom({ "stacks/defaults.yml": "owner: ada\n" }), [
      "stacks/defaults.yml: (document): nothing reads a document of this name: call it defaults.yaml",
    ]);
  });

  it("looks for no topologies outside of relative globs", () => {
    assert.deepEqual(linesFrom({ "stacks/prod.yaml": `${stackYaml}topologies: ["/etc/*.yaml"]\n` }), [
      "stacks/prod.yaml: topologies[0]: expected a file name or glob, relative to the stack document, found '/etc/*.yaml'",
    ]);
  });

  it("tells of hosts dedicated to another role, in a topology and in the defaults", () => {
    assert.deepEqual(
      linesFrom({
        "stacks/prod.yaml": `${stackYaml}defaults: { dedicated: ads/streaming }\n`,
        "stacks/topologies/wordcount.yaml": `${topologyYaml}dedicated: web/streaming\n`,
      }),
      [
        "stacks/prod.yaml: defaults.dedicated: expected hosts of the stack's own role, 'heron/…', or of all, '*/…', found 'ads/streaming'",
        "stacks/topologies/wordcount.yaml: dedicated: expected hosts of the stack's own role, 'heron/…', or of all, '*/…', found 'web/streaming'",
      ],
    );
  });

  it("tells of what no Heron instance can have, where it is written", () => {
    const instance = (of: string, value: string) => `{ heron.resources.instance.${of}: ${value} }`;
    assert.deepEqual(
      linesFrom({
        "stacks/prod.yaml":
          `${stackYaml}conf: { packing.yaml: ${instance("ram", "[1]")} }\ndefaults: { heronConfig: ${instance("cpu", "0")} }\n` +
          `overlays: { wordcount: { heronConfig: ${instance("ram", "1GB")} } }\n`,
        "stacks/topologies/wordcount.yaml": `${topologyYaml}heronConfig: ${instance("disk", "1.5")}\n`,
      }).map((line) => line.replaceAll("heron.resources.instance.", "")),
      [
        'stacks/prod.yaml: conf["packing.yaml"]["ram"]: is [1]: give a whole number of bytes above 0',
        'stacks/prod.yaml: defaults.heronConfig["cpu"]: is 0: give a number of cores above 0',
        'stacks/prod.yaml: overlays.wordcount.heronConfig["ram"]: is "1GB": give a whole number of bytes above 0',
        'stacks/topologies/wordcount.yaml: heronConfig["disk"]: is 1.5: give a whole number of bytes above 0',
      ],
    );
  });

  it("refuses a stack file that is missing or holds several documents", () => {
    withFiles({}, (root) => {
      assert.deepEqual(
        problemLines(() => loadStack(join(root, "stacks", "gone.yaml"))),
        ["stacks/gone.yaml: (document): expected a file that can be read, found none"],
      );
    });
    assert.deepEqual(linesFrom({ "stacks/prod.yaml": `${stackYaml}---\n${stackYaml}` }), [
      "stacks/prod.yaml: (document): expected a single stack document, found 2, separated by '---'",
    ]);
  });

  it("tells of a link among the topologies that leads nowhere: its topology is not to be taken for removed", () => {
    withFiles(goodFiles, (root) => {
      symlinkSync("gone.yaml", join(root, "stacks", "topologies", "other.yaml"));
      assert.deepEqual(
        problemLines(() => loadStack(join(root, "stacks", "prod.yaml"))),
        ["stacks/topologies/other.yaml: (document): expected a file that can be read, found none"],
      );
    });
  });

  it("reads a document through a link once, under the link's name", () => {
    withFiles({ ...goodFiles, "elsewhere/wc.yaml": topologyYaml.replace("wordcount\n", "other\n") }, (root) => {
      symlinkSync("../../elsewhere/wc.yaml", join(root, "stacks", "topologies", "other.yaml"));
      const { topologies } = loadStack(join(root, "stacks", "prod.yaml"));
      assert.deepEqual(
        topologies.map(({ document }) => document),
        ["stacks/topologies/other.yaml", "stacks/topologies/wordcount.yaml"],
      );
    });
  });

  it("refuses a file in another encoding, and a shared document that is no map", () => {
    withFiles(goodFiles, (root) => {
      writeFileSync(
        join(root, "stacks", "topologies", "wordcount.yaml"),
        Buffer.from(`${topologyYaml}# grüße\n`, "latin1"),
      );
      assert.deepEqual(
        problemLines(() => loadStack(join(root, "stacks", "prod.yaml"))),
        ["stacks/topologies/wordcount.yaml: (document): expected text in UTF-8, found other bytes: save it as UTF-8"],
      );
    });
    for (const text of ["- a\n", "hello\n"])
      assert.deepEqual(linesFrom({ "stacks/defaults.yaml": text }), [
        "stacks/defaults.yaml: (document): expected a map, found none",
      ]);
  });

  it("tells of an overlay that is no map, or names an absolute path, where it stands", () => {
    assert.deepEqual(linesFrom({ "stacks/prod.yaml": `${stackYaml}overlays:\n  wordcount:\n` }), [
      "stacks/prod.yaml: overlays.wordcount: expected a map, found nothing",
    ]);
    withFiles(goodFiles, (root) => {
      const jar = join(root, "stacks", "topologies", "wordcount.jar");
      writeFiles(root, { "stacks/prod.yaml": `${stackYaml}overlays: { wordcount: { package: "${jar}" } }\n` });
      assert.deepEqual(
        problemLines(() => loadStack(join(root, "stacks", "prod.yaml"))),
        [
          `stacks/prod.yaml: overlays.wordcount.package: expected a path relative to this document, found the absolute '${jar}'`,
        ],
      );
    });
  });

  it("refuses a scale that makes more of a component than a document may ask for itself", () => {
    assert.deepEqual(
      linesFrom({
        "stacks/prod.yaml": `${stackYaml}scale: 1.0e+9\n`,
        "stacks/topologies/wordcount.yaml": `${topologyYaml}parallelism: { word: 2 }\n`,
      }),
      [
        "stacks/prod.yaml: scale: gives word of wordcount 2000000000 instances, more than 100000: " +
          "make it smaller, or say its parallelism in an overlay",
      ],
    );
  });

  it("takes a pattern of environments as the scheduler's Java does", () => {
    const { cluster } = loadFrom({
      "stacks/prod.yaml": `${stackYaml.replace("environment: prod", "environment: qa-1")}environmentPattern: '^qa\\-\\d$'\n`,
    });
    assert.equal(cluster.environment, "qa-1");
    loadFrom({ "stacks/prod.yaml": `${stackYaml}environmentPattern: '\\p{L}+'\n` });
    loadFrom({ "stacks/prod.yaml": `${stackYaml}environmentPattern: '(?i)PROD|QA'\n` });
    assert.match(
      linesFrom({ "stacks/prod.yaml": `${stackYaml}environmentPattern: '\\p{Alnum}+'\n` }).join("\n"),
      /environmentPattern: expected a regular expression/,
    );
  });

  it("takes the stack documents of this project", () => {
    withFiles({}, (root) => {
      cpSync(join(repoRoot, "stacks"), join(root, "stacks"), { recursive: true });
      const topology = load(readFileSync(join(repoRoot, "stacks", "topologies", "wordcount.yaml"), "utf8")) as {
        package: string;
        definition: string;
      };
      writeFiles(root, {
        "examples/core/heron-core.tar.gz": "",
        [join("stacks", "topologies", topology.package)]: "",
        [join("stacks", "topologies", topology.definition)]: "",
      });
      const { cluster, topologies } = loadStack(join(root, "stacks", "local.yaml"));
      assert.deepEqual([cluster.cluster, cluster.role, cluster.environment], ["sandbox", "heron", "devel"]);
      assert.deepEqual(
        topologies.map(({ args }) => [args.name, args.update?.watchSeconds]),
        [["WordCount", 5]],
      );
    });
  });
});

describe("resolvePath", () => {
  it("takes a path from the folder of its document", () => {
    assert.equal(resolvePath("/srv/heron/stacks", "../dist/heron-core.tar.gz"), "/srv/heron/dist/heron-core.tar.gz");
  });
});
