import type { StackDocument } from "../components/config/load";
import { UserError } from "../components/errors";

/** @throws UserError where a command names topologies that the stack's documents do not have */
export function requireTopologies(stack: string, { topologies }: StackDocument, names: readonly string[]): void {
  const known = topologies.map(({ args }) => args.name);
  const unknown = names.filter((name) => !known.includes(name));
  if (unknown.length > 0) {
    throw new UserError(
      `The stack ${stack} runs no topology ${unknown.join(", ")}. It runs ${known.join(", ") || "none"}.`,
    );
  }
}
