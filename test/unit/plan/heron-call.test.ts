import assert from "node:assert/strict";
import { heronCall } from "../../../components/plan/heron-call";
import type { HeronClusterArgs } from "../../../components/cluster-args";
import type { HeronTopologyArgs } from "../../../components/topology-args";
import { PreparedWordCount } from "../../support/prepared-word-count";

describe("what the heron CLI is given", () => {
  let wordCount: PreparedWordCount;

  before(() => {
    wordCount = new PreparedWordCount(["wordcount.tar.gz", "wordcount.so"]);
  });

  after(() => {
    wordCount.dispose();
  });

  const call = async (topology: Partial<HeronTopologyArgs> = {}, cluster: Partial<HeronClusterArgs> = {}) => {
    const prepared = await wordCount.prepare({ class: "a.B", ...topology }, { submitter: "heron-cli", ...cluster });
    return heronCall(prepared, "user/test", "task");
  };

  it("may be options of the main, which the CLI hands on", async () => {
    const args = ["--rate", "5", "-n", "3", "-5"];
    assert.deepEqual((await call({ args })).call.args, args);
  });

  const refusals: Readonly<Record<string, readonly [Partial<HeronTopologyArgs>, RegExp]>> = {
    "an argument that the CLI would take for an option of its own": [
      { args: ["--verbose"] },
      /^UserError: args\[0\]: .*argument '--verbose' for/,
    ],
    "the beginning of such an option's name": [{ args: ["--conf=x"] }, /argument '--conf=x' for/],
    "a job to be adopted": [{ adopt: true }, /'submitter: native' adopt it first/],
    "containers that somebody else scales": [
      { scaling: "outside" },
      /^UserError: scaling: .*another scaler\. Change that, or use 'submitter: native'/,
    ],
    "libraries for the main": [{ libraries: ["wordcount.jar"] }, /build them into the package/],
    "a compressed archive": [{ package: "wordcount.tar.gz" }, /takes no compressed archive: give a \.tar/],
    "a program that is named from somewhere": [
      { package: "wordcount.so", class: "bin/main" },
      /give its absolute path/,
    ],
    "a value that Heron's reader would break at": [
      { heronConfig: { a: "b=c" } },
      /^UserError: heronConfig\.a: .*cannot read '='/,
    ],
    "an argument that the system would not take": [
      { args: ["a", "é".repeat(64 * 1024)] },
      /^UserError: args\[1\]: .*an argument of more than 131071 bytes/,
    ],
    "a property and a setting that it would not take": [
      { jvmProperties: { a: "b".repeat(131070) }, heronConfig: { a: "b".repeat(131070) } },
      /^UserError: jvmProperties\.a: .*\n.*heronConfig\.a: /,
    ],
  };
  for (const [what, [topology, words]] of Object.entries(refusals)) {
    it(`is refused while planning, before anything is touched: ${what}`, () => assert.rejects(call(topology), words));
  }

  it("has heron upload to a place of the environment's own, which the submission is not known by", async () => {
    const hdfs = { hdfs: { namenodes: ["http://nn.example:9870"], path: "/heron" } };
    for (const [artifacts, line] of [
      [{ directory: { path: "/mnt/heron" } }, "file.system.directory: /mnt/heron/${CLUSTER}/${ROLE}/devel/${TOPOLOGY}"],
      [hdfs, "topologies.directory.uri: hdfs:///heron/topologies/${CLUSTER}/devel"],
    ] as const) {
      const { call: devel, submission } = await call({}, { artifacts });
      const { call: staging } = await call({}, { artifacts, environment: "staging" });
      const [ours, theirs] = [devel, staging].map(({ conf }) => conf["uploader.yaml"] ?? "");
      assert.ok(ours?.includes(`${line}\n`), ours);
      assert.equal(theirs, ours?.replace("/devel", "/staging"));
      assert.equal(submission, (await call({}, { artifacts, environment: "staging" })).submission);
    }
  });

  it("says that garbage collections are logged where the document does, and else nothing of them", async () => {
    const [plain, off, on] = [await call(), await call({ verboseGc: false }), await call({ verboseGc: true })];
    assert.deepEqual(off, plain);
    assert.equal(on.call.verboseGc, true);
    assert.notEqual(on.submission, plain.submission);
  });
});
