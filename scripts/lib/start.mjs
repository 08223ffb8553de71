import { LocalStack } from "./local-stack.mjs";
import { prepare } from "./prepare.mjs";
import { pulumiEnvironment } from "./pulumi/cli.mjs";
import { ensureSandbox, leaveSandbox, requirePort } from "./sandbox.mjs";
import { renderSummary } from "./summary.mjs";

/** `npm start`: from a fresh clone to the example topology running on the sandbox Aurora. */
export async function start() {
  await requirePort();
  await prepare();
  const stack = new LocalStack(await pulumiEnvironment());
  const sandbox = await ensureSandbox();
  try {
    await stack.up();
    console.log(renderSummary(await stack.outputs(), sandbox));
  } catch (error) {
    await leaveSandbox(sandbox, error);
    throw error;
  }
}
