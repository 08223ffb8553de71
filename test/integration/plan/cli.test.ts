import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { goldenJson, goldenPath, repoRoot } from "../../support/paths";

interface Recorded {
  readonly plan?: { readonly id: string };
  readonly error?: unknown;
}

/** Runs a command as it was built. */
function run(script: string, ...args: string[]) {
  const file = join(repoRoot, "bin/scripts", script);
  return spawnSync(process.execPath, [file, ...args], { cwd: repoRoot, encoding: "utf8" });
}

const plan = (...args: string[]) => run("plan.js", ...args);

/** The places of all values, those of a list's elements as one, each with what kind of value stands there; sorted. */
function places(value: unknown, place = ""): string[] {
  if (typeof value !== "object" || value === null) return [`${place}: ${typeof value}`];
  const below = Object.entries(value).flatMap(([key, each]) =>
    places(each, Array.isArray(value) ? `${place}[]` : `${place}.${key}`),
  );
  return below.length === 0 ? [`${place}: empty`] : [...new Set(below)].sort();
}

const recordings = readdirSync(goldenPath("heron"))
  .filter((name) => /^(G|Ex)-(wc|ffd|overram|WordCountTopology)$/.test(name))
  .flatMap((name) =>
    ["RoundRobinPacking", "ResourceCompliantRRPacking", "FirstFitDecreasingPacking"].map((packing) => ({
      name,
      packing,
    })),
  );

describe("npm run plan", () => {
  it("tells with --json the plan that Heron makes of a definition, and fails where Heron does, with its message alone", () => {
    let failures = 0;
    for (const { name, packing } of recordings) {
      const folder = goldenPath("heron", name);
      const recorded = JSON.parse(readFileSync(join(folder, `packing.${packing}.json`), "utf8")) as Recorded;
      const { status, stdout, stderr } = plan(
        "--definition",
        join(folder, "definition.defn"),
        "--packing",
        packing,
        "--json",
      );
      if (recorded.plan === undefined) {
        failures++;
        assert.equal(status, 1, `${name} ${packing}`);
        assert.equal(stdout, "");
        assert.match(stderr, /\S/);
        assert.doesNotMatch(stderr, /^\s+at /m);
      } else {
        assert.equal(status, 0, stderr);
        const { packingPlan } = JSON.parse(stdout) as { packingPlan: object };
        assert.deepEqual(packingPlan, recorded.plan, `${name} ${packing}`);
      }
    }
    assert.ok(recordings.length === 12 && failures > 0);
  });

  it("tells of a stack's topologies packing plan and job configuration, through npm", () => {
    const { status, stdout, stderr } = spawnSync("npm", ["run", "-s", "plan", "--", "local", "WordCount", "--json"], {
      cwd: repoRoot,
      encoding: "utf8",
    });
    assert.equal(status, 0, stderr);
    const { packingPlan, jobConfiguration, ...rest } = JSON.parse(stdout) as {
      packingPlan: { containers: unknown[] };
      jobConfiguration: { key: { name: string }; instanceCount: number };
    };
    assert.deepEqual(rest, {});
    assert.equal(jobConfiguration.key.name, "WordCount");
    assert.equal(jobConfiguration.instanceCount, packingPlan.containers.length + 1);
    const { plan: recorded } = goldenJson("heron", "G-wc", "packing.RoundRobinPacking.json") as Recorded;
    assert.deepEqual(
      places(packingPlan),
      [
        ...places(recorded),
        // The job's containers are all of one size, as AuroraScheduler makes them.
        ...["cpu", "disk", "ram"].map((each) => `.containers[].scheduledResource.${each}: number`),
      ].sort(),
    );
    // Without our own entries, stock Heron's has no metadata.
    const marks = ["key", "value"].map((each) => `.taskConfig.metadata[].${each}: string`);
    assert.deepEqual(
      places(jobConfiguration),
      [
        ...places(goldenJson("heron", "G-wc", "job-configuration.json")).filter(
          (each) => each !== ".taskConfig.metadata: empty",
        ),
        ...marks,
      ].sort(),
    );
  });

  it("shows people a table of containers, instances and resources", () => {
    const { status, stdout } = plan("local");
    assert.equal(status, 0);
    for (const text of ["WordCount", "words", "count", "topology package"]) assert.ok(stdout.includes(text), text);
  });

  const mistakes: readonly (readonly [string, readonly string[], RegExp])[] = [
    ["an unknown stack", ["nowhere"], /nowhere\.yaml/],
    ["an unknown topology", ["local", "Nothing"], /no topology Nothing.*WordCount/],
    ["a definition that is not there", ["--definition", "no.defn"], /^no\.defn cannot be read \(ENOENT.*\.defn\)/],
    ["a definition that is a folder", ["--definition", "examples"], /^examples cannot be read \(EISDIR.*\.defn\)/],
    ["an unknown option", ["local", "--jsn"], /^Unknown option '--jsn'\.\nnpm run plan -- /],
    ["an option without its value", ["--definition"], /'--definition.*argument missing\nnpm run plan -- /],
    [
      "an unknown packing",
      ["--definition", "examples/wordcount/wordcount.defn", "--packing", "Tetris"],
      /RoundRobinPacking/,
    ],
    [
      "a packing for a stack",
      ["local", "--packing", "RoundRobinPacking"],
      /--packing is for --definition.*\nnpm run plan/,
    ],
    [
      "a stack beside a definition",
      ["local", "--definition", "examples/wordcount/wordcount.defn"],
      /of that file, not of a stack\.\nnpm run plan/,
    ],
    ["no stack at all", [], /Which stack/],
  ];
  for (const [mistake, args, text] of mistakes) {
    it(`says in one message what is wrong with ${mistake}`, () => {
      const { status, stdout, stderr } = plan(...args);
      assert.equal(status, 1);
      assert.equal(stdout, "");
      assert.match(stderr, text);
      assert.doesNotMatch(stderr, /^\s+at /m);
    });
  }
});

describe("the commands", () => {
  const commands: readonly (readonly [command: string, ...args: readonly string[]])[] = [
    ["plan", "local"],
    ["compare", "local"],
    ["orphans", "local"],
    ["report", "local"],
    ["new-environment", "test"],
    ["pipeline", "preview", "local"],
    ["environments"],
    ["promote", "dev", "prod"],
    ["bench"],
    ["soak"],
  ];
  for (const [command, ...args] of commands) {
    it(`say in one message that ${command} has no such option, and how it is used`, () => {
      const { status, stdout, stderr } = run(`${command}.js`, ...args, "--jsn");
      assert.equal(status, 1);
      assert.equal(stdout, "");
      assert.match(stderr, /^Unknown option '--jsn'\.?\nnpm run .*-- /);
      assert.doesNotMatch(stderr, /^\s+at /m);
    });

    for (const help of ["--help", "-h"]) {
      it(`say how ${command} is used when asked by ${help}, and do nothing`, () => {
        const { status, stdout, stderr } = run(`${command}.js`, ...args, help);
        assert.equal(status, 0);
        assert.match(stdout, /^npm run .*-- /);
        assert.equal(stderr, "");
      });
    }
  }
});
