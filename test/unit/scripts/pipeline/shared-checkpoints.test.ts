import assert from "node:assert/strict";
import type { HeronClusterArgs } from "../../../../components/cluster-args";
import type { StackDocument } from "../../../../components/config/load";
import { sharedCheckpoints } from "../../../../scripts/pipeline/shared-checkpoints";

const config = "heron.statefulstorage.config";
const hdfsRoot = "heron.statefulstorage.hdfs.root.path";
const localRoot = "heron.statefulstorage.localfs.root.path";
const localStorage = "org.apache.heron.statefulstorage.localfs.LocalFileSystemStorage";

describe("the checkpoints of a project's stacks", () => {
  const inHdfs = (root?: string) => ({
    [config]: { "heron.statefulstorage.classpath": "/etc/hadoop", ...(root !== undefined && { [hdfsRoot]: root }) },
  });
  const onDisks = (root: string) => ({
    "heron.statefulstorage.classname": localStorage,
    [config]: { [localRoot]: root },
  });

  const stack = (
    name: string,
    stateful: NonNullable<HeronClusterArgs["conf"]>[string] | undefined,
    { cluster = "west", topologies = ["Words", "Clicks"] } = {},
  ) =>
    ({
      document: `stacks/${name}.yaml`,
      topologies: topologies.map((each) => ({ args: { name: each } })),
      cluster: {
        cluster,
        scheduler: { url: "http://aurora.example:8081" },
        ...(stateful !== undefined && { conf: { "stateful.yaml": stateful } }),
      },
    }) as unknown as StackDocument;

  it("are told of where they lie in one folder, of topologies of the same names", () => {
    const [told, ...more] = sharedCheckpoints(stack("prod", inHdfs("/words/")), [
      stack("dev", inHdfs("/words"), { cluster: "east", topologies: ["Words", "Other"] }),
      stack("test", inHdfs("/words-test")),
    ]);
    assert.deepEqual(more, []);
    assert.match(
      told ?? "",
      /^stacks\/prod\.yaml and stacks\/dev\.yaml have one folder for checkpoints \(heron\.statefulstorage\.hdfs\.root\.path: \/words\), and both run Words: /,
    );
    assert.equal(sharedCheckpoints(stack("prod", inHdfs()), [stack("dev", inHdfs())]).length, 1);
    assert.equal(sharedCheckpoints(stack("prod", onDisks("/words")), [stack("dev", onDisks("/words"))]).length, 1);
  });

  it("are not spoken of where they do not meet", () => {
    for (const [prod, other] of [
      [stack("prod", inHdfs("/words")), stack("dev", inHdfs("/words"), { topologies: ["Other"] })],
      [stack("prod", inHdfs("/words")), stack("dev", undefined)],
      [stack("prod", undefined), stack("dev", undefined)],
      [stack("prod", inHdfs("/words")), stack("dev", onDisks("/words"))],
      [stack("prod", onDisks("/words")), stack("dev", onDisks("/words"), { cluster: "east" })],
      [stack("prod", onDisks("/a")), stack("dev", onDisks("/b"))],
    ] as const)
      assert.deepEqual(sharedCheckpoints(prod, [other]), []);
  });
});
