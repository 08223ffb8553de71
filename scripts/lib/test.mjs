import { existsSync, readdirSync, rmSync } from "node:fs";
import { availableParallelism } from "node:os";
import { join } from "node:path";
import { cachePath } from "./cache.mjs";
import { prepare } from "./prepare.mjs";
import { toolProblems } from "./prerequisites.mjs";
import { Problem } from "./problem.mjs";
import { execute, runShown } from "./processes.mjs";
import { root } from "./project.mjs";
import { pulumiEnvironment } from "./pulumi/cli.mjs";
import { step } from "./say.mjs";

/** Scripts that get test servers and libraries into the cache: each says what it does, and does it once. */
const fetchers = ["scripts/servers", "scripts/libraries", "scripts/linters"];
/** In this order, so that what is quick to fail fails first. */
const suites = ["unit", "conformance", "integration", "faults", "engine"];

/**
 * Files tested at a time: each may start an engine, servers and tasks. One more than there are cores, since a third of the
 * time a test waits: for a health check, a watch time, a back-off.
 */
const jobs = Math.min(availableParallelism() + 1, 4);

/** `npm test`: every test, from a fresh clone. */
export async function test() {
  await requireTools();
  await prepare();
  const cli = await pulumiEnvironment();
  const env = { ...process.env, ...cli.env, HERON_TEST_CACHE: process.env.HERON_TEST_CACHE ?? cachePath("test") };
  await fetchAll(env);
  // What test/support/libraries.ts has Node keep there; by file name, and many tests make a checkout of their own.
  rmSync(join(env.HERON_TEST_CACHE, "compiled"), { recursive: true, force: true });
  step("Lint: npm run lint");
  await runShown("Lint", "npm", ["run", "--silent", "lint"], { cwd: root, env });
  step("Tests");
  const mocha = join(root, "node_modules", "mocha", "bin", "mocha.js");
  const specs = suites.map((suite) => `bin/test/${suite}/**/*.test.js`);
  const options = { cwd: root, env, stdio: ["ignore", "inherit", "inherit"] };
  const parallel = ["--parallel", "--jobs", String(jobs)];
  const { code } = await execute(process.execPath, [mocha, "--forbid-only", ...parallel, ...specs], options);
  process.exitCode = code ?? 1;
}

async function requireTools() {
  const problems = await toolProblems();
  if (problems.length === 0) return;
  throw new Problem(["The tests need what this machine lacks:", ...problems.map((each) => `  - ${each}`)].join("\n"));
}

async function fetchAll(env) {
  for (const folder of fetchers.map((each) => join(root, each)).filter((each) => existsSync(each))) {
    for (const script of readdirSync(folder)
      .filter((file) => file.endsWith(".mjs"))
      .sort()) {
      step(`Test servers and libraries: ${script}`);
      // What a script prints on stdout is for the tests that call it.
      const options = { cwd: root, env, stdio: ["ignore", "ignore", "inherit"] };
      await runShown(`Getting what ${script} gets`, process.execPath, [join(folder, script)], options);
    }
  }
}
