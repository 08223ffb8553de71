import type { AuroraJobOutputs } from "./inputs";
import { observe } from "./observe";
import { type AuroraJobProperties, inputsOf, propertiesOf } from "./registration";
import { seenWorldOf } from "./worlds";

/** What is really there, in the shape of the inputs; nothing of a job that is gone. */
export async function readJob(id: string, outs: AuroraJobProperties) {
  const known = inputsOf(outs);
  const found = await observe(known, await seenWorldOf(known));
  if (found === undefined) return {};
  const props = isAsKnown(known, found) ? outs : propertiesOf(found, outs);
  return { id, props, inputs: props };
}

/** Most jobs of a refresh are as they were left, and writing what is known anew is most of the work for them. */
function isAsKnown(known: AuroraJobOutputs, found: AuroraJobOutputs): boolean {
  const [before, after] = [Object.entries(known), new Map<string, unknown>(Object.entries(found))];
  return before.length === after.size && before.every(([key, value]) => after.get(key) === value);
}
