import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { linkSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { repoRoot } from "../support/paths";

const sha256 = (text: string) => createHash("sha256").update(text).digest("hex");
const [core1, core2, words2] = ["core 1", "core 2", "words 2"].map(sha256);

const defaults = `cluster: west
role: heron
scheduler: { url: "http://aurora.example:8081" }
artifacts: { directory: { path: /mnt/heron } }
state: { local: { root: /mnt/state } }
core: { path: ../packages/core-1.tar.gz, sha256: ${core1} }
`;

const dev = `environment: devel
core:
  path: ../packages/core-2.tar.gz
  sha256: ${core2}
overlays:
  Words: { package: ../packages/words-2.jar, sha256: ${words2} }
`;

/** As somebody has written it. */
const prod = `# Production.
environment:   prod   # Aurora's

except: ["*-experiment"]
overlays:
    # Clicks come in bursts.
    Clicks: {priority: 10}
    Words:   # most of all
        priority: 20   # after Clicks

state: {local: {root: '/mnt/state-prod'}}
`;

describe("npm run promote", () => {
  let project: string;

  beforeEach(() => {
    project = mkdtempSync(join(tmpdir(), "heron-promote-"));
    write("Pulumi.yaml", "name: team\nruntime: nodejs\n");
    for (const each of ["core 1", "core 2"]) write(`packages/${each.replace(" ", "-")}.tar.gz`, each);
    for (const each of ["words 1", "words 2", "clicks 1"]) write(`packages/${each.replace(" ", "-")}.jar`, each);
    write("packages/any.defn", "");
    for (const name of ["Words", "Clicks", "Clicks-experiment"]) {
      const jar = name.startsWith("Words") ? "words-1" : "clicks-1";
      const text = `name: ${name}\npackage: ../../packages/${jar}.jar\ndefinition: ../../packages/any.defn\n`;
      write(`stacks/topologies/${name}.yaml`, text);
    }
    write("stacks/defaults.yaml", defaults);
    write("stacks/dev.yaml", dev);
    write("stacks/prod.yaml", prod);
  });

  afterEach(() => rmSync(project, { recursive: true }));

  it("writes which packages one stack runs into the other's document, and nothing else, and tells of all", () => {
    linkSync(join(project, "stacks/prod.yaml"), join(project, "as it was"));
    const said = promote("dev", "prod");
    // Whoever has begun to read it, reads all of it.
    assert.equal(read("as it was"), prod);
    const [before = "", after] = prod.split("        priority: 20   # after Clicks\n");
    assert.equal(
      read("stacks/prod.yaml"),
      `${before}        priority: 20   # after Clicks
        package: ../packages/words-2.jar
        sha256: ${words2}
${after}core:
  path: ../packages/core-2.tar.gz
  sha256: ${core2}
`,
    );
    assert.deepEqual(said.split("\n"), [
      `stacks/prod.yaml: core: ../packages/core-1.tar.gz (sha256 ${core1?.slice(0, 12)}…) → ../packages/core-2.tar.gz (sha256 ${core2?.slice(0, 12)}…)`,
      `stacks/prod.yaml: overlays.Words: ../packages/words-1.jar (no digest) → ../packages/words-2.jar (sha256 ${words2?.slice(0, 12)}…)`,
      "Clicks: the same file in both, without a digest",
      "Clicks-experiment: stacks/prod.yaml does not run it",
      "",
    ]);
    for (const file of ["defaults.yaml", "dev.yaml"])
      assert.equal(read(`stacks/${file}`), file === "dev.yaml" ? dev : defaults);
  });

  it("does nothing the second time", () => {
    promote("dev", "prod");
    const once = read("stacks/prod.yaml");
    assert.match(
      promote("dev", "prod"),
      /^Nothing to promote: stacks\/prod\.yaml has the packages of stacks\/dev\.yaml\.$/m,
    );
    assert.equal(read("stacks/prod.yaml"), once);
  });

  it("takes the place of what was promoted before", () => {
    promote("dev", "prod");
    const former = read("stacks/prod.yaml");
    write("packages/core-3.tar.gz", "core 3");
    write("stacks/dev.yaml", dev.replace("core-2", "core-3").replace(core2 ?? "", sha256("core 3")));
    promote("dev", "prod");
    assert.equal(read("stacks/prod.yaml"), former.replace("core-2", "core-3").replace(core2 ?? "", sha256("core 3")));
  });

  it("promotes what it is asked for alone", () => {
    promote("dev", "prod", "Words");
    assert.match(read("stacks/prod.yaml"), /words-2/);
    assert.doesNotMatch(read("stacks/prod.yaml"), /core/);
    promote("dev", "prod", "--core");
    assert.match(read("stacks/prod.yaml"), /core-2/);
  });

  it("promotes an address in the place of a file, and a file in the place of an address with all that is said of it", () => {
    const url = "https://mirror.example/heron-core-2.tar.gz";
    write("stacks/dev.yaml", `environment: devel\ncore: { url: "${url}", sha256: ${core2} }\n`);
    promote("dev", "prod", "--core");
    assert.equal(read("stacks/prod.yaml"), `${prod}core:\n  url: ${url}\n  sha256: ${core2}\n`);
    write("stacks/prod.yaml", `${prod}core:\n  url: ${url}\n  sha256: ${core2}\n  host: false\n`);
    write("stacks/dev.yaml", dev);
    promote("dev", "prod", "--core");
    assert.equal(read("stacks/prod.yaml"), `${prod}core:\n  path: ../packages/core-2.tar.gz\n  sha256: ${core2}\n`);
  });

  it("leaves to a stack how its agents come by the same kind of core package", () => {
    const url = "https://mirror.example/heron-core";
    write("stacks/dev.yaml", `environment: devel\ncore: { url: "${url}-2.tar.gz", sha256: ${core2} }\n`);
    write("stacks/prod.yaml", `${prod}core: { url: ${url}-1.tar.gz, sha256: ${core1}, host: false } # by themselves\n`);
    promote("dev", "prod", "--core");
    assert.equal(
      read("stacks/prod.yaml"),
      `${prod}core: { url: ${url}-2.tar.gz, sha256: ${core2}, host: false } # by themselves\n`,
    );
  });

  it("tells where a topology's definition is a file of one stack alone", () => {
    write("packages/words-2.defn", "");
    write("stacks/dev.yaml", dev.replace("words-2.jar,", "words-2.jar, definition: ../packages/words-2.defn,"));
    assert.match(
      promote("dev", "prod"),
      /^Words: the definition of stacks\/dev\.yaml is another than that of stacks\/prod\.yaml, and is not promoted$/m,
    );
  });

  for (const [what, args, change, text] of [
    ["one stack alone", ["dev"], {}, /Name two stacks\.\nnpm run promote/],
    [
      "one stack under two names",
      ["dev", "ada/team/dev"],
      {},
      /dev and ada\/team\/dev are one stack.*\nnpm run promote/,
    ],
    [
      "a topology without a digest",
      ["dev", "prod", "Clicks"],
      {},
      /stacks\/dev\.yaml has no sha256 of the package of Clicks.* Say overlays\.Clicks\.sha256 there/,
    ],
    [
      "nothing that has a digest",
      ["dev", "prod"],
      { "stacks/defaults.yaml": defaults.replace(`, sha256: ${core1}`, ""), "stacks/dev.yaml": "environment: devel\n" },
      /stacks\/dev\.yaml has no sha256 of its core package.* Say core\.sha256 there/,
    ],
    [
      "another file without a digest",
      ["dev", "prod"],
      { "stacks/dev.yaml": dev.replace(`, sha256: ${words2}`, "") },
      /no sha256 of the package of Words/,
    ],
    [
      "a file that is missing",
      ["dev", "prod"],
      { "stacks/dev.yaml": dev.replace("core-2", "core-9") },
      /stacks\/dev\.yaml: core\.path: expected a file .* found none at packages\/core-9/,
    ],
    [
      "a file that is another",
      ["dev", "prod"],
      { "packages/core-2.tar.gz": "core 2b" },
      /core: \.\.\/packages\/core-2\.tar\.gz hashes to [0-9a-f]{64}, but stacks\/dev\.yaml says .* Nothing was promoted/,
    ],
    [
      "a topology that there is not",
      ["dev", "prod", "Wrods"],
      {},
      /stacks\/dev\.yaml runs no topology 'Wrods'; it runs: Clicks-experiment, Clicks, Words\.\nstacks\/prod\.yaml runs no topology 'Wrods'/,
    ],
    [
      "a topology that the other does not run",
      ["dev", "prod", "Clicks-experiment"],
      {},
      /^stacks\/prod\.yaml runs no topology 'Clicks-experiment'/,
    ],
    [
      "what others share by an anchor",
      ["dev", "prod", "Words"],
      { "stacks/prod.yaml": `environment: prod\noverlays: { Clicks: &a { priority: 1 }, Words: *a }\n` },
      /overlays\.Words\.package cannot be written: Words is shared by an anchor/,
    ],
    [
      "a stack that is not there",
      ["dev", "qa"],
      {},
      /^There is no stacks\/qa\.yaml\. Stacks that have documents: dev, prod\. /,
    ],
  ] as readonly (readonly [string, readonly string[], Readonly<Record<string, string>>, RegExp])[]) {
    it(`refuses ${what}, and writes nothing`, () => {
      for (const [file, content] of Object.entries(change)) write(file, content);
      const before = read("stacks/prod.yaml");
      const { status, stderr } = run(...args);
      assert.equal(status, 1);
      assert.match(stderr, text);
      assert.equal(read("stacks/prod.yaml"), before);
    });
  }

  function run(...args: readonly string[]) {
    const script = join(repoRoot, "bin/scripts/heron-aurora.js");
    return spawnSync(process.execPath, [script, "promote", ...args], { cwd: project, encoding: "utf8" });
  }

  function promote(...args: readonly string[]): string {
    const { status, stdout, stderr } = run(...args);
    assert.equal(status, 0, stderr);
    return stdout;
  }

  function write(file: string, content: string): void {
    mkdirSync(dirname(join(project, file)), { recursive: true });
    writeFileSync(join(project, file), content);
  }

  function read(file: string): string {
    return readFileSync(join(project, file), "utf8");
  }
});
