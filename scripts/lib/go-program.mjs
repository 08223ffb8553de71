import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "./project.mjs";

/**
 * A program for the tests, built from its public Go module without root, once. Safe from two processes.
 * Cache: $HERON_TEST_CACHE/<name>, else .heron/servers/<name>.
 *
 * @param {{name: string, module: string, version: string, command: string, go: string}} program `command`: the package
 *   inside the module; `go`: the version of the language that the module asks for
 * @returns {string} the executable
 */
export function goProgram({ name, module, version, command, go: language }) {
  const cache = join(process.env.HERON_TEST_CACHE ?? join(root, ".heron", "servers"), name);
  const executable = join(cache, `${name}-${version}`);
  if (existsSync(executable)) return executable;
  console.error(`Building ${name} ${version} from its Go module into ${cache} (up to 3 minutes, once) …`);
  mkdirSync(cache, { recursive: true });
  const work = mkdtempSync(join(cache, "build-"));
  try {
    writeFileSync(join(work, "go.mod"), `module build\n\ngo ${language}\n\nrequire ${module} ${version}\n`);
    go(work, ["build", "-buildvcs=false", "-ldflags", "-s -w", "-o", name, `${module}/${command}`]);
    // A rename replaces what another process may have put there: the same program.
    renameSync(join(work, name), executable);
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
  return executable;
}

function go(cwd, args) {
  const env = { ...process.env, GOFLAGS: "-mod=mod", GOWORK: "off", GOTOOLCHAIN: process.env.GOTOOLCHAIN ?? "auto" };
  try {
    execFileSync("go", args, { cwd, env, stdio: ["ignore", 2, 2] });
  } catch (error) {
    if (error.code !== "ENOENT") throw error;
    throw new Error("Go is needed for the tests but 'go' is not on PATH (Debian: apt-get install golang-go).", {
      cause: error,
    });
  }
}
