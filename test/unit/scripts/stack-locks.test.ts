import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { hostname, tmpdir } from "node:os";
import { join } from "node:path";
import { scriptModule } from "../../support/script-module";

interface Lock {
  pid: number;
  hostname: string;
}

interface StackLocks {
  stackLocks(stateFolder: string, stack: string): Lock[];
  isAbandoned(lock: Lock): boolean;
}

describe("the locks of a stack in a file backend", () => {
  let locks: StackLocks;
  let folder: string;

  before(async () => {
    locks = (await scriptModule("stack-locks.mjs")) as StackLocks;
    folder = mkdtempSync(join(tmpdir(), "stack-locks-"));
  });

  after(() => rmSync(folder, { recursive: true }));

  function addLock(stack: string, lock: Lock): void {
    const place = join(folder, ".pulumi", "locks", "organization", "project", stack);
    mkdirSync(place, { recursive: true });
    writeFileSync(join(place, "8eee.json"), JSON.stringify(lock));
    writeFileSync(join(place, "8eee.json.attrs"), "{}");
  }

  it("are none before the first run", () => {
    assert.deepEqual(locks.stackLocks(folder, "local"), []);
  });

  it("are those of the stack alone", () => {
    addLock("local", { pid: 1, hostname: "here" });
    addLock("dev", { pid: 2, hostname: "here" });
    assert.deepEqual(locks.stackLocks(folder, "local"), [{ pid: 1, hostname: "here" }]);
  });

  it("are abandoned when their process has ended, on this machine", () => {
    const { pid } = spawnSync(process.execPath, ["--version"]);
    assert.equal(locks.isAbandoned({ pid, hostname: hostname() }), true);
    assert.equal(locks.isAbandoned({ pid, hostname: `not-${hostname()}` }), false);
    assert.equal(locks.isAbandoned({ pid: process.pid, hostname: hostname() }), false);
  });
});
