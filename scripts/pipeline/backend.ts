import { existsSync } from "node:fs";
import { basename, join } from "node:path";
import { UserError } from "../../components/errors";
import { projectRoot } from "../../components/project";
import { documentedStacks, documentOf } from "../environments/names";

/** Pure: what to do where `pulumi` has said that it does not know where the state is; else nothing. */
export function backendAdvice(said: string): string | undefined {
  if (!said.includes("PULUMI_ACCESS_TOKEN must be set")) return undefined;
  return (
    "That is: where the state is kept is not said. Set PULUMI_BACKEND_URL (a folder: file:///…?metadata=skip, a bucket: " +
    "s3://…), or log in once by 'pulumi login <url>'; docs/state.md has the choices."
  );
}

/**
 * @param stack its name, which may have its organisation and project before it
 * @throws UserError where the project has documents of other stacks alone; a program of one's own may do without any
 */
export function requireStackDocument(stack: string): void {
  const folder = join(projectRoot(), "stacks");
  const file = documentOf(stack, folder);
  if (!existsSync(folder) || existsSync(file)) return;
  const others = documentedStacks(folder);
  if (others.length === 0) return;
  throw new UserError(
    `There is no stacks/${basename(file)}. Stacks that have documents: ${others.join(", ")}. ` +
      `Name one of them, or make another: npm run new-environment -- ${basename(file, ".yaml")}`,
  );
}
