import { createRequire } from "node:module";
import type * as handingOver from "./handover";
import type * as byCli from "./heron-cli";
import { kill } from "./kill";
import { type AuroraJobProperties, inputsOf } from "./registration";
import { eraseLeftTree } from "./tree-erasure";
import { worldOf } from "./worlds";

const load = createRequire(__filename);

/** Loaded for a job that another resource of the program has: few runs have one. */
const handover = () => load("./handover") as typeof handingOver;
/** Likewise, for the topologies that heron submits. */
const cli = () => load("./heron-cli") as typeof byCli;

/**
 * Kills the job; returns when no task of it is left. One that is gone already is fine.
 * @param holder another resource of the program that has a job of this key: the same one is left to it
 */
export async function deleteJob(outs: AuroraJobProperties, holder?: AuroraJobProperties): Promise<void> {
  const inputs = inputsOf(outs);
  const world = await worldOf(inputs);
  if (holder !== undefined) {
    await handover().leaveTo(inputsOf(holder), inputs, world);
    return;
  }
  await (inputs.submitter === "heron-cli" ? cli().killByCli(inputs, world) : kill(inputs, world));
  for (const stateTree of inputs.otherTrees ?? []) await eraseLeftTree({ stateTree }, inputs, world);
}
