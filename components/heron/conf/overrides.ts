import { load } from "js-yaml";
import type { ConfTree } from "../../cluster-args";
import { yaml } from "./yaml";

type Overrides = Readonly<Record<string, ConfTree>>;

/** The text of a YAML file with top-level keys replaced where they stand, and the others appended; maps are merged. */
export function withOverrides(text: string, overrides: Overrides): string {
  if (Object.keys(overrides).length === 0) return text;
  const known = (load(text) ?? {}) as Overrides;
  let changed = text;
  for (const [key, value] of Object.entries(overrides)) {
    const line = yaml({ [key]: merged(known[key], value) }).trimEnd();
    const at = new RegExp(`^${key.replace(/[.*+?^$()|[\]\\{}]/g, "\\$&")}:.*(\\n([ \\t]+|- ).*)*$`, "m");
    changed = at.test(changed) ? changed.replace(at, () => line) : `${changed}${line}\n`;
  }
  return changed;
}

function merged(below: unknown, above: ConfTree): ConfTree {
  if (!isMap(below) || !isMap(above)) return above;
  const laid = Object.entries(above).map(([key, value]) => [key, merged(below[key], value)]);
  return { ...below, ...(Object.fromEntries(laid) as Overrides) };
}

function isMap(value: unknown): value is Overrides {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
