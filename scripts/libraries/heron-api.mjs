// Gets heron-api, Heron's API for topologies in Java, from Maven Central, without root, and prints the path of its jar.
// Cache: $HERON_TEST_CACHE/heron-api, else .heron/libraries/heron-api. Safe to run twice and from two processes.
import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, renameSync, rmSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";

const version = "0.20.3-incubating";
const artifact = `org.apache.heron:heron-api:${version}`;
const name = `heron-api-${version}.jar`;

const repoRoot = resolve(dirname(fileURLToPath(import.meta.url)), "..", "..");
const cache = join(process.env.HERON_TEST_CACHE ?? join(repoRoot, ".heron", "libraries"), "heron-api");
const jar = join(cache, name);

if (!existsSync(jar)) download();
console.log(jar);

function download() {
  console.error(`Getting ${artifact} from Maven Central into ${cache} …`);
  mkdirSync(cache, { recursive: true });
  const work = mkdtempSync(join(cache, "download-"));
  try {
    maven(["dependency:copy", `-Dartifact=${artifact}`, `-DoutputDirectory=${work}`], work);
    // A rename replaces what another process may have put there: the same jar.
    renameSync(join(work, name), jar);
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

function maven(goals, cwd) {
  try {
    execFileSync("mvn", ["-q", "-B", ...goals], { cwd, stdio: ["ignore", 2, 2] });
  } catch (error) {
    if (error.code !== "ENOENT") throw error;
    throw new Error("Maven is needed to get heron-api but 'mvn' is not on PATH (Debian: apt-get install maven).", {
      cause: error,
    });
  }
}
