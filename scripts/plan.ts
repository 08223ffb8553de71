import { readFileSync } from "node:fs";
import { explainStack } from "../components/config/provenance";
import { UserError } from "../components/errors";
import { readDefinition } from "../components/heron/definition";
import { describePlan, pack } from "../components/heron/packing";
import { planStack } from "../components/plan/stack";
import { packingAlgorithms, type PackingAlgorithm } from "../components/topology-args";
import { parseCommandLine, runCommand } from "./command-line";
import { requireTopologies } from "./named-topologies";
import { explanation, packingTable, planData, planText } from "./plan-output";
import { documentedStack } from "./stack-document";

const usage = `npm run plan -- <stack> [topology …] [--json]
npm run plan -- <stack> [topology …] --explain [--json]
npm run plan -- --definition FILE.defn [--packing ${packingAlgorithms.join("|")}] [--json]`;

/** Shows what a preview computes, without an engine and without touching scheduler, state tree or store. */
async function main(): Promise<void> {
  const { values, positionals } = parseCommandLine(usage, {
    allowPositionals: true,
    options: {
      definition: { type: "string" },
      packing: { type: "string" },
      explain: { type: "boolean", default: false },
      json: { type: "boolean", default: false },
    },
  });
  const { definition, packing } = values;
  if (definition !== undefined && (positionals.length > 0 || values.explain))
    throw new UserError(`With --definition the plan is of that file, not of a stack.\n${usage}`);
  if (definition === undefined && packing !== undefined)
    throw new UserError(
      `--packing is for --definition: a stack's topologies are packed as their documents say ('packing').\n${usage}`,
    );
  if (definition !== undefined) planDefinition(definition, packing ?? "RoundRobinPacking", values.json);
  else if (values.explain) explainDocuments(positionals, values.json);
  else await planOfStack(positionals, values.json);
}

function planDefinition(file: string, packing: string, json: boolean): void {
  const topology = readDefinition(bytesOf(file), file);
  const plan = pack(algorithm(packing), topology);
  if (json) showJson({ packingPlan: describePlan(plan) });
  else console.log(`${topology.name}\n\n${packingTable(plan)}`);
}

function bytesOf(file: string): Buffer {
  try {
    return readFileSync(file);
  } catch (cause) {
    const { message } = cause as Error;
    throw new UserError(`${file} cannot be read (${message}). Give the path of a definition (.defn).`, { cause });
  }
}

/** With one topology named its plan, else the plans by name. */
async function planOfStack([stack, ...names]: readonly string[], json: boolean): Promise<void> {
  if (stack === undefined) throw new UserError(`Which stack?\n${usage}`);
  const { document, owner } = documentedStack(stack);
  requireTopologies(stack, document, names);
  const plans = await planStack(document, owner, names.length > 0 ? names : undefined);
  if (!json) console.log(plans.map(planText).join("\n\n\n"));
  else if (names.length === 1) showJson(plans.map(planData)[0] ?? {});
  else showJson(Object.fromEntries(plans.map((plan) => [plan.prepared.job.name, planData(plan)])));
}

/** Which document each value comes from; with topologies named, theirs alone. */
function explainDocuments([stack, ...names]: readonly string[], json: boolean): void {
  if (stack === undefined) throw new UserError(`Which stack?\n${usage}`);
  const { document } = documentedStack(stack);
  requireTopologies(stack, document, names);
  const { cluster, topologies } = explainStack(document);
  const asked = Object.entries(topologies).filter(([name]) => names.length === 0 || names.includes(name));
  const explained = { ...(names.length === 0 && { cluster }), topologies: Object.fromEntries(asked) };
  if (json) showJson(explained);
  else console.log(explanation(explained));
}

function algorithm(name: string): PackingAlgorithm {
  const known = packingAlgorithms.find((each) => each === name);
  if (known !== undefined) return known;
  throw new UserError(`There is no packing '${name}'. Choose one of ${packingAlgorithms.join(", ")}.`);
}

function showJson(value: object): void {
  console.log(JSON.stringify(value, undefined, 1));
}

void runCommand(main);
