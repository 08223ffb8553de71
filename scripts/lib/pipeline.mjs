import { runCompiled } from "./compiled.mjs";
import { stackEnvironment } from "./stack-environment.mjs";

/** A step of a pipeline, `npm run preview | deploy | drift`, with a CLI on its path. */
export async function pipeline() {
  await runCompiled("pipeline.js", await stackEnvironment("pipeline/arguments.js"));
}
