/** Numbers of the containers that a packing plan's bytes name, with container 0; undefined where they are no packing plan. */
export async function plannedContainers(plan: Uint8Array): Promise<ReadonlySet<number> | undefined> {
  // Loaded by what was cut off or has failed alone.
  const { packingPlanFromBytes } = await import("../heron/packing/codec.js");
  try {
    return new Set([0, ...packingPlanFromBytes(plan).containers.map(({ id }) => id)]);
  } catch {
    return undefined;
  }
}
