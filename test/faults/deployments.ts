import { join, relative } from "node:path";
import { loadStack } from "../../components/config/load";
import { planStack } from "../../components/plan/stack";
import type { LocalPackage } from "../../components/artifacts/store";
import type { AuroraJobInputs } from "../../components/job/inputs";
import { openCache } from "../../components/cache";
import { type JobPayload, loadPayload } from "../../components/job/payload";
import { repoRoot } from "../support/paths";
import type { TestProject } from "../support/project";

/** Says what a topology's document may: see {@link documents}. */
export type DeploymentName =
  | "small"
  | "large"
  | "rolled"
  | "both"
  | "adopting"
  | "adopting, rolled"
  | "restarted"
  | "deactivated"
  | "configured"
  | "packed"
  | "packed, large";

/** A topology as it may be deployed: what the program hands the engine, but for the places of scheduler, tree and store. */
export interface Deployment {
  readonly inputs: Omit<AuroraJobInputs, "resourceUrn" | "change">;
  readonly payload: JobPayload;
  readonly file: LocalPackage;
}

/**
 * Three containers; five; three of another configuration and package; five of those; three that may be another's, as they
 * are or of another configuration; three of which two are restarted; three that are switched off; three that are told
 * another configuration while they run; and containers that another algorithm packs.
 */
const documents: Readonly<Record<DeploymentName, object>> = {
  small: {},
  large: { parallelism: { count: 5 } },
  rolled: { restart: "once", heronConfig: { "heron.logging.maximum.files": 7 } },
  both: { restart: "once", heronConfig: { "heron.logging.maximum.files": 7 }, parallelism: { count: 5 } },
  adopting: { adopt: true },
  "adopting, rolled": { adopt: true, restart: "once" },
  restarted: { restartContainers: { trigger: "once", containers: [1, 2] } },
  deactivated: { state: "deactivated" },
  configured: { runtimeConfig: { "topology.debug": true } },
  packed: { packing: "FirstFitDecreasingPacking" },
  "packed, large": { packing: "FirstFitDecreasingPacking", parallelism: { count: 9 } },
};

export const deploymentNames = Object.keys(documents) as readonly DeploymentName[];

/** Who owns the jobs. */
const owner = "user/test";

/** Plans the deployments; the current folder must be the project's, whose cache they are kept in. */
export async function planDeployments(project: TestProject): Promise<ReadonlyMap<DeploymentName, Deployment>> {
  const example = (folder: string, file: string): string =>
    relative(project.path(folder), join(repoRoot, "examples", file));
  const deployments = new Map<DeploymentName, Deployment>();
  for (const name of deploymentNames) {
    project.document({
      cluster: "sandbox",
      role: "heron",
      environment: "devel",
      scheduler: { url: "http://127.0.0.1:1" },
      state: { local: { root: "/state" } },
      artifacts: { directory: { path: "/packages" } },
      core: { path: example("stacks", "core/heron-core.tar.gz") },
      defaults: { update: { watchSeconds: 0, batchSize: 2 }, timeouts: { create: 120, update: 120, delete: 120 } },
    });
    project.topology({
      name: "WordCount",
      package: example("stacks/topologies", "wordcount/wordcount.jar"),
      definition: example("stacks/topologies", "wordcount/wordcount.defn"),
      ...documents[name],
    });
    const [plan] = await planStack(loadStack(project.path("stacks/test.yaml")), owner);
    if (plan === undefined) throw new Error("the stack has no topology");
    const { inputs, prepared } = plan;
    deployments.set(name, { inputs, payload: await loadPayload(openCache(), inputs.payload), file: prepared.file });
  }
  return deployments;
}
