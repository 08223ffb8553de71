import { accessSync, constants, statSync } from "node:fs";
import { delimiter, join } from "node:path";
import { UserError } from "../../errors";

interface Candidate {
  /** What the user knows it by; values of the environment are not shown. */
  readonly shown: string;
  readonly paths: readonly string[];
  readonly unset: boolean;
}

/**
 * The Java that runs a topology's main, looked for as the Heron CLI does: $JAVA_BIN, $JAVA_HOME/bin/java, PATH.
 * @throws UserError that says what was looked for
 */
export function findJava(env: NodeJS.ProcessEnv): string {
  const all = candidates(env);
  const found = all.flatMap(({ paths }) => paths).find(isProgram);
  if (found !== undefined) return found;
  const tried = all.map(({ shown, unset }) => `${shown} (${unset ? "not set" : "no such program"})`).join(", ");
  throw new UserError(
    `No Java to run the topology's main with: looked at ${tried}. Install a JRE (8 or later; Debian: 'apt-get install ` +
      `default-jre-headless', macOS: 'brew install openjdk'), or give a 'definition' that was emitted before: it needs none.`,
  );
}

function candidates({ JAVA_BIN, JAVA_HOME, PATH }: NodeJS.ProcessEnv): Candidate[] {
  return [
    { shown: "$JAVA_BIN", paths: JAVA_BIN ? [JAVA_BIN] : [], unset: !JAVA_BIN },
    { shown: "$JAVA_HOME/bin/java", paths: JAVA_HOME ? [join(JAVA_HOME, "bin", "java")] : [], unset: !JAVA_HOME },
    { shown: "java on PATH", paths: foldersOf(PATH).map((folder) => join(folder, "java")), unset: !PATH },
  ];
}

function foldersOf(path = ""): string[] {
  return path.split(delimiter).filter((folder) => folder !== "");
}

function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    // Not there, or not ours to run: the next candidate's turn.
    return false;
  }
}
