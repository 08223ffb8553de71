import assert from "node:assert/strict";
import { inspectCluster } from "../../../components/config/inspect";
import { formatPath } from "../../../components/finding";

const cluster = {
  cluster: "laptop",
  role: "ada",
  environment: "default",
  scheduler: { local: {} },
  submitter: "heron-cli",
  state: { local: { root: "/home/ada/state" } },
  artifacts: { directory: { path: "/home/ada/packages" } },
  core: { path: "heron-core.tar.gz" },
};

const said = (changes: object) =>
  inspectCluster({ ...cluster, ...changes }).findings.map(({ path, message }) => `${formatPath(path)}: ${message}`);

describe("a cluster on Heron's local scheduler", () => {
  it("is taken in any environment, with a working directory of its own", () => {
    assert.deepEqual(said({}), []);
    assert.deepEqual(said({ scheduler: { local: { workingDirectory: "${HOME}/heron/${TOPOLOGY}" } } }), []);
    assert.deepEqual(said({ state: { zookeeper: { servers: "localhost:2181" } } }), []);
  });

  it("is refused without heron as the submitter, whether natively is said or left out", () => {
    const refused = ["submitter: topologies of the local scheduler are submitted by heron; say 'submitter: heron-cli'"];
    assert.deepEqual(said({ submitter: "native" }), refused);
    assert.deepEqual(said({ submitter: undefined }), refused);
  });

  it("is refused with what is Aurora's, each at its place", () => {
    const aurora = "is Aurora's, and has no meaning with 'scheduler.local'; leave it out";
    assert.deepEqual(
      said({
        scheduler: { local: {}, webUrl: "http://aurora.example" },
        probe: true,
        fetch: "copy",
        heronAurora: "heron.aurora",
        environmentPattern: "default",
        requireOffers: true,
        quota: { cpu: 4, ram: "8GB", disk: "8GB" },
      }),
      [
        "scheduler.webUrl: is Aurora's, which there is none of with 'local'; leave it out",
        ...["environmentPattern", "fetch", "heronAurora", "probe", "quota", "requireOffers"].map(
          (key) => `${key}: ${aurora}`,
        ),
      ],
    );
  });

  it("is refused with packages that it could not read, and beside an Aurora", () => {
    assert.deepEqual(said({ artifacts: { s3: { bucket: "packages", region: "eu-central-1" } } }), [
      "artifacts.s3: the local scheduler reads packages from a folder; use artifacts.directory",
    ]);
    assert.deepEqual(said({ scheduler: { local: {}, url: "http://aurora.example:8081" } }), [
      "scheduler: expected exactly one of 'url', 'zookeeper' and 'local', found 'url' and 'local'",
    ]);
  });
});
