import { rmSync } from "node:fs";
import { join } from "node:path";
import { loadStack, readStack } from "../components/config/load";
import { UserError } from "../components/errors";
import { projectRoot } from "../components/project";
import { hasCode } from "../components/system-error";
import { parseCommandLine, runCommand } from "./command-line";
import { canBeStackName, documentedStacks } from "./environments/names";
import { environmentDocument } from "./new-environment/document";
import { type OtherStack, ownEnvironment } from "./new-environment/environment";
import { originalOf } from "./new-environment/original";
import { documentedStack } from "./stack-document";
import { createFile } from "./whole-file";

const usage = "npm run new-environment -- NAME [--from STACK] [--environment ENVIRONMENT]";

/** Writes `stacks/NAME.yaml` after another stack's document, and nothing else; what is there stays. */
function main(): void {
  const { values, positionals } = parseCommandLine(usage, {
    allowPositionals: true,
    options: { from: { type: "string" }, environment: { type: "string" } },
  });
  const [name, ...more] = positionals;
  if (name === undefined || more.length > 0) throw new UserError(`Which name has the new environment?\n${usage}`);
  if (!canBeStackName(name) || ["defaults", "Pulumi"].includes(name)) {
    throw new UserError(`'${name}' can be no stack's name: letters, digits, '_', '-' and '.', and not 'defaults'.`);
  }
  if (/\.ya?ml$/.test(name)) {
    const stack = name.replace(/\.ya?ml$/, "");
    throw new UserError(
      `A stack has its document's name without .yaml. Name it ${stack}, and stacks/${stack}.yaml is written.`,
    );
  }
  const stacks = join(projectRoot(), "stacks");
  const original = values.from ?? originalOf(name, stacks);
  const { document: from } = documentedStack(original);
  const environment = ownEnvironment(values.environment ?? name, from, othersOf(name, stacks));
  const file = join(stacks, `${name}.yaml`);
  writeNew(file, environmentDocument({ name, environment }, from));
  try {
    loadStack(file);
  } catch (error) {
    rmSync(file);
    throw error;
  }
  console.log(
    [
      `stacks/${name}.yaml is there, made after ${original}.yaml. Look at what it says of addresses and buckets, then:`,
      `  npm run plan -- ${name}`,
      `  pulumi stack init ${name}`,
      `  pulumi config set --secret --stack ${name} --path heron:credentials.<cluster>.password …   (where ${original} has any)`,
      `  npm run preview -- ${name}`,
    ].join("\n"),
  );
}

/** Those whose job keys a new one must not have; its own document, where it is there, is kept as it is. */
function othersOf(name: string, stacks: string): readonly OtherStack[] {
  return documentedStacks(stacks)
    .filter((other) => other !== name)
    .map((other) => ({ document: `stacks/${other}.yaml`, value: readable(join(stacks, `${other}.yaml`)) }));
}

/** A document that is no YAML yet says of no environment that it is its own. */
function readable(file: string): unknown {
  try {
    return readStack(file);
  } catch (error) {
    if (error instanceof UserError) return undefined;
    throw error;
  }
}

function writeNew(file: string, text: string): void {
  try {
    createFile(file, text);
  } catch (error) {
    if (!hasCode(error, "EEXIST")) throw error;
    throw new UserError(`${file} is there already and was left as it is.`);
  }
}

void runCommand(main);
