import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { readDefinition, writeDefinition } from "../../components/heron/definition";
import { LocalEnvironment } from "../support/local-environment";
import { repoRoot } from "../support/paths";

const wordCount = readFileSync(join(repoRoot, "examples/wordcount/wordcount.defn"));

describe("npm run report, by the real engine", () => {
  let environment: LocalEnvironment;

  before(async () => {
    environment = await LocalEnvironment.start();
    environment.project.remove("stacks/topologies/WordCount.yaml");
    for (const name of ["Grows", "Rolls", "Goes", "Stays"]) topology(name);
    await environment.project.up();
    topology("Grows", { parallelism: { count: 4 } });
    topology("Rolls", { heronConfig: { "heron.logging.maximum.files": 7 } });
    topology("Comes");
    environment.project.remove("stacks/topologies/Goes.yaml");
  });

  after(() => environment.dispose());

  /** A topology document of that name, with WordCount's definition under it. */
  function topology(name: string, changes: object = {}): void {
    const definition = { ...readDefinition(wordCount, "wordcount.defn"), name, id: name };
    environment.project.write(`stacks/topologies/${name}.defn`, writeDefinition(definition));
    environment.topology({ name, definition: `${name}.defn`, ...changes });
  }

  async function report(...args: string[]): Promise<string> {
    const script = join(repoRoot, "bin/scripts/report.js");
    const options = { cwd: environment.project.directory, env: environment.project.environment() };
    const { stdout } = await promisify(execFile)(process.execPath, [script, "test", ...args], options);
    return stdout;
  }

  it("tells of a preview what is killed, rolled, scaled, submitted and left alone, and touches nothing", async () => {
    const calls = environment.sandbox.requests().length;
    const text = await report();
    const rows = text
      .split("\n")
      .filter((line) => /^\|.*<code>\w+<\/code> \|.* \| [^|]+ \|$/.test(line) && !line.includes("fields"));
    assert.deepEqual(
      rows.slice(0, 5).map((row) => row.replace(/&#\d+;|<\/?\w+>/g, "").replace(/^\| +| +\|$/g, "")),
      [
        " DANGER kill | Goes | kill 3 containers | 3 → none",
        " Caution roll | Rolls | rolling restart of 3 containers, 1 at a time (topology package) | 3",
        "+ submit | Comes | submit 3 containers | none → 3",
        "+ scale out | Grows | scale out 3 → 4 containers 2 Heron instances move | 3 → 4",
        "= unchanged | Stays | unchanged | 3",
      ].map((row) => row.trim()),
    );
    assert.match(text, /all topologies \| before \| after .*containers, with container 0\*\* \| 12 \| 13 \|/s);
    assert.equal(environment.sandbox.requests().length, calls);
  });

  it("draws both sides on a machine that has planned nothing before, but for what is in no document any more", async () => {
    const preview = await environment.project.succeed(["preview", "--json", "--show-sames", "--stack", "test"]);
    const file = environment.project.write("preview.json", preview.stdout);
    rmSync(environment.project.path(".heron"), { recursive: true });
    const page = await report("--preview", file, "--format", "html");
    const section = (name: string) =>
      new RegExp(`<section[^>]*>\\s*<h2[^>]*>[^\\n]*<bdi>${name}</bdi>.*?</section>`, "s").exec(page)?.[0] ?? "";
    assert.match(section("Grows"), /<figcaption>Before<.*<figcaption>After<.*Container 3 <b class="fate">\+ new/s);
    assert.match(section("Rolls"), /<figcaption>Before<.*<figcaption>After</s);
    assert.match(section("Comes"), /bolt, 2 instances/);
    assert.match(section("Goes"), /Not drawn/);
    assert.doesNotMatch(section("Stays"), /Not drawn/);
  });

  it("tells of a deployed stack what runs, and of the role's quota what its jobs use", async () => {
    const page = await report(
      "--deployed",
      "--quota",
      "--format",
      "html",
      "--out",
      environment.project.path("page.html"),
    );
    assert.equal(page, "");
    const written = readFileSync(environment.project.path("page.html"), "utf8");
    assert.match(written, /<h1>What runs in user&#x2F;test<\/h1>/);
    for (const name of ["Grows", "Rolls", "Goes", "Stays"]) assert.ok(written.includes(`<bdi>${name}</bdi>`), name);
    assert.ok(!written.includes("Comes"));
    assert.match(written, /Quota of the role heron/);
    assert.ok(environment.writes().every((method) => method === "createJob"));
  });

  it("tells of a preview what the role's jobs will use of the quota that the same preview sets", async () => {
    await environment.aurora.setQuota("heron", { numCpus: 100, ramMb: 1024 * 1024, diskMb: 4 * 1024 * 1024 });
    topology("Comes", { tier: "preferred" });
    environment.document({ quota: { cpu: 200, ram: "1TB", disk: "4TB" } });
    const text = await report("--quota");
    assert.match(text, /quota of the role .*heron/);
    assert.match(text, /cpu \| 0 cores \| 9 cores \| 100 cores → 200 cores \| 5 % \|/);
  });

  it("is made without the quota where the scheduler cannot be reached, and says so", async () => {
    const { stdout } = await environment.project.succeed(["preview", "--json", "--show-sames", "--stack", "test"]);
    const file = environment.project.write("preview.json", stdout.replaceAll(environment.url, "http://127.0.0.1:1"));
    const text = await report("--preview", file, "--quota");
    assert.match(text, /Without the quota of the role heron.*the scheduler could not be asked from here/);
    assert.doesNotMatch(text, /127\.0\.0\.1/);
    assert.match(text, /kill 3 containers/);
  });

  it("names what is wrong with its command line in a line", async () => {
    await assert.rejects(report("--preview", "nowhere.json"), /nowhere\.json cannot be read/);
  });
});
