import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import {
  cpSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { readDefinition, writeDefinition } from "../../components/heron/definition";
import { repoRoot } from "../support/paths";

const example = join(repoRoot, "examples", "environments");

/** Runs a command of ours in `project`, as `heron-aurora` does for those who have the library installed. */
function run(project: string, ...args: string[]) {
  const script = join(repoRoot, "bin/scripts/heron-aurora.js");
  return spawnSync(process.execPath, [script, ...args], { cwd: project, encoding: "utf8" });
}

interface Plan {
  readonly jobConfiguration: { readonly instanceCount: number };
}

describe("The environments of the example", () => {
  it("run the topologies they name, in their size", () => {
    const instances = ["dev", "staging", "prod"].map((stack) => {
      const { status, stdout, stderr } = run(example, "plan", stack, "--json");
      assert.equal(status, 0, stderr);
      const plans = Object.entries(JSON.parse(stdout) as Record<string, Plan>);
      return Object.fromEntries(plans.map(([name, { jobConfiguration }]) => [name, jobConfiguration.instanceCount]));
    });
    assert.deepEqual(instances, [
      { Billing: 2, "Clicks-experiment": 2, Clicks: 2 },
      { Billing: 3, Clicks: 3 },
      { Billing: 6, Clicks: 5 },
    ]);
  });

  it("tell which document says what", () => {
    const eyes = run(example, "plan", "prod", "--explain");
    assert.equal(eyes.status, 0, eyes.stderr);
    for (const line of [
      /^update\.watchSeconds +45 +stacks\/defaults\.yaml: defaults\.update\.watchSeconds$/m,
      /^update\.pauseAfterBatch +true +stacks\/prod\.yaml: overlays\.Billing\.update\.pauseAfterBatch$/m,
      /^artifacts\.s3\.bucket +"heron-packages-prod" +stacks\/prod\.yaml$/m,
      /^artifacts\.s3\.region +"eu-central-1" +stacks\/defaults\.yaml$/m,
    ])
      assert.match(eyes.stdout, line);
    assert.match(
      run(example, "plan", "dev", "Clicks", "--explain").stdout,
      /^parallelism\.words +1 .*scaled by 0\.25$/m,
    );
    const machine = run(example, "plan", "prod", "Billing", "--explain", "--json");
    const { topologies } = JSON.parse(machine.stdout) as { topologies: { Billing: readonly { path: string }[] } };
    assert.ok(topologies.Billing.some(({ path }) => path === "tier"));
  });

  it("have definitions that are those of the word count under other names", () => {
    const original = readDefinition(
      readFileSync(join(repoRoot, "examples/wordcount/wordcount.defn")),
      "wordcount.defn",
    );
    const folder = join(example, "stacks", "topologies");
    const files = readdirSync(folder).filter((file) => file.endsWith(".defn"));
    assert.equal(files.length, 3);
    for (const file of files) {
      const named = writeDefinition({ ...original, name: file.replace(".defn", "") });
      assert.deepEqual(readFileSync(join(folder, file)), Buffer.from(named), file);
    }
  });
});

describe("A project of several environments", () => {
  let project: string;

  beforeEach(() => {
    const root = mkdtempSync(join(tmpdir(), "heron-environments-"));
    for (const each of ["core", "wordcount"]) symlinkSync(join(repoRoot, "examples", each), join(root, each));
    project = join(root, "environments");
    cpSync(example, project, { recursive: true, filter: (path) => !path.includes(".heron") });
  });

  afterEach(() => {
    rmSync(join(project, ".."), { recursive: true, force: true });
  });

  it("gets another by new-environment, which holds, shares nothing it must not, and says only what differs", () => {
    const before = readdirSync(join(project, "stacks"));
    const made = run(project, "new-environment", "test", "--from", "dev");
    assert.equal(made.status, 0, made.stderr);
    assert.deepEqual(
      readdirSync(join(project, "stacks")).filter((file) => !before.includes(file)),
      ["test.yaml"],
    );
    const text = readFileSync(join(project, "stacks", "test.yaml"), "utf8");
    assert.match(text, /^environment: test$/m);
    assert.match(text, /root: \/heron-test$/m);
    assert.match(text, /bucket: heron-packages-dev-test$/m);
    assert.doesNotMatch(text, /^(cluster|role|scheduler|core|overlays):/m);
    const planned = run(project, "plan", "test", "--json");
    assert.equal(planned.status, 0, planned.stderr);
    assert.deepEqual(Object.keys(JSON.parse(planned.stdout) as object).sort(), [
      "Billing",
      "Clicks",
      "Clicks-experiment",
    ]);
  });

  it("gets by new-environment a bucket whose name S3 takes, however long the other's is", () => {
    const dev = join(project, "stacks", "dev.yaml");
    const long = `heron-packages-${"x".repeat(42)}---dev`;
    writeFileSync(dev, readFileSync(dev, "utf8").replace("heron-packages-dev", long));
    const made = run(project, "new-environment", "test", "--from", "dev");
    assert.equal(made.status, 0, made.stderr);
    const text = readFileSync(join(project, "stacks", "test.yaml"), "utf8");
    assert.match(text, new RegExp(`bucket: heron-packages-${"x".repeat(42)}-test$`, "m"));
  });

  it("gets another by the plain form: after the only other document, else after dev, else told to choose", () => {
    const stacks = join(project, "stacks");
    const plain = () => {
      const made = run(project, "new-environment", "test");
      rmSync(join(stacks, "test.yaml"), { force: true });
      return made;
    };
    assert.match(plain().stdout, /stacks\/test\.yaml is there, made after dev\.yaml/);
    rmSync(join(stacks, "dev.yaml"));
    const { status, stderr } = plain();
    assert.equal(status, 1);
    assert.match(stderr, /After which document is test\.yaml .* has prod\.yaml, staging\.yaml\. .*--from prod\.$/m);
    assert.doesNotMatch(stderr, /^\s+at /m);
    cpSync(join(stacks, "staging.yaml"), join(stacks, "local.yaml"));
    assert.match(plain().stdout, /made after local\.yaml/);
    rmSync(join(stacks, "staging.yaml"));
    assert.match(plain().stdout, /made after prod\.yaml/);
    for (const name of ["prod", "local"]) rmSync(join(stacks, `${name}.yaml`));
    assert.match(plain().stderr, /has no stack's document to make test\.yaml after/);
  });

  it("takes a package by its digest alone, where the document says one", () => {
    const document = join(project, "stacks", "topologies", "Billing.yaml");
    const jar = readFileSync(join(repoRoot, "examples/wordcount/wordcount.jar"));
    const digest = createHash("sha256").update(jar).digest("hex");
    const text = readFileSync(document, "utf8");
    const plan = () => run(project, "plan", "prod", "Billing", "--json");
    const free = plan();
    writeFileSync(document, `${text}sha256: ${digest}\n`);
    const pinned = plan();
    assert.deepEqual([pinned.status, pinned.stdout], [0, free.stdout]);
    writeFileSync(document, `${text}sha256: ${digest.replace(/^./, (digit) => (digit === "0" ? "1" : "0"))}\n`);
    const other = plan();
    assert.equal(other.status, 1);
    assert.match(other.stderr, /Billing\.yaml: sha256: wordcount\.jar hashes to .*Nothing was touched/);
  });

  it("keeps by new-environment what is there, and gets nothing that cannot be", () => {
    const prod = join(project, "stacks", "prod.yaml");
    const before = readFileSync(prod, "utf8");
    const cases: readonly (readonly [args: readonly string[], says: RegExp])[] = [
      [["prod", "--from", "dev"], /prod\.yaml is there already and was left as it is/],
      [["../evil", "--from", "dev"], /can be no stack's name/],
      [["defaults", "--from", "dev"], /can be no stack's name/],
      [["test.yaml", "--from", "dev", "--environment", "test"], /name without \.yaml\. Name it test,/],
      [
        ["qa", "--from", "dev"],
        /expected an environment that the scheduler takes .* found 'qa'.*--environment test\.$/m,
      ],
      [
        ["dev2", "--from", "dev", "--environment", "devel"],
        /stacks\/dev\.yaml has .* both stacks would have the same job keys.*--environment test\.$/m,
      ],
      [
        ["dev2", "--from", "dev", "--environment", "staging"],
        /stacks\/staging\.yaml has the environment 'staging' already.*--environment test\.$/m,
      ],
      [
        ["test", "--from", "none"],
        /^There is no stacks\/none\.yaml\. Stacks that have documents: dev, prod, staging\. /,
      ],
      [[], /Which name has the new environment\?/],
    ];
    for (const [args, says] of cases) {
      const { status, stderr } = run(project, "new-environment", ...args);
      assert.equal(status, 1);
      assert.match(stderr, says);
      assert.doesNotMatch(stderr, /^\s+at /m);
    }
    assert.equal(readFileSync(prod, "utf8"), before);
    assert.ok(
      !["qa", "dev2", "test", "test.yaml", "none"].some((name) => existsSync(join(project, "stacks", `${name}.yaml`))),
    );
  });
});
