import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { load } from "js-yaml";
import { UserError } from "../components/errors";
import { loadStack } from "../components/config/load";
import { readDefinition } from "../components/heron/definition";
import { pack } from "../components/heron/packing";
import { planStack } from "../components/plan/stack";
import { projectRoot } from "../components/project";
import { packingAlgorithms, type PackingAlgorithm } from "../components/topology-args";
import { packingPlanData, planTable } from "./plan-output";

const usage = `npm run plan -- <stack> [topology …] [--json]
npm run plan -- --definition FILE.defn [--packing ${packingAlgorithms.join("|")}] [--json]`;

/** Shows what a preview computes, without an engine and without touching anything. */
async function main(): Promise<void> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      definition: { type: "string" },
      packing: { type: "string", default: "RoundRobinPacking" },
      json: { type: "boolean", default: false },
    },
  });
  if (values.definition !== undefined) {
    const topology = readDefinition(readFileSync(values.definition), values.definition);
    const plan = pack(algorithm(values.packing), topology);
    show(values.json ? [{ packingPlan: packingPlanData(plan) }] : planTable(topology.name, plan), values.json);
    return;
  }
  const [stack, ...names] = positionals;
  if (stack === undefined) throw new UserError(`Which stack?\n${usage}`);
  const root = projectRoot();
  const document = loadStack(join(root, "stacks", `${stack}.yaml`));
  const unknown = names.filter((name) => !document.topologies.some(({ args }) => args.name === name));
  if (unknown.length > 0) {
    throw new UserError(
      `The stack ${stack} has no topology ${unknown.join(", ")}. It has ${document.topologies.map(({ args }) => args.name).join(", ")}.`,
    );
  }
  const project = load(readFileSync(join(root, "Pulumi.yaml"), "utf8")) as { readonly name: string };
  const plans = await planStack(document, `${project.name}/${stack}`, names.length > 0 ? names : undefined);
}

function algorithm(name: string): PackingAlgorithm {
  const known = packingAlgorithms.find((each) => each === name);
  if (known === undefined) throw new UserError(`There is no packing ${name}. Choose one of ${packingAlgorithms.join(", ")}.`);
  return known;
}
