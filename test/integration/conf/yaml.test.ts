import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { isDeepStrictEqual } from "node:util";
import type { HeronClusterArgs } from "../../../components/cluster-args";
import { confDir } from "../../../components/plan/conf";
import { shortLived } from "../../support/jvm";
import { downloadTimeoutMs, snakeYaml } from "../../support/libraries";
import { goldenJson, repoRoot } from "../../support/paths";

const cluster: HeronClusterArgs = {
  cluster: "west",
  role: "heron",
  environment: "devel",
  scheduler: { url: "http://aurora.example:8081" },
  state: { zookeeper: { servers: "zk1:2181,zk2:2181", root: "/heron/west" } },
  artifacts: { directory: { path: "/mnt/packages" } },
  core: { path: "core.tar.gz" },
  conf: {
    "scheduler.yaml": { "heron.scheduler.job.link.template": "http://aurora/scheduler/${ROLE}/${ENVIRON}/${TOPOLOGY}" },
    "client.yaml": { yes: "no", time: "12:30:45", octal: "0777", list: ["on", 1], map: { off: "~" } },
    "metrics_sinks.yaml": { "file-sink": { "flush-frequency-ms": 1000 } },
  },
};

describe("the Heron conf dir, read by Heron's own YAML 1.1 parser", () => {
  let entries: ReadonlyMap<string, { readonly type: string; readonly value: string }>;

  before(function () {
    this.timeout(downloadTimeoutMs);
    entries = readByHeron(confDir(cluster, { uri: "file:///mnt/packages/core/heron-core-1.tar.gz" }));
  });

  const value = (file: string, key: string) => entries.get(`${file}\t${key}`);

  it("has every key that Heron ships", () => {
    const shipped = goldenJson("heron", "_conf", "aurora.json") as Readonly<Record<string, object>>;
    const local = "heron.statemgr.localfs.is.initialize.file.tree";
    for (const [file, keys] of Object.entries(shipped))
      for (const key of Object.keys(keys).filter((each) => each !== local))
        assert.ok(value(file, key), `${file} ${key}`);
  });

  it("has flags as booleans, numbers as numbers, and what Heron substitutes as it is", () => {
    assert.deepEqual(value("scheduler.yaml", "heron.scheduler.is.service"), { type: "Boolean", value: "false" });
    assert.deepEqual(value("scheduler.yaml", "heron.scheduler.job.max.kill.attempts"), { type: "Integer", value: "5" });
    assert.deepEqual(value("scheduler.yaml", "heron.scheduler.job.link.template"), {
      type: "String",
      value: "http://aurora/scheduler/${ROLE}/${ENVIRON}/${TOPOLOGY}",
    });
    const folder = value("uploader.yaml", "heron.uploader.localfs.file.system.directory");
    assert.deepEqual(folder, { type: "String", value: "/mnt/packages/${CLUSTER}/${ROLE}/${TOPOLOGY}" });
    assert.equal(value("statemgr.yaml", "heron.statemgr.connection.string")?.value, "zk1:2181,zk2:2181");
  });

  it("links to the scheduler's own job pages, unless the document says otherwise, and not in what goes into packages", () => {
    const core = { uri: "file:///mnt/packages/core.tar.gz", sha256: "5a".repeat(32) };
    const link = (changes: Partial<HeronClusterArgs>, of: typeof core | { uri: string } = core) =>
      readByHeron(confDir({ ...cluster, conf: {}, ...changes }, of)).get(
        "scheduler.yaml\theron.scheduler.job.link.template",
      )?.value;
    const page = "scheduler/${ROLE}/${ENVIRON}/${TOPOLOGY}";
    assert.equal(link({}), `http://aurora.example:8081/${page}`);
    const scheduler = { url: "http://aurora.example:8081", webUrl: "https://aurora.example/" };
    assert.equal(link({ scheduler }), `https://aurora.example/${page}`);
    assert.equal(link({ conf: cluster.conf ?? {} }), "http://aurora/scheduler/${ROLE}/${ENVIRON}/${TOPOLOGY}");
    assert.equal(link({}, { uri: core.uri }), undefined);
  }).timeout(downloadTimeoutMs);

  it("has texts of the user as texts, also those that YAML 1.1 would take for something else", () => {
    for (const [key, text] of [
      ["yes", "no"],
      ["time", "12:30:45"],
      ["octal", "0777"],
    ] as const)
      assert.deepEqual(value("client.yaml", key), { type: "String", value: text });
    assert.equal(value("client.yaml", "list")?.value, "[on, 1]");
    assert.equal(value("client.yaml", "map")?.value, "{off=~}");
  });

  it("has maps laid over Heron's own, key by key", () => {
    const sink = value("metrics_sinks.yaml", "file-sink")?.value ?? "";
    assert.match(sink, /flush-frequency-ms=1000/);
    assert.match(sink, /class=org\.apache\.heron\.metricsmgr\.sink\.FileSink/);
  });
});

