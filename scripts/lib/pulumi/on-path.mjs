import { existsSync, realpathSync } from "node:fs";
import { dirname, join } from "node:path";
import { execute, which } from "../processes.mjs";
import { parseVersion } from "../versions.mjs";

const languageHost = "pulumi-language-nodejs";

/** The Pulumi CLI on PATH: its file, its version, whether it can run Node programs; undefined where there is none. */
export async function cliOnPath() {
  const bin = which("pulumi");
  if (bin === undefined) return undefined;
  const { code, output } = await execute(bin, ["version"], {
    env: { ...process.env, PULUMI_SKIP_UPDATE_CHECK: "true" },
  });
  const version = code === 0 ? parseVersion(output) : undefined;
  return { bin, version: version ?? [0], hasNodeHost: hasNodeHost(bin) };
}

function hasNodeHost(bin) {
  return which(languageHost) !== undefined || existsSync(join(dirname(realpathSync(bin)), languageHost));
}
