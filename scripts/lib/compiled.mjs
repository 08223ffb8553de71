import { join } from "node:path";
import { prepare } from "./prepare.mjs";
import { execute } from "./processes.mjs";
import { root } from "./project.mjs";

/** Runs a compiled script of `bin/scripts` with this process's arguments, building first where the build is stale. */
export async function runCompiled(script, env = {}) {
  await prepare();
  const args = [join(root, "bin", "scripts", script), ...process.argv.slice(2)];
  const options = { env: { ...process.env, ...env }, stdio: "inherit" };
  const { code } = await execute(process.execPath, args, options);
  process.exitCode = code ?? 1;
}
