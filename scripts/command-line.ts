import { parseArgs, type ParseArgsConfig } from "node:util";
import { UserError } from "../components/errors";

/** What `parseArgs` makes of a command line. @throws UserError with its words and the usage where it understands it not */
export function parseCommandLine<T extends ParseArgsConfig>(usage: string, config: T): ReturnType<typeof parseArgs<T>> {
  try {
    return parseArgs(config);
  } catch (cause) {
    throw new UserError(`${(cause as Error).message}\n${usage}`, { cause });
  }
}
