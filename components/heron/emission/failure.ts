import { basename } from "node:path";
import type { Finding } from "../../finding";
import type { EmissionRequest } from "./request";
import type { ProgramEnd } from "./run";

const shownLines = 20;
const shownColumns = 300;

/** Why a main that ran emitted nothing, with what to do and which argument to look at; undefined when it ended well. */
export function failureOf(end: ProgramEnd, request: EmissionRequest): Finding | undefined {
  const message = whyFailed(end, request);
  return message === undefined ? undefined : { path: [placeOf(end)], message };
}

function placeOf(end: ProgramEnd): "args" | "class" | "package" {
  if (end.notStarted === "E2BIG") return "args";
  return isNoSuchClass(end) || end.notStarted === "EACCES" ? "class" : "package";
}

function whyFailed(end: ProgramEnd, request: EmissionRequest): string | undefined {
  const main = request.class === "-" ? "the main" : `the main of ${request.class ?? ""}`;
  if (end.timedOut) {
    return `${main} did not end within ${request.timeoutMs / 1000} s and was stopped. It must only describe the topology and submit it, not run it.`;
  }
  if (end.notStarted !== undefined)
    return `${main} could not be started (${end.notStarted}).${notStartedHints[end.notStarted] ?? ""}`;
  if (end.signal !== null) return `${main} was ended by ${end.signal}.`;
  if (end.code === 0) return undefined;
  return `${main} exited with ${end.code ?? "no code"}.${hintOf(end, request)}`;
}

const notStartedHints: Readonly<Record<string, string>> = {
  E2BIG:
    " Its arguments are longer than the system takes: shorten 'args', or give it the name of a file that it reads.",
  EACCES: " Make the program executable (chmod +x).",
};

function isNoSuchClass({ said }: ProgramEnd): boolean {
  return said.includes("Could not find or load main class");
}

function hintOf(end: ProgramEnd, request: EmissionRequest): string {
  const { said } = end;
  const file = basename(request.package);
  if (/(NoClassDefFoundError|ClassNotFoundException): org[/.]apache[/.]heron[/.]/.test(said)) {
    return ` ${file} does not hold heron-api: build it with its dependencies, name the jar of heron-api in 'libraries', or give a 'definition' that was emitted where they are.`;
  }
  if (said.includes("No module named 'heronpy")) return ` ${file} does not hold heronpy: build the pex with it.`;
  if (isNoSuchClass(end)) return ` ${file} holds no such class: correct 'class'.`;
  return "";
}

/** The end of a program's output as a quotation, without what environment variables hold. */
export function quotedLines(said: string, env: NodeJS.ProcessEnv): string {
  const lines = withoutSecrets(said, env)
    .split(/\r?\n/)
    // The JVM tells the value of JAVA_TOOL_OPTIONS and its like.
    .filter((line) => line.trim() !== "" && !/^(NOTE: )?Picked up \w+: /.test(line))
    .slice(-shownLines)
    .map((line) => `\n  | ${line.slice(0, shownColumns)}`);
  return lines.length === 0 ? " It printed nothing." : ` Its last lines:${lines.join("")}`;
}

/** Without what environment variables hold that are secrets by their name. */
export function withoutSecrets(text: string, env: NodeJS.ProcessEnv): string {
  return Object.entries(env)
    .filter(([name, value = ""]) => /secret|token|passw|passphrase|credential|key/i.test(name) && value.length >= 6)
    .reduce((shown, [name, value = ""]) => shown.replaceAll(value, `[$${name}]`), text);
}
