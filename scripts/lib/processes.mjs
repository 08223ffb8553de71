import { spawn } from "node:child_process";
import { accessSync, constants } from "node:fs";
import { delimiter, join } from "node:path";
import { clearInterval, clearTimeout, setInterval, setTimeout } from "node:timers";
import { Interrupted, Problem } from "./problem.mjs";
import { duration, note } from "./say.mjs";

const running = new Set();
let interrupted = false;

/** Passes Ctrl-C and its kind on to what runs; the step under way then ends by `Interrupted`. */
export function forwardSignals() {
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) {
    process.on(signal, () => {
      interrupted = true;
      for (const child of running) signalGroup(child, "SIGINT");
    });
  }
}

/** Throws `Interrupted` when the user has asked to stop: for loops that wait without a child process. */
export function stopIfInterrupted() {
  if (interrupted) throw new Interrupted("interrupted");
}

/** Where a program lies on a search path, else undefined. */
export function which(program, path = process.env.PATH ?? "") {
  return path
    .split(delimiter)
    .map((folder) => join(folder, program))
    .find(isExecutable);
}

function isExecutable(file) {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/**
 * Runs a program to its end, its output shown (`stdio` as for spawn) or gathered.
 *
 * Options beside spawn's: `limit`, milliseconds after which it is killed; `stillDoing`, what to say every minute.
 * @returns {Promise<{code: number | null, output: string, timedOut: boolean}>} `output`: stdout and stderr where piped
 */
export async function execute(program, args, { limit, stillDoing, ...options } = {}) {
  stopIfInterrupted();
  // A group of its own: the terminal's Ctrl-C reaches it once, through us, and not twice.
  const child = spawn(program, args, { stdio: ["ignore", "pipe", "pipe"], ...options, detached: true });
  running.add(child);
  const started = Date.now();
  let timedOut = false;
  const killer = limit && setTimeout(() => ((timedOut = true), signalGroup(child, "SIGKILL")), limit);
  const reminder = stillDoing && setInterval(() => note(`${stillDoing} (${duration(Date.now() - started)})`), 60_000);
  try {
    const result = await ending(child);
    stopIfInterrupted();
    return { ...result, timedOut };
  } finally {
    clearTimeout(killer);
    clearInterval(reminder);
    running.delete(child);
  }
}

function ending(child) {
  let output = "";
  for (const stream of [child.stdout, child.stderr]) stream?.setEncoding("utf8").on("data", (text) => (output += text));
  return new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (code) => resolve({ code, output }));
  });
}

function signalGroup(child, signal) {
  try {
    process.kill(-child.pid, signal);
  } catch (error) {
    if (error.code !== "ESRCH") throw error;
  }
}

/** Runs a program quietly; where it fails, a `Problem` with what it was for and its last lines. */
export async function runQuietly(purpose, program, args, options) {
  const { code, output, timedOut } = await execute(program, args, options);
  if (code === 0) return output;
  const reason = timedOut ? `took longer than ${duration(options.limit)}` : `exit code ${code}`;
  throw new Problem(`${purpose} failed (${program} ${args.join(" ")}: ${reason}):\n${excerpt(output)}`);
}

/** Runs a program with its output shown; where it fails, a `Problem`. */
export async function runShown(purpose, program, args, options) {
  const { code } = await execute(program, args, { stdio: ["ignore", "inherit", "inherit"], ...options });
  if (code !== 0) throw new Problem(`${purpose} failed (exit code ${code}); its own messages are above.`);
}

/** A program's output for an error message: some tell the cause first, some last. */
export function excerpt(output, count = 15) {
  const lines = output.trimEnd().split("\n");
  return lines.length <= 2 * count
    ? lines.join("\n")
    : [...lines.slice(0, count), "…", ...lines.slice(-count)].join("\n");
}

/** The end of a program's output. */
export function lastLines(output, count = 15) {
  return output.trimEnd().split("\n").slice(-count).join("\n");
}

/** Whether a process of this number exists, whoever's it is. */
export function isAlive(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code !== "ESRCH";
  }
}
