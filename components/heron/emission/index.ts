import { createHash } from "node:crypto";
import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { type Cache, sha256File } from "../../cache";
import { UserError } from "../../errors";
import { mainCommand } from "./main-command";
import { heronOptions } from "./options";
import { type ProgramEnd, runProgram } from "./run";

/** What a topology's main is run with. */
export interface EmissionRequest {
  /** Absolute path of the user's file. */
  readonly package: string;
  readonly class?: string;
  readonly args: readonly string[];
  readonly jvmProperties: Readonly<Record<string, string>>;
  /** Jars that the main needs and its own does not hold, such as heron-api. */
  readonly libraries?: readonly string[];
  readonly cluster: string;
  readonly role: string;
  readonly environment: string;
  readonly submitUser: string;
  readonly topologyName: string;
  readonly timeoutMs: number;
}

/** Raised when what we ask of a main changes, so that definitions of before are emitted anew. */
const format = 1;

/**
 * Runs the user's own main with the options that Heron's API reads, so that it emits its definition, and returns that.
 * Emission is not reproducible (the id holds a random UUID), so what went in is the address of what came out: the same
 * package, arguments and names run nothing twice.
 * @throws UserError with the program's own last lines when it fails, hangs, or emits none or several
 */
export async function emitDefinition(request: EmissionRequest, cache: Cache): Promise<Uint8Array> {
  const key = await emissionKey(request);
  const known = await cache.getDerived("definitions", key);
  if (known !== undefined) return known;
  const directory = await mkdtemp(join(tmpdir(), "heron-emission-"));
  try {
    const emitted = await emit(request, directory);
    await cache.putDerived("definitions", key, emitted);
    return emitted;
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

async function emissionKey(request: EmissionRequest): Promise<string> {
  const { package: file, libraries = [], class: main, args, jvmProperties } = request;
  const { cluster, role, environment, submitUser, topologyName } = request;
  const content = await Promise.all([file, ...libraries].map((each) => hashed(each)));
  const ways = [main ?? null, args, jvmProperties, cluster, role, environment, submitUser, topologyName];
  return createHash("sha256")
    .update(JSON.stringify([format, basename(file), content, ways]))
    .digest("hex");
}

async function hashed(file: string): Promise<string> {
  try {
    return await sha256File(file);
  } catch {
    throw new UserError(`package: there is no file ${basename(file)}. Build it, or correct the path.`);
  }
}

async function emit(request: EmissionRequest, directory: string): Promise<Uint8Array> {
  const file = basename(request.package);
  const main = await mainCommand(request, directory);
  const ended = await runProgram(main.command, main.args, {
    cwd: directory,
    env: {
      ...process.env,
      ...main.env,
      HERON_OPTIONS: heronOptions({ ...request, directory, fileName: file, className: request.class ?? "-" }),
    },
    timeoutMs: request.timeoutMs,
  });
  if (ended.notStarted === "ENOENT") throw new UserError(main.whenMissing);
  const failure = failureOf(ended, request);
  if (failure !== undefined) throw new UserError(`${file}: ${failure}${quotedLines(ended)}`);
  const emitted = (await readdir(directory)).filter((name) => name.endsWith(".defn"));
  const wanted = emitted.length === 1 ? emitted[0] : emitted.find((name) => name === `${request.topologyName}.defn`);
  if (wanted === undefined) throw new UserError(`${file}: ${wrongNumber(emitted, request)}${quotedLines(ended)}`);
  return readFile(join(directory, wanted));
}

function failureOf(ended: ProgramEnd, request: EmissionRequest): string | undefined {
  const main = request.class === undefined || request.class === "-" ? "the main" : `the main of ${request.class}`;
  if (ended.timedOut) {
    return `${main} did not end within ${request.timeoutMs / 1000} s and was stopped. It must only describe the topology and submit it, not run it.`;
  }
  if (ended.notStarted !== undefined) return `${main} could not be started: ${ended.notStarted}.`;
  if (ended.signal !== null) return `${main} was ended by ${ended.signal}.`;
  return ended.code === 0 ? undefined : `${main} exited ${ended.code ?? "abnormally"}.`;
}

function wrongNumber(emitted: readonly string[], request: EmissionRequest): string {
  return emitted.length === 0
    ? "the main ended well but emitted no topology. It must submit one (HeronSubmitter.submitTopology, or write() in Python)."
    : `the main emitted ${emitted.length} topologies (${emitted.join(", ")}), none of them ${request.topologyName}. Name the one that is meant.`;
}

function quotedLines({ lastLines }: ProgramEnd): string {
  return lastLines === "" ? " It printed nothing." : ` Its last lines:\n${lastLines.replace(/^/gm, "  | ")}`;
}
