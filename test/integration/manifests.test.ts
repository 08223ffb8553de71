import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import Ajv from "ajv";
import { load, loadAll } from "js-yaml";
import { globSync } from "tinyglobby";
import {
  createProgram,
  flattenDiagnosticMessageText,
  getPreEmitDiagnostics,
  ModuleKind,
  ModuleResolutionKind,
} from "typescript";
import { downloadTimeoutMs, gitlabSchema, kubernetesModels } from "../support/libraries";
import { repoRoot } from "../support/paths";

const examples = join(repoRoot, "examples/gitops");

interface Manifest {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: { readonly name: string };
  readonly spec?: Readonly<Record<string, unknown>>;
}

/** Where kubernetes-models has the kinds of a group. */
const packages: Readonly<Record<string, string>> = {
  "source.toolkit.fluxcd.io": "flux-cd/source.toolkit.fluxcd.io",
  "kustomize.toolkit.fluxcd.io": "flux-cd/kustomize.toolkit.fluxcd.io",
  "argoproj.io": "argo-cd/argoproj.io",
};

function modelOf({ apiVersion, kind }: Manifest): string {
  const [group = "", version = ""] = apiVersion.split("/");
  return `@kubernetes-models/${packages[group] ?? group}/${version}/${kind}`;
}

/** What the custom resource definition of its kind finds wrong with a manifest's values. */
function faultOf(manifest: Manifest, models: NodeJS.Require): string {
  const model = models(modelOf(manifest)) as Readonly<
    Record<string, new (data: Manifest) => { readonly validate: () => void }>
  >;
  const Kind = model[manifest.kind];
  assert.ok(Kind !== undefined);
  try {
    new Kind(manifest).validate();
    return "";
  } catch (error) {
    return String(error);
  }
}

/** What the compiler finds wrong with manifests as values of their kinds' types: a field that the kind does not have too. */
function typeFaults(checked: readonly Manifest[], folder: string): readonly string[] {
  const work = mkdtempSync(join(folder, "manifests-"));
  try {
    const file = join(work, "manifests.ts");
    const lines = checked.flatMap((manifest, at) => [
      `import type { I${manifest.kind} as Kind${at} } from "${modelOf(manifest)}";`,
      `export const manifest${at}: Kind${at} = ${JSON.stringify(manifest)};`,
    ]);
    writeFileSync(file, lines.join("\n"));
    const program = createProgram([file], {
      strict: true,
      noEmit: true,
      skipLibCheck: true,
      types: [],
      module: ModuleKind.Node16,
      moduleResolution: ModuleResolutionKind.Node16,
    });
    return getPreEmitDiagnostics(program).map(({ messageText }) => flattenDiagnosticMessageText(messageText, "\n"));
  } finally {
    rmSync(work, { recursive: true });
  }
}

function manifests(...globs: readonly string[]): readonly Manifest[] {
  return globSync([...globs], { cwd: join(examples, "kubernetes"), absolute: true })
    .sort()
    .flatMap((file) => loadAll(readFileSync(file, "utf8")) as Manifest[]);
}

describe("the example manifests for Kubernetes", function () {
  this.timeout(downloadTimeoutMs);
  let folder: string;
  let models: NodeJS.Require;

  before(() => {
    folder = kubernetesModels();
    models = createRequire(join(folder, "index.js"));
  });

  it("are what the definitions of Flux and Argo CD take", () => {
    const theirs = manifests("flux/*.yaml", "argocd/*.yaml").filter(({ kind }) => kind !== "Stack");
    assert.equal(theirs.length, 7);
    for (const manifest of theirs) assert.equal(faultOf(manifest, models), "", manifest.metadata.name);
    assert.deepEqual(typeFaults(theirs, folder), []);
  });

  it("would not be with a field that is unknown or of another form", () => {
    const [source] = manifests("flux/source.yaml");
    assert.ok(source !== undefined);
    assert.match(faultOf({ ...source, spec: { ...source.spec, interval: "often" } }, models), /interval/);
    const [fault = "", ...others] = typeFaults([{ ...source, spec: { ...source.spec, intervall: "1m" } }], folder);
    assert.deepEqual(others, []);
    assert.match(fault, /intervall.*does not exist/);
  });

  it("never destroy a stack whose object is gone, run none that nobody made, and look at the world first", () => {
    const stacks = manifests("**/stack-*.yaml");
    assert.equal(stacks.length, 5);
    for (const { spec = {}, metadata } of stacks) {
      const { destroyOnFinalize, useLocalStackOnly, refresh } = spec;
      assert.deepEqual([destroyOnFinalize, useLocalStackOnly, refresh], [false, true, true], metadata.name);
    }
    for (const { kind, spec = {} } of manifests("flux/kustomizations.yaml")) assert.equal(spec.prune, false, kind);
  });

  it("give production to those who approve it: a commit by name, no automated sync", () => {
    const of = (glob: string, name: string) =>
      manifests(glob).find(({ metadata }) => metadata.name === name)?.spec ?? {};
    const stack = of("operator/*.yaml", "heron-prod");
    assert.match(String(stack.commit), /^[0-9a-f]{40}$/);
    assert.equal("branch" in stack, false);
    // The operator deploys each revision of a stack's source.
    const { fluxSource } = of("flux/stack-*.yaml", "heron-prod") as {
      readonly fluxSource?: { readonly sourceRef: { readonly name: string } };
    };
    const { ref } = of("flux/source*.yaml", fluxSource?.sourceRef.name ?? "") as { readonly ref?: object };
    assert.match((ref as { readonly commit?: string } | undefined)?.commit ?? "", /^[0-9a-f]{40}$/);
    assert.equal("syncPolicy" in of("argocd/*.yaml", "heron-prod"), false);
  });

  it("hold no key", () => {
    const texts = globSync("kubernetes/**/*.yaml", { cwd: examples, absolute: true }).map((file) =>
      readFileSync(file, "utf8"),
    );
    assert.doesNotMatch(texts.join("\n"), /accessKey|SECRET_ACCESS_KEY|password:|PULUMI_CONFIG_PASSPHRASE/i);
  });
});

describe("the example pipeline for GitLab", function () {
  this.timeout(downloadTimeoutMs);

  const pipeline = load(readFileSync(join(examples, "gitlab/.gitlab-ci.yml"), "utf8")) as Readonly<
    Record<string, object>
  >;
  let validate: ReturnType<Ajv["compile"]>;

  before(() => {
    // GitLab's schema describes keywords of its own editor, and formats.
    validate = new Ajv({ strict: false, validateFormats: false }).compile(
      JSON.parse(readFileSync(gitlabSchema(), "utf8")) as object,
    );
  });

  it("is what GitLab's own schema takes", () => {
    assert.ok(validate(pipeline), JSON.stringify(validate.errors));
  });

  it("would not be with a rule that is none, or a job without a script", () => {
    assert.equal(validate({ ...pipeline, preview: { ...pipeline.preview, rules: [{ iff: "x" }] } }), false);
    assert.equal(validate({ ...pipeline, broken: { stage: "dev", script: 1 } }), false);
  });
});
