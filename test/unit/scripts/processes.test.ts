import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { pathToFileURL } from "node:url";
import { repoRoot } from "../../support/paths";
import { scriptModule } from "../../support/script-module";

interface Options {
  limit?: number;
}

interface Processes {
  execute: (program: string, args: string[], options?: Options) => Promise<{ code: number | null; timedOut: boolean }>;
  runQuietly: (purpose: string, program: string, args: string[], options?: Options) => Promise<string>;
  excerpt: (output: string, count: number) => string;
  isAlive: (pid: number) => boolean;
}

const forEver = "setInterval(() => {}, 1000)";

/** A script that runs a process without end, which tells its number, and cleans up in the end. */
function interruptible(): string {
  const lib = (name: string) => JSON.stringify(pathToFileURL(join(repoRoot, "scripts", "lib", name)).href);
  return `
    import { main } from ${lib("main.mjs")};
    import { execute } from ${lib("processes.mjs")};
    await main(async () => {
      try {
        await execute(process.execPath, ["-e", "console.log(process.pid); ${forEver}"], { stdio: "inherit" });
        console.log("went on");
      } finally {
        console.log("cleaned up");
      }
    });`;
}

describe("the processes that scripts run", () => {
  let processes: Processes;

  before(async () => {
    processes = (await scriptModule("processes.mjs")) as Processes;
  });

  it("give what they print", async () => {
    const output = await processes.runQuietly("Asking", process.execPath, ["-p", "6 * 7"]);
    assert.equal(output, "42\n");
  });

  it("are told of by purpose, command, exit code and words when they fail", async () => {
    const failing = processes.runQuietly("Asking", process.execPath, [
      "-e",
      "console.error('no answer'); process.exit(3)",
    ]);
    await assert.rejects(failing, /^Problem: Asking failed \(.*node.* -e .*: exit code 3\):\nno answer$/);
  });

  it("are ended when they take too long", async () => {
    const { timedOut } = await processes.execute(process.execPath, ["-e", forEver], { limit: 300 });
    assert.equal(timedOut, true);
  });

  it("end with the script when the user interrupts it, after it has cleaned up", async () => {
    const script = spawn(process.execPath, ["--input-type=module", "-e", interruptible()], {
      stdio: ["ignore", "pipe", "ignore"],
    });
    const lines = createInterface(script.stdout)[Symbol.asyncIterator]();
    const pid = Number((await lines.next()).value);
    script.kill("SIGINT");
    const [code] = (await once(script, "exit")) as [number];
    assert.equal((await lines.next()).value, "cleaned up");
    assert.equal(code, 130);
    assert.equal(processes.isAlive(pid), false);
  });

  it("have long output cut in the middle, as some tell the cause first and some last", () => {
    assert.equal(processes.excerpt("a\nb\nc\nd\ne\n", 2), "a\nb\n…\nd\ne");
    assert.equal(processes.excerpt("a\nb\nc\nd\n", 2), "a\nb\nc\nd");
  });
});
