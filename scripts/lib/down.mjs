import { cacheFolder } from "./cache.mjs";
import { LocalStack, stateFolder } from "./local-stack.mjs";
import { prepare } from "./prepare.mjs";
import { pulumiEnvironment } from "./pulumi/cli.mjs";
import {
  ensureSandbox,
  leaveSandbox,
  otherCheckout,
  requireOwn,
  runningSandbox,
  sandboxFolder,
  stopWithTasks,
} from "./sandbox.mjs";
import { step } from "./say.mjs";

/** `npm run down`: the stack `local` destroyed, the sandbox Aurora stopped. */
export async function down() {
  await prepare();
  const stack = new LocalStack(await pulumiEnvironment());
  if (await stack.exists()) await destroy(stack);
  const sandbox = await runningSandbox();
  if (sandbox !== undefined) {
    requireOwn();
    step(`Stopping the sandbox Aurora, process ${sandbox.pid}`);
  }
  // Without a state (a checkout that was cloned anew) nothing was destroyed, and no task ends with its sandbox.
  if (otherCheckout() === undefined) await stopWithTasks();
  console.log(remains());
}

/** The sandbox must run for this: its tasks are to be killed and forgotten. */
async function destroy(stack) {
  const sandbox = await ensureSandbox();
  try {
    await stack.destroy();
  } catch (error) {
    await leaveSandbox(sandbox, error);
    throw error;
  }
}

function remains() {
  return [
    "",
    "Nothing of the stack 'local' runs any more. On disk remain, and may be deleted:",
    `  ${sandboxFolder}    packages, the sandbox's log and data`,
    `  ${stateFolder}    Pulumi's state, now without resources`,
    `  ${cacheFolder()}    the Pulumi CLI, for the next start`,
    "",
  ].join("\n");
}
