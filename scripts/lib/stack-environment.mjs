import { localEnvironment } from "./local-stack.mjs";
import { asksForHelp } from "./main.mjs";
import { prepare } from "./prepare.mjs";

/**
 * What a script that drives `pulumi` on a stack of its arguments needs in its environment: a CLI first on PATH, got first
 * where it lacks, and for the stack `local` of `npm start` where its state lies.
 */
export async function stackEnvironment() {
  if (asksForHelp()) return {};
  await prepare();
  // Only then: it needs the dependencies.
  const { pulumiEnvironment } = await import("./pulumi/cli.mjs");
  const { env } = await pulumiEnvironment();
  return { ...env, ...(process.argv.slice(2).includes("local") && localEnvironment()) };
}
