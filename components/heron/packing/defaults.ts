import type { ConfValue } from "../../cluster-args";
import { UserError } from "../../errors";
import type { Resources } from "./plan";
import { gibibyte } from "./units";

/** What the packing algorithms read of Heron's own configuration. */
export interface PackingDefaults {
  /** Resources of a Heron instance that the topology says nothing of: `heron.resources.instance.{cpu,ram,disk}`. */
  readonly instance: Resources;
}

/** Heron 0.20's: 1 cpu, 1 GiB ram, 1 GiB disk. */
export const heronDefaults: PackingDefaults = { instance: { cpu: 1, ram: gibibyte, disk: gibibyte } };

/**
 * Heron's defaults with the keys `heron.resources.instance.*` of `conf` (a file of the conf dir, or a topology's
 * `heronConfig`) over them; other keys are passed over.
 *
 * @throws UserError when one is not a number above 0, or for ram and disk not a whole one.
 */
export function packingDefaults(conf: Readonly<Record<string, ConfValue>>): PackingDefaults {
  const { cpu, ram, disk } = heronDefaults.instance;
  return {
    instance: {
      cpu: positive(conf, "heron.resources.instance.cpu") ?? cpu,
      ram: positiveBytes(conf, "heron.resources.instance.ram") ?? ram,
      disk: positiveBytes(conf, "heron.resources.instance.disk") ?? disk,
    },
  };
}

function positive(conf: Readonly<Record<string, ConfValue>>, key: string): number | undefined {
  const value = Object.hasOwn(conf, key) ? conf[key] : undefined;
  if (value === undefined) return undefined;
  const amount = typeof value === "boolean" || value === "" ? Number.NaN : Number(value);
  if (!Number.isFinite(amount) || amount <= 0) {
    throw new UserError(`${key} is '${value}' in the Heron configuration: give a number above 0.`);
  }
  return amount;
}

function positiveBytes(conf: Readonly<Record<string, ConfValue>>, key: string): number | undefined {
  const amount = positive(conf, key);
  if (amount !== undefined && !Number.isSafeInteger(amount)) {
    throw new UserError(`${key} is '${amount}' in the Heron configuration: give a whole number of bytes.`);
  }
  return amount;
}
