import { execFileSync } from "node:child_process";
import { join } from "node:path";

/**
 * Runs pip of a virtual environment that is made in `work` and only lends it: it could not be moved to another place.
 * @param {string} work a folder for what is needed meanwhile
 * @param {string[][]} commands arguments of pip
 */
export function pip(work, ...commands) {
  const environment = join(work, "environment");
  python("python3", ["-m", "venv", environment]);
  for (const args of commands) python(join(environment, "bin", "python"), ["-m", "pip", ...args]);
}

/** Runs Python; its output goes to stderr. */
export function python(program, args, env = {}) {
  const quiet = { PIP_DISABLE_PIP_VERSION_CHECK: "1", PIP_ROOT_USER_ACTION: "ignore" };
  try {
    execFileSync(program, args, { stdio: ["ignore", 2, 2], env: { ...process.env, ...quiet, ...env } });
  } catch (error) {
    const need = "The tests need python3 with venv, 3.9 or later (Debian: apt-get install python3 python3-venv).";
    throw new Error(`${need} 'python3 ${args.slice(0, 3).join(" ")}' failed: see above.`, { cause: error });
  }
}
