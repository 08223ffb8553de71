import { runCompiled } from "./compiled.mjs";
import { pulumiEnvironment } from "./pulumi/cli.mjs";

/** A step of a pipeline, `npm run preview | deploy | drift`, with a CLI on its path. */
export async function pipeline() {
  const { env } = await pulumiEnvironment();
  await runCompiled("pipeline.js", env);
}
