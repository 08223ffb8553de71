// Gets heronpy, Heron's API for topologies in Python, and the pex tool from PyPI, without root, and prints the folder:
// in it `site`, for PYTHONPATH, holds both, and `wheels` the packages that a pex is built from.
// Cache: $HERON_TEST_CACHE/heronpy, else .heron/libraries/heronpy. Safe to run twice and from two processes.
import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";

/** heronpy imports pkg_resources without asking for it; later setuptools have none. */
const packages = ["heronpy==0.20.5", "setuptools==80.9.0"];
const pex = "pex==2.105.2";

const repoRoot = resolve(dirname(fileURLToPath(import.meta.url)), "..", "..");
const cache = join(process.env.HERON_TEST_CACHE ?? join(repoRoot, ".heron", "libraries"), "heronpy");
const folder = join(cache, [...packages, pex].join("-").replaceAll("==", "-"));

if (!existsSync(folder)) download();
console.log(folder);

function download() {
  console.error(`Getting ${[...packages, pex].join(", ")} from PyPI into ${folder} …`);
  mkdirSync(cache, { recursive: true });
  const work = mkdtempSync(join(cache, "download-"));
  try {
    // The virtual environment only lends its pip: it could not be moved to where it belongs.
    const [environment, wheels, made] = [join(work, "environment"), join(work, "made", "wheels"), join(work, "made")];
    python("python3", ["-m", "venv", environment]);
    const inEnvironment = join(environment, "bin", "python");
    python(inEnvironment, ["-m", "pip", "wheel", "--quiet", "--wheel-dir", wheels, ...packages]);
    const files = readdirSync(wheels).map((file) => join(wheels, file));
    python(inEnvironment, ["-m", "pip", "install", "--quiet", "--target", join(made, "site"), ...files, pex]);
    python("python3", ["-S", "-c", "import heronpy.api.topology"], {
      PYTHONPATH: join(made, "site"),
      HERON_OPTIONS: `cmdline.topologydefn.tmpdirectory=${work}`,
    });
    moveInPlace(made);
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

function python(program, args, env = {}) {
  const quiet = { PIP_DISABLE_PIP_VERSION_CHECK: "1", PIP_ROOT_USER_ACTION: "ignore" };
  try {
    execFileSync(program, args, { stdio: ["ignore", 2, 2], env: { ...process.env, ...quiet, ...env } });
  } catch (error) {
    const need = "heronpy needs python3 with venv, 3.8 to 3.11 (Debian: apt-get install python3 python3-venv).";
    throw new Error(`${need} 'python3 ${args.slice(0, 3).join(" ")}' failed: see above.`, { cause: error });
  }
}

// Another process may have been faster: what it made is as good as ours.
function moveInPlace(made) {
  try {
    renameSync(made, folder);
  } catch (error) {
    if (!existsSync(folder)) throw error;
  }
}
