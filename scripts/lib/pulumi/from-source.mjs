import { chmod, copyFile, mkdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { Problem } from "../problem.mjs";
import { execute, runQuietly, which } from "../processes.mjs";
import { note } from "../say.mjs";
import { atLeast, parseVersion } from "../versions.mjs";
import { cliVersion } from "./version.mjs";

const cli = { module: "github.com/pulumi/pulumi/pkg/v3", command: "cmd/pulumi", version: `v${cliVersion}` };
/** The last version of this module that still contains the Node language host. */
const host = {
  module: "github.com/pulumi/pulumi/sdk/v3",
  command: "nodejs/cmd/pulumi-language-nodejs",
  version: "v3.60.0",
};

/** From this version on, Go gets by itself the newer toolchain that a module asks for. */
export const minimumGo = [1, 21];

/** The name in the cache of the CLI built from source. The last part is this recipe's own version. */
export const builtName = `pulumi-built-${cli.version}-${host.version}-r1`;

// This host ignores the runtime options of Pulumi.yaml; the programs here are compiled, so ts-node must not load.
const hostWrapper = `#!/bin/sh
exec "$(dirname "$0")/../libexec/pulumi-language-nodejs" -typescript=false "$@"
`;

/** Builds the CLI, the Node language host and the dynamic provider's launcher from the public Go modules. */
export async function buildFromSource(folder) {
  await requireGo();
  note("takes about 10 minutes on 2 cores, once; Go's own caches grow by 3 GB (go clean -cache -modcache frees them)");
  const bin = join(folder, "bin");
  const libexec = join(folder, "libexec");
  const modules = join(folder, "modules");
  await Promise.all([bin, libexec].map((each) => mkdir(each)));
  const version = `-X github.com/pulumi/pulumi/sdk/v3/go/common/version.Version=${cli.version}`;
  await goBuild(cli, join(modules, "cli"), bin, version);
  const hostSource = await goBuild(host, join(modules, "host"), libexec, "");
  await addScripts(bin, hostSource);
  await rm(modules, { recursive: true });
}

async function requireGo() {
  const version = which("go") && parseVersion((await execute("go", ["version"])).output);
  if (version && atLeast(version, minimumGo)) return;
  throw new Problem(
    `The Pulumi CLI is needed. None is on PATH, the vendor's site does not answer, and building it needs Go ` +
      `${minimumGo.join(".")} or later, ${version ? `but this is Go ${version.join(".")}` : "which is not there either"}. ` +
      `Either install Pulumi (https://www.pulumi.com/docs/install) or Go (https://go.dev/dl), then run the command again.`,
  );
}

/** @returns where the module's source lies */
async function goBuild({ module, command, version }, work, target, ldflags) {
  await mkdir(work, { recursive: true });
  await writeFile(join(work, "go.mod"), `module build\n\ngo 1.21\n\nrequire ${module} ${version}\n`);
  const env = { ...process.env, GOFLAGS: "-mod=mod", GOWORK: "off", GOTOOLCHAIN: process.env.GOTOOLCHAIN ?? "auto" };
  const options = { cwd: work, env, stillDoing: `still building ${command} ${version}` };
  note(`downloading and compiling ${module}/${command} ${version}`);
  const build = [
    "build",
    "-buildvcs=false",
    "-ldflags",
    `-s -w ${ldflags}`,
    "-o",
    `${target}/`,
    `${module}/${command}`,
  ];
  await runQuietly(`Building ${module}/${command}`, "go", build, options);
  return (await runQuietly(`Finding ${module}`, "go", ["list", "-m", "-f", "{{.Dir}}", module], options)).trim();
}

async function addScripts(bin, hostSource) {
  const launcher = join(bin, "pulumi-resource-pulumi-nodejs");
  await copyFile(join(hostSource, "nodejs", "dist", "pulumi-resource-pulumi-nodejs"), launcher);
  await chmod(launcher, 0o755);
  await writeFile(join(bin, "pulumi-language-nodejs"), hostWrapper, { mode: 0o755 });
}
