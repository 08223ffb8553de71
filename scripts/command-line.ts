import { parseArgs, type ParseArgsConfig } from "node:util";
import { UserError } from "../components/errors";

/** Who asked for the usage is told it, and nothing is done. */
class UsageAsked extends Error {
  override readonly name = "UsageAsked";
}

const help = { help: { type: "boolean", short: "h" } } as const;

/**
 * What `parseArgs` makes of a command line, which may also ask for the usage (`--help`, `-h`).
 * @throws UserError with its words and the usage where it understands it not
 */
export function parseCommandLine<T extends ParseArgsConfig>(usage: string, config: T): ReturnType<typeof parseArgs<T>> {
  const { values } = parseArgs({ args: config.args, options: help, strict: false });
  if (values.help === true) throw new UsageAsked(usage);
  try {
    return parseArgs(config);
  } catch (cause) {
    throw new UserError(`${problemOf(cause as Error)}\n${usage}`, { cause });
  }
}

/** What `parse` makes of a command line; undefined of one that only has its usage, or what is wrong with it, told. */
export function understood<T>(parse: () => T): T | undefined {
  try {
    return parse();
  } catch (error) {
    if (error instanceof UserError || error instanceof UsageAsked) return undefined;
    throw error;
  }
}

/** Without Node's advice on arguments that begin with a dash: no command here takes any. */
function problemOf({ message }: Error): string {
  return message.replace(/\. To specify a positional argument .*$/s, ".");
}

/** Runs a command: its exit code is the number that `main` ends with, else 0; a mistake of the user's is told in words. */
export async function runCommand(main: () => unknown): Promise<void> {
  try {
    const code = await main();
    process.exitCode = typeof code === "number" ? code : 0;
  } catch (error) {
    process.exitCode = told(error);
  }
}

function told(error: unknown): number {
  if (error instanceof UsageAsked) {
    console.log(error.message);
    return 0;
  }
  console.error(error instanceof UserError ? error.message : error);
  return 1;
}
