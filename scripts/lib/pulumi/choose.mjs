import { atLeast } from "../versions.mjs";

/** The oldest Pulumi CLI of the user's own that is taken: the oldest that the tests have run on. */
const minimumCli = [3, 250];

/**
 * Which Pulumi CLI to use: the user's own where it will do, else one we have already, else one to be got.
 *
 * @param {{onPath?: {version: number[], hasNodeHost: boolean}, official: boolean, built: boolean}} available
 *   `official`, `built`: whether the cache has the vendor's CLI, or one built from source
 * @returns {"path" | "official" | "built" | "none"}
 */
export function chooseCli({ onPath, official, built }) {
  if (onPath !== undefined && unfit(onPath) === undefined) return "path";
  if (official) return "official";
  return built ? "built" : "none";
}

/** Why a CLI on PATH will not do, else undefined. */
export function unfit({ version, hasNodeHost }) {
  if (!atLeast(version, minimumCli)) {
    return `version ${version.join(".")} is older than ${minimumCli.join(".")}`;
  }
  return hasNodeHost ? undefined : "its language host pulumi-language-nodejs is not there";
}
