// Builds versitygw, a server that speaks S3, from its Go module for tests, without root, and prints its executable.
// Cache: $HERON_TEST_CACHE/versitygw, else .heron/servers/versitygw. Safe to run twice and from two processes.
import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";

const module = "github.com/versity/versitygw";
const version = "v1.8.0";

const repoRoot = resolve(dirname(fileURLToPath(import.meta.url)), "..", "..");
const cache = join(process.env.HERON_TEST_CACHE ?? join(repoRoot, ".heron", "servers"), "versitygw");
const executable = join(cache, `versitygw-${version}`);

if (!existsSync(executable)) build();
console.log(executable);

function build() {
  console.error(`Building the S3 server versitygw ${version} from its Go module into ${cache} (3 minutes, once) …`);
  mkdirSync(cache, { recursive: true });
  const work = mkdtempSync(join(cache, "build-"));
  try {
    writeFileSync(join(work, "go.mod"), `module build\n\ngo 1.21\n\nrequire ${module} ${version}\n`);
    go(work, ["build", "-buildvcs=false", "-ldflags", "-s -w", "-o", "versitygw", `${module}/cmd/versitygw`]);
    // A rename replaces what another process may have put there: the same program.
    renameSync(join(work, "versitygw"), executable);
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

function go(cwd, args) {
  const env = { ...process.env, GOFLAGS: "-mod=mod", GOWORK: "off", GOTOOLCHAIN: process.env.GOTOOLCHAIN ?? "auto" };
  try {
    execFileSync("go", args, { cwd, env, stdio: ["ignore", 2, 2] });
  } catch (error) {
    if (error.code !== "ENOENT") throw error;
    throw new Error("Go is needed for the test servers but 'go' is not on PATH (Debian: apt-get install golang-go).", {
      cause: error,
    });
  }
}
