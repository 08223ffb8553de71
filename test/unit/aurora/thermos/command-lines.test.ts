import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { chmodSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { buffer } from "node:stream/consumers";
import { gzipSync } from "node:zlib";
import fc from "fast-check";
import { pack } from "tar-stream";
import { plannedUri } from "../../../../components/artifacts/planned-uri";
import { topologyFolder } from "../../../../components/artifacts/store";
import { jobConfiguration } from "../../../../components/aurora/thermos";
import type { FetchArgs, HeronClusterArgs } from "../../../../components/cluster-args";
import { topologyConfig } from "../../../../components/heron/definition";
import { executorArguments, executorPorts } from "../../../../components/heron/executor-arguments";
import { jobSpec } from "../../../../components/plan/job-spec";
import { packTopology } from "../../../../components/plan/packing";
import type { PreparedTopology } from "../../../../components/plan/prepare";
import { recordedDefinition } from "../../../support/submission";
import { hostileName } from "../../hostile";

/** Writes its arguments to `arguments`, each ended by a NUL, and ends with 7. */
const recorder = `#!/bin/sh\nprintf '%s\\0' "$@" > arguments\nexit 7\n`;

const topology = recordedDefinition("G-wc");
const job = { cluster: "west", role: "heron", environment: "devel", name: topology.name };

interface Names {
  readonly store: string;
  readonly file: string;
  readonly root: string;
  readonly javaHome: string;
  readonly component: string;
}

const names: fc.Arbitrary<Names> = fc.record({
  store: hostileName,
  file: hostileName.map((name) => `${name}.jar`),
  root: hostileName.map((name) => `/state/${name}`),
  javaHome: hostileName.map((name) => `/opt/${name}`),
  component: hostileName,
});

describe("a container's command lines, read by a real sh", () => {
  let folder: string;
  let container: string;
  let packageBytes: Buffer;

  before(async () => {
    const tar = pack();
    tar.entry({ name: "unpacked" }, "content");
    tar.finalize();
    packageBytes = gzipSync(await buffer(tar));
  });

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "command-lines-"));
    container = join(folder, "container");
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  /** A container's folder with a recording `curl` and `heron-executor`. */
  const freshContainer = (): void => {
    rmSync(container, { recursive: true, force: true });
    for (const path of ["bin/curl", "bin/fetcher", "heron-core/bin/heron-executor"]) {
      mkdirSync(join(container, path, ".."), { recursive: true });
      writeFileSync(join(container, path), recorder);
      chmodSync(join(container, path), 0o755);
    }
  };

  const run = (cmdline: string): { readonly status: number | null; readonly stderr: string } =>
    spawnSync("sh", ["-c", cmdline], {
      cwd: container,
      encoding: "utf8",
      env: { ...process.env, PATH: `${join(container, "bin")}${delimiter}${process.env.PATH ?? ""}` },
    });

  const recorded = (): string[] => readFileSync(join(container, "arguments"), "utf8").split("\0").slice(0, -1);

  it("start the executor with every argument as it is, whatever files, folders and components are called", () => {
    fc.assert(
      fc.property(names, (given) => {
        freshContainer();
        const { prepared, cmdlines } = planned(given, "copy");
        const { status, stderr } = run(filledByThermos(cmdlines.get("launch_heron_executor") ?? ""));
        assert.deepEqual([status, stderr], [7, ""]);
        assert.deepEqual(recorded(), [
          "--shard=3",
          ...executorPorts.map(({ flag }, at) => `--${flag}=${31000 + at}`),
          ...expectedArguments(prepared, given),
        ]);
        assert.deepEqual(readdirSync(container).sort(), ["arguments", "bin", "heron-core"]);
      }),
      { numRuns: 60 },
    );
  });

  it("copy a package out of a folder of any name and unpack it", () => {
    fc.assert(
      fc.property(names, (given) => {
        freshContainer();
        const store = join(folder, given.store);
        const { prepared, cmdlines } = planned({ ...given, store }, "copy");
        const place = join(store, topologyFolder(job));
        mkdirSync(place, { recursive: true });
        writeFileSync(join(place, `${prepared.file.name}-${prepared.file.sha256}.tar.gz`), packageBytes);
        const { status, stderr } = run(filledByThermos(cmdlines.get("fetch_user_package") ?? ""));
        assert.deepEqual([status, stderr], [0, ""]);
        assert.equal(readFileSync(join(container, "unpacked"), "utf8"), "content");
        assert.deepEqual(readdirSync(container).sort(), ["bin", "heron-core", "topology.tar.gz", "unpacked"]);
        rmSync(store, { recursive: true });
      }),
      { numRuns: 40 },
    );
  });

  const fetchers: readonly (readonly [string, FetchArgs, (uri: string) => string[]])[] = [
    [
      "curl",
      "curl",
      (uri) => "--fail --silent --show-error --location --retry 5 --output topology.tar.gz".split(" ").concat(uri),
    ],
    [
      "a command of the document",
      { core: "true", topology: "fetcher --from {{{uri}}} --to={{{file}}}" },
      (uri) => ["--from", uri, "--to=topology.tar.gz"],
    ],
  ];
  for (const [title, fetch, expected] of fetchers) {
    it(`give ${title} the package's URI as it is, and end with its exit code when it fails`, () => {
      fc.assert(
        fc.property(names, (given) => {
          freshContainer();
          const { uri, cmdlines } = planned(given, fetch);
          const { status, stderr } = run(filledByThermos(cmdlines.get("fetch_user_package") ?? ""));
          assert.deepEqual([status, stderr], [7, ""]);
          assert.deepEqual(recorded(), expected(uri));
          assert.deepEqual(readdirSync(container).sort(), ["arguments", "bin", "heron-core"]);
        }),
        { numRuns: 30 },
      );
    });
  }

  it("refuse a package that hashes to something else, and unpack nothing of it", () => {
    freshContainer();
    const given = { store: folder, file: "a.jar", root: "/state", javaHome: "/usr", component: "word" };
    const { prepared, cmdlines } = planned(given, "copy");
    const place = join(folder, topologyFolder(job));
    mkdirSync(place, { recursive: true });
    writeFileSync(join(place, `${prepared.file.name}-${prepared.file.sha256}.tar.gz`), "something else");
    const { status, stderr } = run(cmdlines.get("fetch_user_package") ?? "");
    assert.equal(status, 65);
    assert.match(stderr, /topology\.tar\.gz has sha256 [0-9a-f]{64}, expected [0-9a-f]{64}/);
    assert.deepEqual(readdirSync(container).sort(), ["bin", "heron-core", "topology.tar.gz"]);
  });

  it("do not fetch again what is there already", () => {
    freshContainer();
    const given = { store: "/nowhere", file: "a.jar", root: "/state", javaHome: "/usr", component: "word" };
    const { cmdlines } = planned(given, "copy");
    writeFileSync(join(container, "topology.tar.gz"), packageBytes);
    const { status, stderr } = run(cmdlines.get("fetch_user_package") ?? "");
    assert.deepEqual([status, stderr], [0, ""]);
    assert.equal(readFileSync(join(container, "unpacked"), "utf8"), "content");
  });

  /** The job of a topology whose names are these, and its processes' command lines. */
  function planned(
    given: Names,
    fetch: FetchArgs,
  ): { readonly prepared: PreparedTopology; readonly uri: string; readonly cmdlines: ReadonlyMap<string, string> } {
    const cluster: HeronClusterArgs = {
      ...job,
      scheduler: { url: "http://127.0.0.1:8081" },
      state: { local: { root: given.root } },
      artifacts: { directory: { path: join("/", given.store) } },
      core: { path: "core.tar.gz" },
      javaHome: given.javaHome,
      fetch,
    };
    const sha256 = createHash("sha256").update(packageBytes).digest("hex");
    const args = { name: job.name, package: given.file };
    const prepared: PreparedTopology = {
      request: { cluster, core: { uri: "file:///core.tar.gz", sha256 }, topology: args, baseDirectory: "/" },
      job,
      topology,
      packing: { ...packTopology(topology, args), ramMap: new Map([[given.component, 1024]]) },
      file: { name: job.name, sha256, size: packageBytes.length },
    };
    const uri = plannedUri(cluster.artifacts, fetch, topologyFolder(job), prepared.file);
    const { data } = jobConfiguration(jobSpec(prepared, uri, "project/stack")).taskConfig.executorConfig;
    const { processes } = data.task as { processes: { readonly name: string; readonly cmdline: string }[] };
    return { prepared, uri, cmdlines: new Map(processes.map(({ name, cmdline }) => [name, cmdline])) };
  }
});

/** As Thermos fills a command line: everything between two braces is its own. */
function filledByThermos(cmdline: string): string {
  const filled = executorPorts.reduce(
    (text, { port }, at) => text.replaceAll(`{{thermos.ports[${port}]}}`, String(31000 + at)),
    cmdline.replaceAll("{{mesos.instance}}", "3"),
  );
  assert.doesNotMatch(filled, /\{\{|\}\}/);
  return filled;
}

function expectedArguments({ topology: { id, name } }: PreparedTopology, given: Names): string[] {
  return executorArguments({
    ...job,
    topologyName: name,
    topologyId: id,
    topologyFile: given.file,
    topologyConfig: topologyConfig(topology),
    stateManagerConnection: "LOCALMODE",
    stateManagerRoot: given.root,
    javaHome: given.javaHome,
    verboseGc: false,
    ramMap: new Map([[given.component, 1024]]),
  }).map(({ flag, value }) => `--${flag}=${value}`);
}
