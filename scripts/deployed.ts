import { planStack } from "../components/plan/stack";
import { documentedStack } from "./stack-document";

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
  const { document, owner } = documentedStack(stack, root);
  const plans = await planStack(document, owner);
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
