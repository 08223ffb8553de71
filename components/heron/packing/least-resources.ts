import { UserError } from "../../errors";
import { instanceResources } from "./limits";
import { bytes, MiB, type PackingSettings } from "./settings";

const leastRam = 192 * MiB;

/** What ResourceCompliantRR and FirstFitDecreasing ask of every instance. @throws UserError that names the component */
export function leastResources(
  settings: PackingSettings,
  components: readonly string[],
  least: { readonly cpu: number },
): void {
  for (const component of components) {
    const { cpu, ram } = instanceResources(settings, component);
    if (ram < leastRam) {
      throw new UserError(
        `An instance of '${component}' has ${bytes(ram)} of ram, but this packing needs at least ${bytes(leastRam)}. ` +
          `Raise its entry in topology.component.rammap.`,
      );
    }
    if (cpu < least.cpu) {
      throw new UserError(
        `An instance of '${component}' has ${cpu} cores, but this packing needs at least ${least.cpu}. ` +
          `Raise its entry in topology.component.cpumap.`,
      );
    }
  }
}
