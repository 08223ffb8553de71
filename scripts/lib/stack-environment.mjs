import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { localEnvironment, stackName } from "./local-stack.mjs";
import { asksForHelp } from "./main.mjs";
import { prepare } from "./prepare.mjs";
import { root } from "./project.mjs";

/** Options whose value is the next argument, of the scripts that drive `pulumi`: no such value is a stack. */
const valued = ["--out", "--reviewed", "--preview", "--state", "--format"];

/** The stacks that are named in the arguments. */
export function stacksIn(args) {
  return args.filter((arg, index) => !arg.startsWith("-") && !valued.includes(args[index - 1]));
}

/**
 * What a script that drives `pulumi` on a stack of its arguments needs in its environment: a CLI first on PATH, got first
 * where it lacks, for the stack `local` of `npm start` where its state lies, and for one on AWS leave to get the plugin.
 */
export async function stackEnvironment() {
  if (asksForHelp()) return {};
  await prepare();
  // Only then: they need the dependencies, and the build.
  const { noDownloads, pulumiEnvironment } = await import("./pulumi/cli.mjs");
  const { isOnAws } = await import(pathToFileURL(join(root, "bin", "scripts", "stack-plugins.js")).href);
  const { env } = await pulumiEnvironment();
  const args = stacksIn(process.argv.slice(2));
  if (args.some((arg) => arg.split("/").at(-1) === stackName)) return { ...env, ...localEnvironment() };
  return args.some((arg) => isOnAws(root, arg)) ? { ...env, [noDownloads]: process.env[noDownloads] } : env;
}
