import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import {
  closeSync,
  existsSync,
  fstatSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { answers, isPortTaken } from "./http.mjs";
import { Interrupted, Problem } from "./problem.mjs";
import { isAlive, lastLines, runQuietly, stopIfInterrupted } from "./processes.mjs";
import { root } from "./project.mjs";
import { note, step } from "./say.mjs";

// Who sets these says the same in stacks/local.yaml.
const port = Number(process.env.HERON_AURORA_SANDBOX_PORT ?? 8081);
/** Holds the sandbox's data and, as the stack `local` names them, the packages and the state tree. */
export const sandboxFolder = process.env.HERON_AURORA_SANDBOX_FOLDER ?? "/var/tmp/pulumi-heron-aurora";
/** Where the sandbox keeps its jobs and its log. */
const sandboxData = join(sandboxFolder, "sandbox");
const logFile = join(sandboxData, "sandbox.log");
/** Names the checkout that started it: of another, jobs of the same names are not ours to change. */
const checkoutFile = join(sandboxData, "checkout");
/** Names what it was built from: one that was started before a `git pull` runs on as it was. */
const buildFile = join(sandboxData, "build");
const stateFile = join(sandboxData, "sandbox.json");
const program = join(root, "bin", "sandbox", "main.js");
const startLimit = 30_000;
const stopLimit = 30_000;

/**
 * Starts the sandbox Aurora, or finds the one that runs already.
 * @returns {Promise<{pid: number, url: string, logFile: string, started: boolean}>} `started`: by this call
 */
export async function ensureSandbox() {
  const running = await runningSandbox();
  if (running !== undefined) {
    requireOwn();
    requireSamePort(running);
    noteOldBuild();
    return { ...running, logFile, started: false };
  }
  await requirePort();
  step(`Sandbox Aurora on port ${port}`);
  const sandbox = await start();
  note(`running, process ${sandbox.pid}, log ${logFile}`);
  return { ...sandbox, logFile, started: true };
}

/** A port that was set since is one of which stacks/local.yaml says the same by now. */
function requireSamePort({ url }) {
  if (process.env.HERON_AURORA_SANDBOX_PORT === undefined || new URL(url).port === String(port)) return;
  throw new Problem(
    `The sandbox Aurora runs on ${url}, and HERON_AURORA_SANDBOX_PORT is ${port}. Run 'npm run down' first, with the port that it ` +
      `runs on in HERON_AURORA_SANDBOX_PORT and in stacks/local.yaml; or leave the port as it is.`,
  );
}

/** @throws Problem for a sandbox that another checkout has started, as long as that is there to stop it */
export function requireOwn() {
  const other = otherCheckout();
  if (other === undefined) return;
  throw new Problem(
    `A sandbox Aurora of another checkout runs on this machine: ${other}\n` +
      `Run 'npm run down' there first: both would deploy the stack 'local' to it.`,
  );
}

/** The checkout that has started the sandbox, where that is another and still there; else undefined. */
export function otherCheckout() {
  const checkout = existsSync(checkoutFile) ? readFileSync(checkoutFile, "utf8") : root;
  return checkout !== root && existsSync(checkout) ? checkout : undefined;
}

/** Its tasks are restarted with it, so that is for the user to say. */
function noteOldBuild() {
  const build = existsSync(buildFile) ? readFileSync(buildFile, "utf8") : undefined;
  if (build === buildDigest()) return;
  note(
    "the sandbox Aurora that runs was built before this checkout changed: 'npm run down', then 'npm start', renews it",
  );
}

function buildDigest() {
  const hash = createHash("sha256");
  const folder = join(root, "bin", "sandbox");
  for (const name of readdirSync(folder, { recursive: true }).sort()) {
    if (name.endsWith(".js")) hash.update(`${name}\n`).update(readFileSync(join(folder, name)));
  }
  return hash.digest("hex");
}

/** Throws where another program holds the sandbox's port: worth knowing before the steps that take minutes. */
export async function requirePort() {
  if (!(Number.isInteger(port) && port > 0 && port < 65_536)) {
    const given = process.env.HERON_AURORA_SANDBOX_PORT;
    throw new Problem(`HERON_AURORA_SANDBOX_PORT is '${given}': set it to a port, or leave it out for 8081.`);
  }
  if ((await runningSandbox()) !== undefined || !(await isPortTaken(port))) return;
  throw new Problem(
    `Port ${port} is in use by another program, and the sandbox Aurora needs it.\n` +
      `Stop that program (see which it is: ss -ltnp 'sport = :${port}', or lsof -i :${port}) and run the command again,\n` +
      `or give the sandbox another: HERON_AURORA_SANDBOX_PORT, and the same port in stacks/local.yaml.`,
  );
}

/** The sandbox that runs, by what it wrote about itself, else undefined. */
export async function runningSandbox() {
  if (!existsSync(stateFile)) return undefined;
  const { pid, url } = JSON.parse(readFileSync(stateFile, "utf8"));
  return isAlive(pid) && (await answers(new URL("/health", url))) ? { pid, url: new URL(url).origin } : undefined;
}

async function start() {
  const log = openLog();
  writeFileSync(checkoutFile, root);
  writeFileSync(buildFile, buildDigest());
  const earlier = fstatSync(log).size;
  const args = [program, "serve", "--port", String(port), "--data", sandboxData];
  const child = spawn(process.execPath, args, { cwd: root, detached: true, stdio: ["ignore", log, log] });
  closeSync(log);
  child.unref();
  try {
    return await readiness(child, earlier);
  } catch (error) {
    child.kill();
    throw error;
  }
}

function openLog() {
  try {
    mkdirSync(sandboxData, { recursive: true });
    return openSync(logFile, "a");
  } catch (error) {
    throw new Problem(
      `The sandbox Aurora keeps its data in ${sandboxData}, which cannot be written (${error.code}): is it another user's?`,
    );
  }
}

async function readiness(child, earlier) {
  for (const deadline = Date.now() + startLimit; Date.now() < deadline; await sleep(200)) {
    stopIfInterrupted();
    if (child.exitCode !== null) throw new Problem(`The sandbox Aurora did not start:\n${logTail(earlier)}`);
    const sandbox = await runningSandbox();
    if (sandbox?.pid === child.pid) return sandbox;
  }
  throw new Problem(`The sandbox Aurora was not ready after ${startLimit / 1000} s:\n${logTail(earlier)}`);
}

function logTail(earlier) {
  return `${lastLines(readFileSync(logFile).subarray(earlier).toString())}\n(whole log: ${logFile})`;
}

/** After a step that failed by `error`: stops a sandbox that this run started and the user interrupted, names it else. */
export async function leaveSandbox(sandbox, error) {
  if (error instanceof Interrupted && sandbox.started) {
    step("Stopping the sandbox Aurora; it keeps its jobs for its next start");
    await stopSandbox(sandbox);
  } else {
    note(`left running: the sandbox Aurora, process ${sandbox.pid}, log ${sandbox.logFile} (npm run down stops it)`);
  }
}

/** Stops a sandbox and waits until it is gone. What it keeps in its folder stays, for its next start. */
export async function stopSandbox({ pid }) {
  if (isAlive(pid)) process.kill(pid, "SIGTERM");
  for (const deadline = Date.now() + stopLimit; Date.now() < deadline; await sleep(100)) {
    if (!isAlive(pid)) return;
  }
  throw new Problem(`The sandbox Aurora (process ${pid}) has not ended. Its log: ${logFile}`);
}

/** Ends the sandbox, where one runs, and all that its tasks run, also what one that was killed has left: it keeps its jobs. */
export async function stopWithTasks() {
  const args = [program, "stop", "--data", sandboxData, "--kill-tasks"];
  await runQuietly("Stopping the sandbox Aurora", process.execPath, args, { cwd: root, limit: stopLimit });
}
