import { runCompiled } from "./compiled.mjs";
import { stackEnvironment } from "./stack-environment.mjs";

/** `npm run report`: with a CLI on its path, unless the source is a file. */
export async function report() {
  const given = process.argv.some((arg) => /^--(preview|state)(=|$)/.test(arg));
  await runCompiled("report.js", given ? {} : await stackEnvironment());
}
