import assert from "node:assert/strict";
import { cpSync, existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join, relative } from "node:path";
import { connectAurora } from "../../components/aurora/client";
import { LocalEnvironment } from "../support/local-environment";
import { stacks, type Stack, TeamRepository } from "../support/team-repository";
import { unwellCore } from "../support/unwell-core";

const secret = "s3cr3t-of-the-state-tree";
const password = "p4ssword-of-the-scheduler";

describe("a team's repository and its pipeline, from a pull request to production", () => {
  let environment: LocalEnvironment;
  let repository: TeamRepository;

  before(async () => {
    environment = await LocalEnvironment.start({
      tasks: "real",
      users: `[users]\nci = ${password}, admin\n[roles]\nadmin = *\n`,
    });
    const credentials = { "zookeeper.username": secret, "zookeeper.password": secret, username: "ci", password };
    repository = await TeamRepository.create({ url: environment.url, credentials });
  });

  after(async () => {
    try {
      await repository.destroy();
    } finally {
      await environment.dispose();
    }
    repository.remove();
  });

  it("deploys dev, staging and prod in turn on the first merge, each healthy before the next", async () => {
    const merged = await repository.merge();
    assert.deepEqual(merged.done, ["dev", "staging", "prod"], merged.output);
    for (const stack of Object.values(stacks)) assert.equal((await taskIds(stack)).length, 3);
  });

  it("shows on a pull request what each environment would change, and touches none", async () => {
    repository.git(repository.team, "switch", "--quiet", "--create", "scale");
    repository.document("topologies/WordCount", (topology) => ({ ...topology, parallelism: { count: 4 } }));
    repository.push("More counters", "scale");
    const calls = environment.sandbox.requests().length;
    const reviewed = repository.checkout("pull-request", "scale");
    const touched = await repository.environmentsOf(reviewed, "pull-request.yml");
    assert.deepEqual(touched, ["dev", "prod", "staging"]);
    for (const stack of touched) {
      const { code, output } = await repository.job(reviewed, "pull-request.yml", "preview", { stack });
      assert.equal(code, 0, output);
      assert.match(output, /update AuroraJob WordCount: scale out 3 → 4 containers/);
      assert.match(readFileSync(join(reviewed, `preview/${stack}.md`), "utf8"), /scale out 3 → 4 containers/);
      assert.match(readFileSync(join(reviewed, `preview/${stack}.md`), "utf8"), /quota of the role .*heron/);
      assert.ok(existsSync(join(reviewed, `preview/${stack}.html`)));
    }
    assert.deepEqual(environment.writes(calls), []);
  });

  it("scales all of them by the merge, in place, prod by the plan that was reviewed", async () => {
    const before = await taskIds("prod");
    repository.git(repository.team, "switch", "--quiet", "main");
    repository.git(repository.team, "merge", "--quiet", "--no-edit", "scale");
    repository.git(repository.team, "push", "--quiet");
    const merged = await repository.merge();
    assert.deepEqual(merged.done, ["dev", "staging", "prod"], merged.output);
    assert.deepEqual((await taskIds("prod")).slice(0, 3), before);
    assert.equal((await taskIds("prod")).length, 4);
  });

  it("stops at staging when a new core package is unwell there, and leaves prod alone", async () => {
    const [staging, prod] = [await taskIds("staging"), await taskIds("prod")];
    writeFileSync(join(repository.team, "packages/heron-core-2.tar.gz"), await unwellCore());
    for (const stack of ["staging", "prod"]) await repository.setCore(stack, "heron-core-2.tar.gz");
    repository.push("Heron core 2");
    const merged = await repository.merge();
    assert.deepEqual(merged.done, ["dev"]);
    assert.match(merged.output, /ROLLED_BACK/);
    assert.equal((await taskIds("staging")).length, staging.length);
    assert.deepEqual(await taskIds("prod"), prod);
  });

  it("goes back by a revert", async () => {
    const prod = await taskIds("prod");
    repository.git(repository.team, "revert", "--no-edit", "HEAD");
    repository.git(repository.team, "push", "--quiet");
    assert.deepEqual((await repository.merge()).done, ["dev", "staging", "prod"]);
    assert.deepEqual(await taskIds("prod"), prod);
  });

  it("finds a drift by the nightly job, which fails with the difference, and the next deployment mends it", async () => {
    const credentials = { username: "ci", password };
    const somebody = connectAurora({ cluster: "sandbox", scheduler: { url: environment.url }, credentials });
    await somebody.killTasks(jobOf("prod"), [3], "behind its back");
    await somebody.close();
    while ((await taskIds("prod")).length > 3) await new Promise((resolve) => setTimeout(resolve, 50));
    const nightly = repository.checkout("nightly");
    assert.deepEqual(await repository.environmentsOf(nightly, "drift.yml"), ["dev", "prod", "staging"]);
    const calls = environment.sandbox.requests().length;
    const { code, output } = await repository.step(nightly, "drift", "prod");
    assert.equal(code, 2, output);
    assert.match(output, /instances\s*: 4 => 3/);
    assert.deepEqual(environment.writes(calls), []);
    assert.equal((await repository.step(nightly, "deploy", "prod")).code, 0);
    assert.equal((await repository.step(nightly, "drift", "prod")).code, 0);
  });

  it("does only what was reviewed: another change that came in between stops it", async () => {
    const late = repository.checkout("late");
    repository.change(late, "stacks/topologies/WordCount.yaml", (topology) => ({
      ...topology,
      parallelism: { count: 5 },
    }));
    assert.equal((await repository.step(late, "preview", "dev", "--out", "preview")).code, 2);
    repository.change(late, "stacks/topologies/WordCount.yaml", (topology) => ({
      ...topology,
      parallelism: { count: 9 },
    }));
    const before = await taskIds("dev");
    const { code, output } = await repository.step(late, "deploy", "dev", "--reviewed", "preview");
    assert.equal(code, 1, output);
    assert.match(output, /violates plan/);
    assert.deepEqual(await taskIds("dev"), before);
    assert.match(
      (await repository.step(late, "deploy", "dev", "--reviewed", "elsewhere")).output,
      /There is no elsewhere\/dev\.plan/,
    );
  });

  it("does what was reviewed on a machine that knows nothing of what was deployed", async () => {
    const [knowing, other] = [repository.checkout("knowing"), repository.checkout("other")];
    // Its cache then holds what runs, which a preview without a plan names the parts of.
    assert.equal((await repository.step(knowing, "deploy", "dev")).code, 0);
    for (const place of [knowing, other])
      repository.change(place, "stacks/topologies/WordCount.yaml", (topology) => ({
        ...topology,
        priority: 1,
        parallelism: { count: 5 },
      }));
    assert.equal((await repository.step(knowing, "preview", "dev", "--out", "preview")).code, 2);
    cpSync(join(knowing, "preview"), join(other, "preview"), { recursive: true });
    const { code, output } = await repository.step(other, "deploy", "dev", "--reviewed", "preview");
    assert.equal(code, 0, output);
    assert.equal((await repository.step(repository.checkout("knowing"), "deploy", "dev")).code, 0);
  });

  it("has no plan of a preview that fails, not even an older one", async () => {
    const careless = repository.checkout("careless");
    assert.equal((await repository.step(careless, "preview", "prod", "--out", "preview")).code, 0);
    assert.deepEqual(readdirSync(join(careless, "preview")), ["prod.plan.json", "prod.preview.json"]);
    repository.change(careless, "stacks/topologies/WordCount.yaml", (topology) => ({ ...topology, paralelism: {} }));
    assert.equal((await repository.step(careless, "preview", "prod", "--out", "preview")).code, 1);
    assert.deepEqual(readdirSync(join(careless, "preview")), []);
  });

  it("refuses a production topology that breaks a policy, by its name and what to do, and leaves no plan of it", async () => {
    const careless = repository.checkout("policies");
    repository.change(careless, "stacks/topologies/WordCount.yaml", (topology) => ({ ...topology, config: undefined }));
    const { code, output } = await repository.step(careless, "preview", "prod", "--out", "preview");
    assert.equal(code, 1, output);
    assert.match(
      output,
      /policy heron-named-resources \(mandatory\): sandbox\/heron\/prod\/WordCount: leaves topology\.container\.cpu.*name them/,
    );
    assert.match(
      (await repository.step(careless, "deploy", "prod", "--reviewed", "preview")).output,
      /There is no preview\/prod\.plan/,
    );
  });

  it("lets two runs of one environment not meet: one says who holds the lock, and the state is whole", async () => {
    const [one, two] = [repository.checkout("one"), repository.checkout("two")];
    for (const place of [one, two])
      repository.change(place, "stacks/topologies/WordCount.yaml", (topology) => ({ ...topology, restart: "now" }));
    const first = repository.step(one, "deploy", "dev");
    const locks = join(repository.folder, "state/.pulumi/locks");
    const isLocked = () =>
      existsSync(locks) && readdirSync(locks, { recursive: true }).some((file) => String(file).endsWith(".json"));
    while (!isLocked()) await new Promise((resolve) => setTimeout(resolve, 10));
    const second = await repository.step(two, "deploy", "dev");
    assert.equal(second.code, 1, second.output);
    assert.match(second.output, /currently locked by 1 lock/);
    assert.equal((await first).code, 0);
    assert.equal((await repository.step(one, "drift", "dev")).code, 0);
  });

  it("says nothing secret in anything that it printed", () => {
    assert.ok(repository.printed.length > 10_000);
    expectNoSecret(repository.printed, "what was printed");
  });

  it("leaves nothing secret in plans, previews, reports, the runs' summaries and the state", () => {
    const places = readdirSync(repository.folder).filter((place) =>
      existsSync(join(repository.folder, place, "preview")),
    );
    const files = [...places.map((place) => join(place, "preview")), "state"].flatMap((from) =>
      readdirSync(join(repository.folder, from), { recursive: true, withFileTypes: true })
        .filter((entry) => entry.isFile())
        .map((entry) => relative(repository.folder, join(entry.parentPath, entry.name))),
    );
    assert.ok(files.some((file) => file.endsWith(".plan.json")) && files.some((file) => file.startsWith("state/")));
    assert.ok(files.some((file) => file.endsWith(".html")));
    assert.match(readFileSync(repository.summary, "utf8"), /WordCount/);
    for (const file of [...files.map((each) => join(repository.folder, each)), repository.summary])
      expectNoSecret(readFileSync(file, "utf8"), file);
  });

  /** Neither as they are, nor as basic authentication sends them. */
  function expectNoSecret(text: string, where: string): void {
    const sent = Buffer.from(`ci:${password}`).toString("base64");
    for (const each of [secret, password, repository.vault.token, sent]) assert.ok(!text.includes(each), where);
  }

  function jobOf(stack: Stack) {
    return { ...environment.job, environment: stacks[stack] };
  }

  async function taskIds(stack: string): Promise<string[]> {
    const name = stack in stacks ? stacks[stack as Stack] : stack;
    const tasks = await environment.aurora.tasks({ ...environment.job, environment: name }, { active: true });
    return tasks.sort((a, b) => a.instanceId - b.instanceId).map(({ taskId }) => taskId);
  }
});
