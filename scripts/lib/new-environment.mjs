import { dirname } from "node:path";
import { runCompiled } from "./compiled.mjs";
import { asksForHelp } from "./main.mjs";
import { which } from "./processes.mjs";
import { cachedCli } from "./pulumi/cli.mjs";

/** `npm run new-environment`, with where `pulumi` is, which the next steps need. */
export async function newEnvironment() {
  await runCompiled("new-environment.js");
  const advice = cliAdvice();
  if (process.exitCode === 0 && !asksForHelp() && advice !== undefined) console.log(advice);
}

/** Where the Pulumi CLI is that has been got before, or how to get one; undefined where one is on PATH. */
export function cliAdvice(path = process.env.PATH) {
  if (which("pulumi", path) !== undefined) return undefined;
  const bin = cachedCli();
  return bin === undefined
    ? "No 'pulumi' is on PATH. Install it (https://www.pulumi.com/docs/install), or let 'node scripts/pulumi-cli.mjs' get one and say where it is."
    : `No 'pulumi' is on PATH. The one that 'npm start' has got: export PATH="${dirname(bin)}:$PATH"`;
}