describe("the uploaders of the Heron conf dir, read by Heron's own YAML 1.1 parser", () => {
  const uploaders: readonly (readonly [store: HeronClusterArgs["artifacts"], key: string, value: string])[] = [
    [
      { s3: { bucket: "packages", region: "eu-central-1" } },
      "heron.uploader.s3.path_prefix",
      "heron/heron/west/heron/devel",
    ],
    [
      { hdfs: { namenodes: ["http://nn1:9870"], path: "/heron", authority: "west" } },
      "heron.uploader.hdfs.topologies.directory.uri",
      "hdfs://west/heron/topologies/${CLUSTER}",
    ],
  ];

  for (const [artifacts, key, value] of uploaders) {
    it(`say where Heron puts a package in ${Object.keys(artifacts).join()}, what it substitutes as it is`, function () {
      this.timeout(downloadTimeoutMs);
      const conf = confDir({ ...cluster, artifacts }, { uri: "https://mirror.example/core.tar.gz" });
      assert.deepEqual(readByHeron(conf).get(`uploader.yaml\t${key}`), { type: "String", value });
    });
  }

  it("are any of Heron's, by a line of conf", function () {
    this.timeout(downloadTimeoutMs);
    const key = "heron.class.uploader";
    for (const name of ["http.HttpUploader", "NullUploader"]) {
      const conf = { "uploader.yaml": { [key]: `org.apache.heron.uploader.${name}` } };
      const read = readByHeron(confDir({ ...cluster, conf }, { uri: "https://mirror.example/core.tar.gz" }));
      assert.equal(read.get(`uploader.yaml\t${key}`)?.value, `org.apache.heron.uploader.${name}`);
    }
  });
});

describe("the conf dir of Heron's local scheduler, read by Heron's own YAML 1.1 parser", () => {
  it("has every key that Heron ships for it, as the same text, number or flag, but for what the document says", () => {
    const onThisMachine: HeronClusterArgs = {
      ...cluster,
      scheduler: { local: {} },
      submitter: "heron-cli",
      state: { local: { root: "/home/ada/state" } },
      conf: {},
    };
    const shipped = goldenJson("heron", "_conf", "local.json") as Readonly<Record<string, object>>;
    const ours = readByHeron(confDir(onThisMachine, { uri: "file:///mnt/packages/core/heron-core-1.tar.gz" }));
    const theirs = readByHeron(new Map(Object.entries(shipped).map(([file, keys]) => [file, JSON.stringify(keys)])));
    assert.ok(theirs.size > 100);
    const differing = [...theirs].filter(([key, value]) => !isDeepStrictEqual(ours.get(key), value));
    assert.deepEqual(
      differing.map(([key]) => [key, ours.get(key)?.value]),
      [
        ["client.yaml\theron.package.use_core_uri", "true"],
        ["statemgr.yaml\theron.statemgr.root.path", "/home/ada/state"],
        ["uploader.yaml\theron.uploader.localfs.file.system.directory", "/mnt/packages/${CLUSTER}/${ROLE}/${TOPOLOGY}"],
      ],
    );
  });
});

function readByHeron(conf: ReadonlyMap<string, string>) {
  const folder = mkdtempSync(join(tmpdir(), "heron-conf-"));
  try {
    const files = [...conf].filter(([name]) => name.endsWith(".yaml"));
    for (const [name, text] of files) writeFileSync(join(folder, name), text);
    const source = join(repoRoot, "test/integration/conf/ReadYaml.java");
    const paths = files.map(([name]) => join(folder, name));
    const output = execFileSync("java", [...shortLived, "-cp", snakeYaml(), source, ...paths], { encoding: "utf8" });
    return new Map(
      output
        .trimEnd()
        .split("\n")
        .map((line) => {
          const [file = "", key = "", type = "", text = ""] = line.split("\t");
          return [`${file}\t${key}`, { type, value: text }] as const;
        }),
    );
  } finally {
    rmSync(folder, { recursive: true });
  }
}
