import { existsSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { runQuietly, runShown } from "./processes.mjs";
import { root } from "./project.mjs";
import { note, step } from "./say.mjs";
import { isAbandoned, stackLocks } from "./stack-locks.mjs";

/** Where the state of the stack `local` lies. */
export const stateFolder = join(root, ".pulumi-state");
/** What it is called. */
export const stackName = "local";
/**
 * Protects nothing, and need not: this stack has no secrets and its state does not leave the checkout. It goes before one
 * that the user has set for stacks of their own: the salt in stacks/Pulumi.local.yaml belongs to this one.
 */
const passphrase = "local";

/** The stack `local`, driven by a CLI as `pulumiEnvironment` gives it. */
export class LocalStack {
  #cli;

  constructor(cli) {
    this.#cli = cli;
  }

  /** Deploys what the stack's documents say, making the stack first where it lacks. */
  async up() {
    step(`pulumi up on the stack '${stackName}'`);
    if (!(await this.exists())) await this.#quietly("Making the stack", ["stack", "init", stackName, "--no-select"]);
    await this.#freeLock();
    const args = ["up", "--yes", "--refresh", "--skip-preview", "--suppress-outputs", "--stack", stackName];
    await this.#shown("pulumi up", args);
  }

  async destroy() {
    step(`pulumi destroy on the stack '${stackName}'`);
    await this.#freeLock();
    await this.#shown("pulumi destroy", ["destroy", "--yes", "--skip-preview", "--stack", stackName]);
  }

  /** The stack's outputs. */
  async outputs() {
    return JSON.parse(await this.#quietly("Reading the outputs", ["stack", "output", "--json", "--stack", stackName]));
  }

  async exists() {
    if (!existsSync(stateFolder)) return false;
    const stacks = JSON.parse(await this.#quietly("Listing the stacks", ["stack", "ls", "--json"]));
    return stacks.some((stack) => stack.name.split("/").at(-1) === stackName);
  }

  /** A run that was killed leaves its lock behind; Pulumi itself never frees it. */
  async #freeLock() {
    const owners = stackLocks(stateFolder, stackName);
    if (owners.length === 0 || !owners.every(isAbandoned)) return;
    note(`freeing the stack from a run that was killed (process ${owners.map((owner) => owner.pid).join(", ")})`);
    await this.#quietly("Freeing the stack", ["cancel", "--yes", "--stack", stackName]);
  }

  #shown(purpose, args) {
    return runShown(purpose, this.#cli.bin, args, this.#options());
  }

  #quietly(purpose, args) {
    return runQuietly(purpose, this.#cli.bin, args, { ...this.#options(), stdio: ["ignore", "pipe", "pipe"] });
  }

  #options() {
    return { cwd: root, env: { ...process.env, ...this.#cli.env, ...localEnvironment() } };
  }
}

/** What a `pulumi` on the stack `local` needs to be told beside the CLI's own environment; its state's folder is made. */
export function localEnvironment() {
  mkdirSync(stateFolder, { recursive: true });
  // Without the files of metadata that the backend would write beside its own, and not in one step: a run that is killed
  // in that moment leaves an empty one, and no state can be read any more.
  const backend = `${pathToFileURL(stateFolder).href}?metadata=skip`;
  return { PULUMI_BACKEND_URL: backend, PULUMI_CONFIG_PASSPHRASE: passphrase };
}
