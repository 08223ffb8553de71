import { runCompiled } from "./compiled.mjs";
import { prepare } from "./prepare.mjs";
import { localEnvironment } from "./local-stack.mjs";

/** `npm run report`: with the Pulumi CLI on PATH, got first where it lacks, unless the source is a file. */
export async function report() {
  const given = process.argv.some((arg) => /^--(preview|state)(=|$)/.test(arg));
  await runCompiled("report.js", given ? {} : await environment());
}

async function environment() {
  await prepare();
  // Only then: it needs the dependencies.
  const { pulumiEnvironment } = await import("./pulumi/cli.mjs");
  const { env } = await pulumiEnvironment();
  return { ...env, ...(process.argv.slice(2).includes("local") && localEnvironment()) };
}
