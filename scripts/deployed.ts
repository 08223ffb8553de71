import { readFileSync } from "node:fs";
import { join } from "node:path";
import { load } from "js-yaml";
import { loadStack } from "../components/config/load";
import { planStack } from "../components/plan/stack";

/** What `npm start` tells of a topology beside its links: in the shape of `HeronTopology.summary`. */
export interface DeployedTopology {
  readonly containers: number;
  readonly parallelism: Readonly<Record<string, number>>;
  readonly resources: { readonly cpu: number; readonly ramMb: number; readonly diskMb: number };
  readonly package: { readonly uri: string; readonly sha256: string };
}

/**
 * What the documents of a stack that was just deployed have made, by topology: its outputs say where it is to be seen alone.
 * @param root the Pulumi project's folder, and the current one
 */
export async function deployedTopologies(
  root: string,
  stack: string,
): Promise<Readonly<Record<string, DeployedTopology>>> {
  const { name: project } = load(readFileSync(join(root, "Pulumi.yaml"), "utf8")) as { readonly name: string };
  const plans = await planStack(loadStack(join(root, "stacks", `${stack}.yaml`)), `${project}/${stack}`);
  return Object.fromEntries(
    plans.map(({ prepared, inputs, uri }) => [
      prepared.job.name,
      {
        containers: inputs.instances,
        parallelism: inputs.parallelism,
        resources: inputs.resources,
        package: { uri, sha256: prepared.file.sha256 },
      },
    ]),
  );
}
