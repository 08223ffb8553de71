import { UserError } from "../errors";

/**
 * Runs `work` for the engine. The dynamic provider's process prints the stack of what check, diff, read and delete throw;
 * a user's mistake has no use for one.
 */
export async function quietly<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof UserError) error.stack = "";
    throw error;
  }
}

export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
