import { delimiter, dirname, join } from "node:path";
import { cached, cachePath, isCached } from "../cache.mjs";
import { Problem } from "../problem.mjs";
import { note, step } from "../say.mjs";
import { chooseCli, unfit } from "./choose.mjs";
import { buildFromSource, builtName } from "./from-source.mjs";
import { installOfficial, officialName, vendorSiteProblem } from "./official.mjs";
import { cliOnPath } from "./on-path.mjs";

/** The variable by which the engine downloads no plugins that lack. */
export const noDownloads = "PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION";

/** The ways to a CLI. */
const realWays = { cliOnPath, vendorSiteProblem, installOfficial, buildFromSource };

/**
 * The Pulumi CLI, got first where it lacks: the one on PATH, else the vendor's, else one built from source. Needs the
 * project's dependencies.
 *
 * @param ways what each of these does, as the modules beside this one say
 * @returns {Promise<{bin: string, env: Record<string, string>}>} `bin`: the executable; `env`: what to set beside the
 *   process's own environment when it runs
 */
export async function pulumiEnvironment(ways = realWays) {
  const onPath = await ways.cliOnPath();
  const choice = chooseCli({ onPath, official: isCached(officialName), built: isCached(builtName) });
  switch (choice) {
    case "path":
      return environment(onPath.bin, process.env.PATH);
    case "official":
      return cachedEnvironment(officialName);
    case "built":
      return cachedEnvironment(builtName);
    default:
      step("Pulumi CLI");
      if (onPath !== undefined) note(`${onPath.bin} will not do: ${unfit(onPath)}`);
      return cachedEnvironment(await getCli(ways));
  }
}

/** The executable of the CLI that was got before, else undefined. */
export function cachedCli() {
  const name = [officialName, builtName].find(isCached);
  return name && executable(name);
}

async function getCli({ vendorSiteProblem, installOfficial, buildFromSource }) {
  const unreachable = await vendorSiteProblem();
  if (unreachable === undefined && (await officialInstalled(installOfficial))) return officialName;
  if (unreachable !== undefined) note(`the vendor's site does not answer (${unreachable})`);
  note(`building it from its public Go modules into ${cachePath(builtName)}`);
  await cached(builtName, buildFromSource);
  return builtName;
}

async function officialInstalled(installOfficial) {
  note(`installing the official one into ${cachePath(officialName)}`);
  try {
    await cached(officialName, installOfficial);
    return true;
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    note(error.message);
    return false;
  }
}

function cachedEnvironment(name) {
  const bin = executable(name);
  return environment(bin, `${dirname(bin)}${delimiter}${process.env.PATH ?? ""}`);
}

function executable(name) {
  return join(cachePath(name), "bin", "pulumi");
}

function environment(bin, path) {
  return {
    bin,
    env: {
      PATH: path,
      PULUMI_SKIP_UPDATE_CHECK: "true",
      // Else the AWS provider is downloaded for stacks that have nothing on AWS, since its SDK is installed.
      [noDownloads]: process.env[noDownloads] ?? "true",
    },
  };
}
