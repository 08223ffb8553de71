import { minimumGo } from "./pulumi/from-source.mjs";
import { execute, which } from "./processes.mjs";
import { atLeast, parseVersion } from "./versions.mjs";

/** What `npm test` needs beside Node: how to ask each for its version, the least that will do, how to get it. */
export const testTools = [
  { name: "JDK", command: ["javac", "-version"], minimum: [17], debian: "openjdk-17-jdk-headless", brew: "openjdk@17" },
  { name: "Maven", command: ["mvn", "--version"], minimum: [3, 6], debian: "maven", brew: "maven" },
  {
    name: "Python",
    command: ["python3", "--version"],
    // What setuptools asks for, which heronpy imports.
    minimum: [3, 9],
    debian: "python3 python3-venv",
    brew: "python",
  },
  {
    name: "Python's venv",
    command: ["python3", "-c", "import ensurepip, sys; print(sys.version)"],
    minimum: [3],
    debian: "python3-venv",
    brew: "python",
  },
  {
    name: "Go",
    command: ["go", "version"],
    minimum: minimumGo,
    debian: "golang-go (Debian 13 or later)",
    brew: "go",
    site: "https://go.dev/dl",
  },
  { name: "Chromium", command: ["chromium", "--version"], minimum: [120], debian: "chromium", brew: "chromium" },
  { name: "OpenSSL", command: ["openssl", "version"], minimum: [1, 1, 1], debian: "openssl", brew: "openssl" },
  { name: "curl", command: ["curl", "--version"], minimum: [7], debian: "curl", brew: "curl" },
  { name: "git", command: ["git", "--version"], minimum: [2], debian: "git", brew: "git" },
];

/**
 * What is wrong with a tool, in a line, else undefined.
 * @param {number[] | undefined} version as it was found
 */
export function toolProblem({ name, command, minimum, debian, brew, site }, version) {
  if (version !== undefined && atLeast(version, minimum)) return undefined;
  const state = version === undefined ? `is missing (${command[0]})` : `is ${version.join(".")}`;
  const ways = [`apt-get install ${debian}`, `brew install ${brew}`, ...(site === undefined ? [] : [site])];
  return `${name} ${state}, ${minimum.join(".")} or later is needed: ${ways.join(", or ")}`;
}

/** All that is wrong with the tools of this machine, a line each. */
export async function toolProblems(tools = testTools) {
  const versions = await Promise.all(tools.map(({ command }) => versionOf(command)));
  return tools.map((tool, index) => toolProblem(tool, versions[index])).filter((problem) => problem !== undefined);
}

async function versionOf([program, ...args]) {
  if (which(program) === undefined) return undefined;
  // Some say it on stderr; others warn there, with numbers of other things.
  for (const stdio of [
    ["ignore", "pipe", "ignore"],
    ["ignore", "pipe", "pipe"],
  ]) {
    const { code, output } = await execute(program, args, { stdio });
    const version = code === 0 ? parseVersion(output) : undefined;
    if (version !== undefined) return version;
  }
  return undefined;
}
