import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { repoRoot } from "./paths";

/** A module of `scripts/lib`, which is plain JavaScript: the caller says what it expects in it. */
export async function scriptModule(name: string): Promise<unknown> {
  return import(pathToFileURL(join(repoRoot, "scripts", "lib", name)).href);
}
