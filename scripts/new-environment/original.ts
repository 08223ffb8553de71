import { existsSync } from "node:fs";
import { join } from "node:path";
import { UserError } from "../../components/errors";
import { ownOfTheMachine, stackNames } from "../environments/names";

/**
 * The stack whose document a new one is made after where none is named: the only one there is, else `dev`, else `local`.
 * @throws UserError where there is neither, with the documents to choose from
 */
export function originalOf(name: string, stacks: string): string {
  const others = stackNames(stacks).filter((other) => other !== name);
  const [only, ...more] = others;
  if (only !== undefined && more.length === 0) return only;
  if (others.includes("dev")) return "dev";
  if (name !== ownOfTheMachine && existsSync(join(stacks, `${ownOfTheMachine}.yaml`))) return ownOfTheMachine;
  throw new UserError(
    others.length === 0
      ? `${stacks} has no stack's document to make ${name}.yaml after. Write the first by hand, as docs/stack-document.md says.`
      : `After which document is ${name}.yaml to be made? ${stacks} has ${others.map((other) => `${other}.yaml`).join(", ")}. ` +
          `Name one: --from ${only}.`,
  );
}
