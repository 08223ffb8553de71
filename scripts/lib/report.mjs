import { runCompiled } from "./compiled.mjs";
import { stackEnvironment } from "./stack-environment.mjs";

/** `npm run report`: with a CLI on its path, unless the source is a file. */
export async function report() {
  await runCompiled("report.js", await stackEnvironment("report/arguments.js"));
}
