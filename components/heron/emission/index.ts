import { bulkhead } from "cockatiel";
import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { availableParallelism, tmpdir } from "node:os";
import { basename, join } from "node:path";
import type { Cache } from "../../cache";
import { ArgumentError } from "../../errors";
import type { Finding } from "../../finding";
import { readEmitted } from "./emitted";
import { failureOf, quotedLines } from "./failure";
import { emissionKey } from "./key";
import { mainCommand } from "./main-command";
import { heronOptions } from "./options";
import { packageKind } from "./package-kind";
import type { EmissionRequest } from "./request";
import { type ProgramEnd, programEnvironment, runProgram } from "./run";

export type { EmissionRequest } from "./request";

const kind = "definitions";

/** A main may take a gigabyte: a stack of a hundred topologies must not run them all at once. */
const running = bulkhead(availableParallelism(), Number.POSITIVE_INFINITY);

/**
 * Runs the user's own main with the options that Heron's API reads, as `heron submit` does, so that it emits its
 * definition, and returns that. Emission is not reproducible (the id holds a random UUID), so what went in is the address
 * of what came out: the same package, arguments and names run nothing twice. What the main reads besides (the network,
 * files, the environment) is not known here; a change of it alone emits nothing new.
 * @throws ArgumentError with the program's own last lines when it fails, hangs, or emits none, another or several
 */
export async function emitDefinition(request: EmissionRequest, cache: Cache): Promise<Uint8Array> {
  packageKind(request.package);
  const key = await emissionKey(request, cache);
  const known = await cache.noted(kind, key);
  if (known !== undefined) {
    const definition = await cache.get(kind, known);
    if (definition !== undefined) return definition;
    await cache.forget(kind, key);
  }
  const emitted = await running.execute(() => emit(request));
  // Another process may have been faster: its definition counts, so that all go on with the same.
  const counts = await cache.note(kind, key, await cache.put(kind, emitted));
  return (await cache.get(kind, counts)) ?? emitted;
}

async function emit(request: EmissionRequest): Promise<Uint8Array> {
  const directory = await mkdtemp(join(tmpdir(), "heron-emission-"));
  try {
    const [emitted, work] = [join(directory, "emitted"), join(directory, "work")];
    await Promise.all([mkdir(emitted), mkdir(work)]);
    const { command, args, env, whenMissing } = await mainCommand(request, directory);
    const end = await runProgram(command, args, {
      cwd: work,
      env: { ...programEnvironment(), ...env, HERON_OPTIONS: heronOptions(request, emitted) },
      timeoutMs: request.timeoutMs,
      workFolder: directory,
    });
    if (end.notStarted === "ENOENT") throw new ArgumentError([whenMissing]);
    const failure = failureOf(end, request);
    if (failure !== undefined) throw failed(request, [failure], end);
    return await readEmitted(emitted, request.topologyName).catch((error: unknown) => {
      throw error instanceof ArgumentError ? failed(request, error.findings, end) : error;
    });
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

function failed(request: EmissionRequest, why: readonly Finding[], end: ProgramEnd): ArgumentError {
  const said = quotedLines(end.said, process.env);
  return new ArgumentError(
    why.map(({ path, message }) => ({ path, message: `${basename(request.package)}: ${message}${said}` })),
  );
}
