import assert from "node:assert/strict";
import { load } from "js-yaml";
import type { ArtifactStoreArgs, HeronClusterArgs, StateTreeArgs } from "../../../components/cluster-args";
import { UserError } from "../../../components/errors";
import { renderConfDir } from "../../../components/heron/conf";
import { packingAlgorithms, type PackingAlgorithm } from "../../../components/topology-args";
import { goldenJson } from "../../support/paths";

type Conf = Readonly<Record<string, Readonly<Record<string, unknown>>>>;

/** What Heron 0.20 ships for Aurora: file → key → value. */
const shipped = goldenJson("heron", "_conf", "aurora.json") as Conf;

const local: HeronClusterArgs = {
  cluster: "west",
  role: "heron",
  environment: "devel",
  scheduler: { url: "http://aurora.example:8081" },
  state: { local: { root: "/var/heron/state" } },
  artifacts: { directory: { path: "/var/heron/packages" } },
  core: { path: "core.tar.gz" },
};

const rendered = (
  changes: Partial<HeronClusterArgs> = {},
  settings: {
    readonly packing?: PackingAlgorithm;
    readonly heronConfig?: Readonly<Record<string, string | number>>;
  } = {},
) =>
  renderConfDir({
    cluster: { ...local, ...changes },
    coreUri: "file:///var/heron/packages/core.tar.gz",
    packing: settings.packing ?? "RoundRobinPacking",
    fetchCore: "fetch core",
    fetchTopology: "fetch topology",
    ports: [{ flag: "master-port", port: "port1" }],
    heronConfig: settings.heronConfig ?? {},
  });
const parsed = (conf: ReadonlyMap<string, string>, file: string) =>
  (load(conf.get(file) ?? "") ?? {}) as Readonly<Record<string, unknown>>;
/** `file key` of everything that is not as Heron ships it. */
const differences = (conf: ReadonlyMap<string, string>) =>
  Object.entries(shipped).flatMap(([file, values]) => {
    const own = parsed(conf, file);
    return [...new Set([...Object.keys(values), ...Object.keys(own)])]
      .filter((key) => JSON.stringify(values[key]) !== JSON.stringify(own[key]))
      .map((key) => `${file} ${key}`);
  });

/** Places of this cluster, which Heron ships as those of its demonstration machine. */
const places = [
  "client.yaml heron.package.core.uri",
  "scheduler.yaml heron.package.core.uri",
  "statemgr.yaml heron.statemgr.root.path",
  "uploader.yaml heron.uploader.localfs.file.system.directory",
];

