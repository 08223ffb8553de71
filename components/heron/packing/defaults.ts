import { ArgumentError } from "../../errors";
import type { Finding, Path } from "../../finding";
import type { Resources } from "./plan";
import { gibibyte } from "./units";

/** What the packing algorithms read of Heron's own configuration. */
export interface PackingDefaults {
  /** Resources of a Heron instance that the topology says nothing of: `heron.resources.instance.{cpu,ram,disk}`. */
  readonly instance: Resources;
}

/** Heron 0.20's: 1 cpu, 1 GiB ram, 1 GiB disk. */
export const heronDefaults: PackingDefaults = { instance: { cpu: 1, ram: gibibyte, disk: gibibyte } };

const dimensions = ["cpu", "ram", "disk"] as const;

/**
 * Heron's defaults with the keys `heron.resources.instance.*` of `conf` (a file of the conf dir, or a topology's
 * `heronConfig`) over them; other keys are passed over.
 *
 * @throws ArgumentError where {@link instanceFindings} finds something.
 */
export function packingDefaults(conf: Readonly<Record<string, unknown>>): PackingDefaults {
  const findings = instanceFindings(conf, ["heronConfig"]);
  if (findings.length > 0) throw new ArgumentError(findings);
  const said = dimensions.flatMap((of) => {
    const value = valueOf(conf, of);
    return value === undefined ? [] : [[of, Number(value)] as const];
  });
  return { instance: { ...heronDefaults.instance, ...Object.fromEntries(said) } };
}

/** Of the same keys those that are no number above 0, or for ram and disk no whole one. @param path of `conf` itself */
export function instanceFindings(conf: Readonly<Record<string, unknown>>, path: Path): readonly Finding[] {
  return dimensions.flatMap((of) => {
    const value = valueOf(conf, of);
    if (value === undefined || (isAbove0(value) && (of === "cpu" || Number.isSafeInteger(Number(value))))) return [];
    const wanted = of === "cpu" ? "a number of cores above 0" : "a whole number of bytes above 0";
    return [{ path: [...path, keyOf(of)], message: `is ${JSON.stringify(value)}: give ${wanted}` }];
  });
}

function keyOf(of: keyof Resources): string {
  return `heron.resources.instance.${of}`;
}

function valueOf(conf: Readonly<Record<string, unknown>>, of: keyof Resources): unknown {
  return Object.hasOwn(conf, keyOf(of)) ? conf[keyOf(of)] : undefined;
}

function isAbove0(value: unknown): boolean {
  const amount = typeof value === "number" || (typeof value === "string" && value !== "") ? Number(value) : Number.NaN;
  return Number.isFinite(amount) && amount > 0;
}
