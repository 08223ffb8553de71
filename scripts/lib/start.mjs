import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { LocalStack, stackName } from "./local-stack.mjs";
import { prepare } from "./prepare.mjs";
import { root } from "./project.mjs";
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
    console.log(renderSummary(await deployed(stack), sandbox));
  } catch (error) {
    await leaveSandbox(sandbox, error);
    throw error;
  }
}

/** The stack's outputs, each topology with what its document has made. */
async function deployed(stack) {
  const { deployedTopologies } = await import(pathToFileURL(join(root, "bin", "scripts", "deployed.js")).href);
  const outputs = await stack.outputs();
  const made = await deployedTopologies(root, stackName);
  const topologies = Object.entries(outputs.topologies).map(([name, links]) => [name, { ...links, ...made[name] }]);
  return { ...outputs, topologies: Object.fromEntries(topologies) };
}