describe("the Heron conf dir", () => {
  it("has every file and key that Heron ships for Aurora, with its value but for the cluster's own places", () => {
    assert.deepEqual(differences(rendered()).sort(), places);
  });

  it("has every file of a topology package, those that heron submit generates last", () => {
    const names = [...rendered().keys()];
    for (const file of [...Object.keys(shipped), "heron.aurora", "README"]) assert.ok(names.includes(file), file);
    assert.deepEqual(names.slice(-2), ["release.yaml", "override.yaml"]);
  });

  it("names the state tree in ZooKeeper, and the settings that Heron reads for it", () => {
    const state: StateTreeArgs = { zookeeper: { servers: "zk1:2181,zk2:2181", root: "/heron/west" } };
    const conf = parsed(rendered({ state }), "statemgr.yaml");
    assert.equal(conf["heron.class.state.manager"], "org.apache.heron.statemgr.zookeeper.curator.CuratorStateManager");
    assert.equal(conf["heron.statemgr.connection.string"], "zk1:2181,zk2:2181");
    assert.equal(conf["heron.statemgr.root.path"], "/heron/west");
    assert.equal(conf["heron.statemgr.zookeeper.is.initialize.tree"], true);
  });

  it("names the bucket for Heron's own S3 uploader, and no key of it", () => {
    const artifacts: ArtifactStoreArgs = { s3: { bucket: "packages", region: "eu-central-1", prefix: "team/heron" } };
    const conf = parsed(rendered({ artifacts, fetch: "aws" }), "uploader.yaml");
    assert.deepEqual(conf, {
      "heron.class.uploader": "org.apache.heron.uploader.s3.S3Uploader",
      "heron.uploader.s3.bucket": "packages",
      "heron.uploader.s3.path_prefix": "team/heron/heron/west/heron/devel",
      "heron.uploader.s3.region": "eu-central-1",
    });
  });

  it("quotes what Heron's YAML 1.1 would take for a boolean", () => {
    const artifacts = { s3: { bucket: "off", region: "no", endpoint: "https://s3.example" } };
    const text = rendered({ artifacts, fetch: "aws" }).get("uploader.yaml") ?? "";
    assert.match(text, /^heron\.uploader\.s3\.bucket: ["']off["']$/m);
    assert.match(text, /^heron\.uploader\.s3\.region: ["']no["']$/m);
  });

  it("names the folder for Heron's own HDFS uploader, by cluster as Heron substitutes it", () => {
    const hdfs = { namenodes: ["http://nn1.example:9870"], path: "/heron" };
    const uploader = (changes: object) =>
      parsed(rendered({ artifacts: { hdfs: { ...hdfs, ...changes } }, fetch: "hdfs" }), "uploader.yaml");
    assert.deepEqual(uploader({ authority: "nameservice1" }), {
      "heron.class.uploader": "org.apache.heron.uploader.hdfs.HdfsUploader",
      "heron.uploader.hdfs.config.directory": "/home/hadoop/hadoop/conf/",
      "heron.uploader.hdfs.topologies.directory.uri": "hdfs://nameservice1/heron/topologies/${CLUSTER}",
    });
    const { "heron.uploader.hdfs.topologies.directory.uri": uri } = uploader({});
    assert.equal(uri, "hdfs:///heron/topologies/${CLUSTER}");
  });

  it("names the class of every packing algorithm", () => {
    for (const packing of packingAlgorithms) {
      const { "heron.class.packing.algorithm": name } = parsed(rendered({}, { packing }), "packing.yaml");
      assert.match(String(name), new RegExp(`^org\\.apache\\.heron\\.packing\\.\\w+\\.${packing}$`));
    }
  });

  it("takes an override where the key stands, and appends one that Heron does not ship", () => {
    const conf = { "heron_internals.yaml": { "heron.logging.maximum.size.mb": 50, "own.key": "a: b" } };
    const internals = parsed(rendered({ conf }), "heron_internals.yaml");
    assert.equal(internals["heron.logging.maximum.size.mb"], 50);
    assert.equal(internals["own.key"], "a: b");
    const [keys, before] = [Object.keys(internals), Object.keys(parsed(rendered(), "heron_internals.yaml"))];
    assert.deepEqual(keys, [...before, "own.key"]);
  });

  it("refuses an override of a file that is not there, naming those that are", () => {
    assert.throws(
      () => rendered({ conf: { "heron_internal.yaml": { a: 1 } } }),
      (error) => error instanceof UserError && error.message.includes("heron_internals.yaml"),
    );
  });

  it("says of state tree and Java what the document says of them, and nothing else", () => {
    const root = "heron.statemgr.root.path";
    const java = "heron.directory.sandbox.java.home";
    rendered({ conf: { "statemgr.yaml": { [root]: "/var/heron/state" } } });
    assert.throws(
      () => rendered({ conf: { "statemgr.yaml": { [root]: "/other" }, "scheduler.yaml": { [java]: "/opt/jdk" } } }),
      /conf\["statemgr\.yaml"\].*'state\.local\.root' says it here, and says another.*'javaHome' says it here/s,
    );
    assert.throws(
      () => rendered({}, { heronConfig: { [root]: "/other" } }),
      /heronConfig\["heron\.statemgr\.root\.path"\]/,
    );
  });

  it("of the local scheduler has no heron.aurora, and runs topologies where and with the Java that the document says", () => {
    const scheduler = { local: { workingDirectory: "/var/heron/${TOPOLOGY}" } };
    const conf = rendered({ scheduler, javaHome: "/opt/jre" });
    assert.deepEqual(
      [...conf.keys()].filter((name) => ["heron.aurora", "healthmgr.yaml"].includes(name)),
      ["healthmgr.yaml"],
    );
    assert.deepEqual(parsed(conf, "scheduler.yaml"), {
      "heron.class.scheduler": "org.apache.heron.scheduler.local.LocalScheduler",
      "heron.class.launcher": "org.apache.heron.scheduler.local.LocalLauncher",
      "heron.scheduler.local.working.directory": "/var/heron/${TOPOLOGY}",
      "heron.directory.sandbox.java.home": "/opt/jre",
    });
    assert.equal(parsed(conf, "heron_internals.yaml")["heron.instance.emit.batch.time.ms"], 160);
    const own = { "heron_internals.yaml": { "heron.instance.emit.batch.time.ms": 20 } };
    const overridden = parsed(rendered({ scheduler, conf: own }), "heron_internals.yaml");
    assert.equal(overridden["heron.instance.emit.batch.time.ms"], 20);
  });

  it("marks a submission to the local scheduler in release.yaml, and changes nothing without marks", () => {
    const settings = {
      cluster: { ...local, scheduler: { local: {} } },
      coreUri: "file:///core.tar.gz",
      packing: "RoundRobinPacking",
      fetchCore: "",
      fetchTopology: "",
      ports: [],
      heronConfig: {},
    } as const;
    const release = (marks: readonly { readonly key: string; readonly value: string }[]) =>
      renderConfDir({ ...settings, marks }).get("release.yaml");
    assert.equal(release([]), rendered().get("release.yaml"));
    assert.deepEqual(load(release([{ key: "heron-aurora/owner", value: "user/test" }]) ?? ""), {
      "heron.build.version": "0.20.5 heron-aurora/owner=user/test",
      "heron.build.user": "heron",
    });
  });

  it("keeps a topology's own configuration in override.yaml", () => {
    assert.deepEqual(load(rendered().get("override.yaml") ?? ""), {});
    const conf = rendered({}, { heronConfig: { "heron.logging.maximum.files": 7, text: "yes" } });
    assert.deepEqual(load(conf.get("override.yaml") ?? ""), { "heron.logging.maximum.files": 7, text: "yes" });
  });

  it("quotes texts that YAML 1.1, which Heron reads, would take for something else", () => {
    for (const text of ["yes", "off", "12:30", "0o17", "1_000", "~", "2026-01-01"]) {
      const conf = rendered({ conf: { "client.yaml": { "own.key": text } } }, { heronConfig: { "own.key": text } });
      for (const file of ["client.yaml", "override.yaml"]) {
        assert.match(conf.get(file) ?? "", new RegExp(`own\\.key: ['"]${text}['"]`), file);
      }
    }
  });

  it("writes places that mean something to YAML so that they are read back as they are", () => {
    for (const path of ["/mnt/a b", "/mnt/a: b", "/mnt/#a", "/mnt/'a'", "/mnt/é"]) {
      const conf = parsed(rendered({ state: { local: { root: path } } }), "statemgr.yaml");
      assert.equal(conf["heron.statemgr.root.path"], path);
    }
  });
});
