import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { load } from "js-yaml";
import { UserError } from "../../../components/errors";
import { checkHeronAurora, checkMetadata } from "../../../components/heron/conf/heron-aurora";
import { unknownKeys } from "../../../components/heron/conf/keys";
import { withOverrides } from "../../../components/heron/conf/overrides";
import { render, template } from "../../../components/render";
import { goldenPath } from "../../support/paths";

const text = "# first\na: 1\n\n# a map\nb:\n  one: 1\n  deep:\n    x: 1\n    y: 2\nlist:\n- p\n- q\nlast: z\n";

describe("overrides of a conf file", () => {
  it("leave the text as it is where there are none", () => {
    assert.equal(withOverrides(text, {}), text);
  });

  it("lay maps over what is there, key by key, and replace everything else where it stands", () => {
    const changed = withOverrides(text, { b: { deep: { y: 3 }, two: 2 }, list: ["r"], a: "yes", fresh: { k: true } });
    assert.deepEqual(load(changed), {
      a: "yes",
      b: { one: 1, deep: { x: 1, y: 3 }, two: 2 },
      list: ["r"],
      last: "z",
      fresh: { k: true },
    });
    assert.match(changed, /^# first\na: 'yes'\n\n# a map\nb:/);
  });

  it("pass a key that Heron is not known to read, with a warning and a suggestion", () => {
    assert.deepEqual(
      unknownKeys({
        "scheduler.yaml": { "heron.scheduler.is.servise": false, "heron.scheduler.job.link.template": "x" },
        "statemgr.yaml": {
          "heron.statemgr.zookeeper.retry.count": 3,
          "heron.statemgr.localfs.is.initialize.file.tree": true,
        },
        "uploader.yaml": { "heron.uploader.http.uri": "x" },
        "metrics_sinks.yaml": { "file-sink": {}, graphite: {} },
      }),
      [
        "conf.scheduler.yaml: Heron is not known to read 'heron.scheduler.is.servise'; did you mean 'heron.scheduler.is.service'?. It is written as it is.",
        "conf.metrics_sinks.yaml: Heron is not known to read 'graphite'. It is written as it is.",
      ],
    );
  });
});

describe("a heron.aurora of the user's", () => {
  const ours = render(template("conf", "heron.aurora"), { fetchTopology: "get {{TOPOLOGY_PACKAGE_URI}}", ports: [] });

  it("passes with the bindings that a topology's job needs, and metadata that heron.scheduler.properties binds", () => {
    checkHeronAurora(`${ours} {{AURORA_METADATA_1}} {{mesos.instance}} {{thermos.ports[http]}}`, "mine");
  });

  it("passes as Heron ships it", () => {
    checkHeronAurora(readFileSync(goldenPath("heron", "_conf", "heron.aurora"), "utf8"), "stock");
  });

  it("is refused without one of them, or with one that nobody binds", () => {
    const refused = (content: string, message: RegExp) => {
      assert.throws(
        () => {
          checkHeronAurora(content, "mine");
        },
        (error) => error instanceof UserError && message.test(error.message),
      );
    };
    refused(ours.replaceAll("{{NUM_CONTAINERS}}", "3"), /^heronAurora: mine uses no \{\{NUM_CONTAINERS\}\}, which/);
    refused(
      ours.replace(/^.*TOPOLOGY_PACKAGE_URI.*$/m, "# {{TOPOLOGY_PACKAGE_URI}}"),
      /uses no \{\{TOPOLOGY_PACKAGE_URI\}\}/,
    );
    refused(`${ours} {{CLUSTR}}`, /^heronAurora: nobody binds \{\{CLUSTR\}\} of mine/);
  });
});

describe("the metadata of a heron.aurora of the user's", () => {
  const check = (text: string) => checkMetadata(text, "mine", ["owner", "task"]);

  it("is found however Python writes it, and in whichever order", () => {
    check(`metadata=[Metadata(key="task",value='{{AURORA_METADATA_2}}'),
      Metadata(
        key = 'owner',
        value = "{{AURORA_METADATA_1}}",
      ), Metadata(key = 'team', value = 'a')]`);
  });

  it("is asked for, in lines to copy, where it lacks, is commented out, or has another binding", () => {
    const lines = [
      "Metadata(key = 'owner', value = '{{AURORA_METADATA_1}}'),",
      "Metadata(key = 'task', value = '{{AURORA_METADATA_2}}'),",
    ];
    check(lines.join("\n"));
    for (const text of [
      "",
      lines[0] ?? "",
      lines.map((line) => `# ${line}`).join("\n"),
      lines.join("\n").replaceAll("_2", "_3"),
      lines.join("\n").replaceAll("owner", "team"),
    ]) {
      assert.throws(
        () => check(text),
        (error) => error instanceof UserError && lines.every((line) => error.message.includes(line)),
        text,
      );
    }
  });
});
