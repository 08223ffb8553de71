import assert from "node:assert/strict";
import { tmpdir } from "node:os";
import { setImmediate } from "node:timers/promises";
import { type ProgramEnd, runProgram } from "../../../../components/heron/emission/run";

describe("a program that is run", () => {
  const run = (args: readonly string[]): Promise<ProgramEnd> =>
    runProgram("sh", args, { cwd: tmpdir(), env: process.env, timeoutMs: 10_000 });

  it("is one of any number, of which Node warns of no leak, and leaves no listener", async () => {
    const warnings: string[] = [];
    const heard = ({ name }: Error): void => void warnings.push(name);
    const before = process.listenerCount("SIGTERM");
    process.on("warning", heard);
    try {
      const ends = await Promise.all(Array.from({ length: 12 }, () => run(["-c", "echo done"])));
      assert.deepEqual(
        ends.map(({ code, said }) => `${code} ${said}`),
        ends.map(() => "0 done\n"),
      );
      await setImmediate();
    } finally {
      process.off("warning", heard);
    }
    assert.deepEqual(warnings, []);
    assert.equal(process.listenerCount("SIGTERM"), before);
  });

  it("is not killed at once where it may take longer than a timer of Node's", async () => {
    const options = { cwd: tmpdir(), env: process.env, timeoutMs: 30 * 24 * 3600 * 1000 };
    const { code, timedOut } = await runProgram("sh", ["-c", "sleep 0.2"], options);
    assert.deepEqual([code, timedOut], [0, false]);
  });

  it("is said not to have started where the system takes no such arguments", async () => {
    const whys = [
      ["-c", "true", "a\0b"],
      ["-c", "true", "x".repeat(4 * 1024 * 1024)],
    ].map(async (args) => (await run(args)).notStarted);
    assert.deepEqual(await Promise.all(whys), ["ERR_INVALID_ARG_VALUE", "E2BIG"]);
  });
});
