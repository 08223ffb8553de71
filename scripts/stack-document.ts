import { existsSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { load } from "js-yaml";
import { loadStack, type StackDocument } from "../components/config/load";
import { UserError } from "../components/errors";
import { projectRoot } from "../components/project";
import { documentedStacks, documentOf, ownName } from "./environments/names";

/** A stack of the current project, as its documents say. */
export interface DocumentedStack {
  readonly document: StackDocument;
  /** `project/stack`. */
  readonly owner: string;
}

/**
 * @param stack its name, which may have its organisation and project before it
 * @param root the project's folder
 * @throws UserError where it has no document, or with everything that is wrong in one
 */
export function documentedStack(stack: string, root = projectRoot()): DocumentedStack {
  requireStackDocument(stack, root);
  const document = loadStack(documentOf(stack, join(root, "stacks")));
  const project = load(readFileSync(join(root, "Pulumi.yaml"), "utf8")) as { readonly name: string };
  return { document, owner: `${project.name}/${ownName(stack)}` };
}

/** @throws UserError where the project has documents of other stacks alone; a program of one's own may do without any */
export function requireStackDocument(stack: string, root = projectRoot()): void {
  const folder = join(root, "stacks");
  const file = documentOf(stack, folder);
  if (!existsSync(folder) || existsSync(file)) return;
  const others = documentedStacks(folder);
  if (others.length === 0) return;
  const meant = others.find((other) => basename(file) === `${other}.yaml.yaml`);
  if (meant !== undefined)
    throw new UserError(`There is no stack ${stack}. A stack has its document's name without .yaml: say ${meant}.`);
  throw new UserError(
    `There is no stacks/${basename(file)}. Stacks that have documents: ${others.join(", ")}. ` +
      `Name one of them, or make another: npm run new-environment -- ${basename(file, ".yaml")}`,
  );
}
