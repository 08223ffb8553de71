import assert from "node:assert/strict";
import { createServer } from "node:http";
import { hdfsFile } from "../../../../components/artifacts/hdfs/file-lifecycle";
import { packageFile } from "../../../../components/artifacts/package-file-lifecycle";
import { packageHold } from "../../../../components/artifacts/s3/hold-lifecycle";
import { directoryPlace } from "../../../../components/artifacts/use/place";
import { requireUnused } from "../../../../components/artifacts/use/require-unused";
import { jsonText } from "../../../../components/json-text";
import { listenOnLoopback } from "../../../support/loopback";

const use = { cluster: "west", role: "heron", scheduler: { url: "https://aurora.example:8081" } };
const moved = { ...use, scheduler: { url: "https://aurora.elsewhere:8081" } };
const file = {
  directory: "/mnt",
  folder: "core",
  name: "heron-core",
  sha256: "a".repeat(64),
  size: 1,
  owner: "p/s/core",
};
const inHdfs = {
  ...{ cluster: "west", namenodes: ["http://nn:9870"], path: "/heron/core.tar.gz" },
  ...{ sha256: "a".repeat(64), size: 1, owner: "p/s/core" },
};
const hold = { bucket: "packages", key: "heron/core.tar.gz", object: "west-core-1", use };

describe("whom to ask before a package is deleted", () => {
  it("is no change of a package that an earlier version put there, and is recorded when it changes", () => {
    const changes = {
      directory: (before: object, after: object) =>
        packageFile.diff("", { file: jsonText({ ...file, ...before }) }, { file: jsonText({ ...file, ...after }) }),
      hdfs: (before: object, after: object) =>
        hdfsFile.diff("", { file: { ...inHdfs, ...before } }, { file: { ...inHdfs, ...after } }),
    };
    for (const diff of Object.values(changes)) {
      assert.equal(diff({}, { use }).changes, false);
      assert.equal(diff({}, { use: { ...use, job: "west/heron/prod/Words" } }).changes, false);
      assert.equal(diff({ use }, { use }).changes, false);
      assert.deepEqual([diff({ use }, { use: moved }).changes, diff({ use }, { use: moved }).replaces], [true, []]);
    }
  });

  it("goes with the object in S3: another place is another hold, another scheduler is not", () => {
    const diff = (changes: object) => packageHold.diff("", { hold }, { hold: { ...hold, ...changes } });
    assert.deepEqual(diff({}), { changes: false, replaces: [], deleteBeforeReplace: false });
    assert.deepEqual(diff({ use: moved }), { changes: true, replaces: [], deleteBeforeReplace: false });
    for (const place of [{ bucket: "others" }, { key: "team/core.tar.gz" }]) {
      assert.deepEqual(diff(place), { changes: true, replaces: ["hold"], deleteBeforeReplace: false });
    }
  });

  it("must answer: where it does not, nothing is deleted, and what to do is said", async () => {
    const server = createServer((_, response) => response.writeHead(404).end());
    const url = `http://127.0.0.1:${await listenOnLoopback(server)}`;
    try {
      const leaving = {
        places: [directoryPlace("/mnt/core")],
        use: { ...use, scheduler: { url } },
        otherwise: "forget it",
      };
      await assert.rejects(requireUnused(leaving, new Map()), {
        name: "UserError",
        message: new RegExp(
          `^The core package is not deleted, since whether jobs of others still run on it is not known: .*${url}.* ` +
            "Run this again when the scheduler answers; or, to leave the package where it is, forget it\\.$",
        ),
      });
    } finally {
      server.close();
    }
  });
});
