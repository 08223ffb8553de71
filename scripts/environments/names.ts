import { readdirSync } from "node:fs";
import { join } from "node:path";
import { sharedDocument } from "../../components/config/load";
import { UserError } from "../../components/errors";

/** Whether Pulumi takes it as a stack's name; such a name also means nothing to a shell. */
export function canBeStackName(name: string): boolean {
  return /^[A-Za-z0-9][\w.-]{0,99}$/.test(name);
}

/** Every machine has a stack of this name of its own, made by `npm start`; no pipeline has to do with it. */
export const ownOfTheMachine = "local";

/**
 * The stacks that the documents in a folder describe, in the order of their names, but for {@link ownOfTheMachine}.
 * @throws UserError for a document whose name can be no stack's, or that is no document's
 */
export function stackNames(folder: string): readonly string[] {
  return documentedStacks(folder).filter((name) => name !== ownOfTheMachine);
}

/** All of them. */
export function documentedStacks(folder: string): readonly string[] {
  const files = documentsIn(folder).filter((file) => !file.startsWith("Pulumi."));
  const misnamed = files.find((file) => file.endsWith(".yml"));
  if (misnamed !== undefined) {
    const name = misnamed.replace(/yml$/, "yaml");
    throw new UserError(`Nothing reads ${join(folder, misnamed)}. Call it ${name}, or put it elsewhere.`);
  }
  const names = files
    .filter((file) => file.endsWith(".yaml") && file !== sharedDocument)
    .map((file) => file.slice(0, -".yaml".length))
    .sort();
  const wrong = names.find((name) => !canBeStackName(name));
  if (wrong === undefined) return names;
  throw new UserError(
    `${join(folder, `${wrong}.yaml`)} can be no stack's document: a stack's name has letters, digits, '_', '-' and '.' ` +
      "alone. Rename the file, or put it elsewhere.",
  );
}

/** A stack's name without the organisation and project that may stand before it. */
export function ownName(stack: string): string {
  return stack.slice(stack.lastIndexOf("/") + 1);
}

/** Where a stack's document is to be. */
export function documentOf(stack: string, folder: string): string {
  return join(folder, `${ownName(stack)}.yaml`);
}

function documentsIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder);
  } catch (cause) {
    throw new UserError(`${folder} cannot be read (${(cause as Error).message}). Stack documents belong there.`, {
      cause,
    });
  }
}
