import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { repoRoot } from "../../support/paths";

describe("Thrift's runtime, as the build has bundled it", () => {
  it("makes numbers and buffers without a warning of Node's in the engine's output", () => {
    const runtime = join(repoRoot, "bin/components/aurora/thrift/runtime");
    const program = `
      const { Int64, TBinaryProtocol, TBufferedTransport } = require(${JSON.stringify(runtime)});
      const transport = new TBufferedTransport(undefined, (bytes) => process.stdout.write(bytes.toString("hex")));
      new TBinaryProtocol(transport).writeI64(new Int64(258));
      transport.flush();`;
    const { stdout, stderr } = spawnSync(process.execPath, ["-e", program], { encoding: "utf8" });
    assert.equal(stdout, "0000000000000102");
    assert.equal(stderr, "");
  });

  it("needs no library beside it", () => {
    const loaded = `require("./bin/components/aurora/thrift/gen/AuroraAdmin"); require("./bin/components/heron/state/wire");
      console.log(Object.keys(require.cache).filter((path) => path.includes("/node_modules/")).join());`;
    assert.equal(spawnSync(process.execPath, ["-e", loaded], { cwd: repoRoot, encoding: "utf8" }).stdout, "\n");
  });
});
