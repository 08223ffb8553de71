import { existsSync } from "node:fs";
import { stripVTControlCharacters } from "node:util";
import { UserError } from "../../errors";
import { withoutSecrets } from "../emission/failure";
import type { ProgramEnd } from "../emission/run";

const shownLines = 6;

/**
 * The CLI's own words without colours and times, line by line: what the user is shown.
 */
export function plainLines(said: string): string[] {
  return stripVTControlCharacters(said)
    .split("\n")
    .map((line) => line.replace(/^\[\d{4}-\d\d-\d\d [\d:]+ [+-]\d{4}\] /, "").trim())
    .filter((line) => line !== "");
}

/**
 * Reads how a command of the CLI ended. Exit code 0 proves nothing by itself (a kill of a job that is not there ends so):
 * the caller looks at scheduler and state tree.
 * @throws UserError with the CLI's words when it did not end well
 */
export function requireSuccess(command: string, end: ProgramEnd, seconds: number): void {
  if (end.notStarted === "E2BIG") throw new UserError(tooLong(command));
  if (end.notStarted !== undefined) throw new UserError(notFound(end.notStarted));
  const said = lastWords(end.said);
  if (end.timedOut) {
    throw new UserError(
      `'${command}' had not ended after ${seconds} s and was killed with all that it had started.${said}\n` +
        `What it has done by then stays; running 'pulumi up' again looks and goes on from there. More time: timeouts.`,
    );
  }
  if (end.code === 0) return;
  const how = end.signal ?? `exit code ${end.code}`;
  throw new UserError(`'${command}' failed (${how}).${said}`);
}

/** Start of the Heron versions whose command line this is; others may name their options differently. */
const supported = "0.20.";

/**
 * Reads the answer of `heron version`.
 * @throws UserError when there is no such command, or it is of another version
 */
export function requireVersion(end: ProgramEnd): void {
  requireSuccess("heron version", end, versionSeconds);
  const version = /heron\.build\.version\s*:\s*'?([^\s']+)/.exec(stripVTControlCharacters(end.said))?.[1];
  if (version?.startsWith(supported)) return;
  throw new UserError(
    `The 'heron' on PATH is ${version === undefined ? "of an unknown version" : `version ${version}`}, but 'submitter: heron-cli' ` +
      `knows the command line of 0.20. Nothing was touched. Put that one first on PATH, or use 'submitter: native'.`,
  );
}

/** How long `heron version` may take. */
export const versionSeconds = 60;

function notFound(why: string): string {
  return (
    `There is no 'heron' command to run (${why}), which 'submitter: heron-cli' needs. Nothing was touched. ` +
    `Install Heron's client tools and put 'heron' on PATH, or use 'submitter: native'.`
  );
}

function tooLong(command: string): string {
  return (
    `'${command}' could not be started: its arguments, with the environment that this process has, are longer than the system takes ` +
    `(E2BIG). Shorten 'args', 'jvmProperties' or 'heronConfig' of the topology, or have its main read them from a file in the package.`
  );
}

/**
 * Errors first in importance: Java's stack traces would bury them. The engine keeps them in the state, which is to name no folder
 * of this machine.
 */
function lastWords(said: string): string {
  const lines = plainLines(withoutFolders(withoutSecrets(said, process.env))).filter(
    (line) => !/^at [\w.$]+\(/.test(line),
  );
  const telling = lines.filter((line) => /ERROR|WARN|Failed|error|exception|does not|can not/i.test(line));
  const shown = (telling.length > 0 ? telling : lines).slice(-shownLines);
  return shown.length === 0 ? " It said nothing." : `\n${shown.map((line) => `  ${line}`).join("\n")}`;
}

/** The folders of an absolute path, also of a `file:` URI; the path of another URI comes behind its host. */
const folders = /(?<![\w.~-]|:\/)\/([^\s/'"`,:;=()<>[\]]+)\/(?:[^\s/'"`,:;=()<>[\]]+\/)*/g;

/** Paths by their last part alone; not what only looks like one, as a node in ZooKeeper: no such folder is here. */
function withoutFolders(text: string): string {
  return text.replace(folders, (path, top: string) => (existsSync(`/${top}`) ? "…/" : path));
}
