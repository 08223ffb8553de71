import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { localEnvironment, stackName } from "./local-stack.mjs";
import { prepare } from "./prepare.mjs";
import { root } from "./project.mjs";

/**
 * What a script that drives `pulumi` on a stack of its arguments needs in its environment: a CLI first on PATH, got first
 * where it lacks, for the stack `local` of `npm start` where its state lies, and for one on AWS leave to get the plugin.
 * Nothing where the script has no use for a CLI, as where it is asked for its usage or called wrongly, which it tells at once.
 *
 * @param script the compiled module that reads the script's arguments: `stackOf` tells the stack that needs a CLI
 */
export async function stackEnvironment(script) {
  await prepare();
  const { stackOf } = await compiled(script);
  const stack = stackOf(process.argv.slice(2));
  if (stack === undefined) return {};
  // Only then: they need the dependencies, and the build.
  const { noDownloads, pulumiEnvironment } = await import("./pulumi/cli.mjs");
  const { isOnAws } = await compiled("stack-plugins.js");
  const { env } = await pulumiEnvironment();
  if (stack.split("/").at(-1) === stackName) return { ...env, ...localEnvironment() };
  return isOnAws(root, stack) ? { ...env, [noDownloads]: process.env[noDownloads] } : env;
}

/** A compiled module of `bin/scripts`. */
function compiled(path) {
  return import(pathToFileURL(join(root, "bin", "scripts", ...path.split("/"))).href);
}
