import assert from "node:assert/strict";
import { once } from "node:events";
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { UserError } from "../../../components/errors";
import { corePackage } from "../../../components/plan/core-package";

describe("a core package at a URL", () => {
  const folder = process.cwd();
  let checkout: string;
  let server: Server;

  before(async () => {
    checkout = mkdtempSync(join(tmpdir(), "heron-core-"));
    writeFileSync(join(checkout, "Pulumi.yaml"), "name: user\n");
    process.chdir(checkout);
    server = createServer((_, response) => {
      response.writeHead(200, { "content-length": 1_000_000 });
      response.write(Buffer.alloc(500_000), () => response.destroy());
    });
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
  });

  after(() => {
    process.chdir(folder);
    server.close();
    rmSync(checkout, { recursive: true });
  });

  it("that breaks off in the middle is told as that, and leaves nothing in the cache", async () => {
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/heron-core.tar.gz`;
    await assert.rejects(corePackage({ url, sha256: "0".repeat(64) }, checkout), (error) => {
      assert.ok(error instanceof UserError);
      assert.match(error.message, /^core\.url: .*heron-core\.tar\.gz broke off in the middle \(.*\).*Run again/);
      return true;
    });
    const left = readdirSync(checkout, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
    assert.deepEqual(
      left.map(({ name }) => name),
      ["Pulumi.yaml"],
    );
  });
});
