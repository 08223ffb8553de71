import { type Account, openAccount } from "./account";
import { type InputProblem, inputProblems } from "./inputs/check";
import type { InputTypes } from "./inputs/types";
import { type Properties, unknownValue } from "./values";

const token = "pulumi:providers:aws";
/** Of the SDK, not of AWS. */
const foreign = new Set(["version", "pluginDownloadURL"]);

/** What is wrong with a provider configuration. */
export function configurationProblems(types: InputTypes, wire: Properties): InputProblem[] {
  return inputProblems(types, token, configurationOf(types, wire));
}

/** The account of a configuration; undefined where the program makes parts of it known only later (preview). */
export function configuredAccount(types: InputTypes, wire: Properties, env: NodeJS.ProcessEnv): Account | undefined {
  return Object.values(wire).includes(unknownValue) ? undefined : openAccount(configurationOf(types, wire), env);
}

/** Everything but strings arrives as JSON text. */
function configurationOf(types: InputTypes, wire: Properties): Properties {
  const entries = Object.entries(wire).filter(([name, value]) => !foreign.has(name) && value !== unknownValue);
  return Object.fromEntries(
    entries.map(([name, value]) => {
      const isText = types.resources[token]?.[name]?.type === "string";
      return [name, isText || typeof value !== "string" ? value : parsed(value)];
    }),
  );
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // No JSON: the check of the types says what should be there.
    return text;
  }
}
