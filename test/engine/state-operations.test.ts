import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { readdirSync, readFileSync, truncateSync } from "node:fs";
import { join } from "node:path";
import { LocalEnvironment } from "../support/local-environment";
import { repoRoot } from "../support/paths";
import { Vault } from "../support/vault";

const page = readFileSync(join(repoRoot, "docs/state.md"), "utf8");

/** What an operator does by docs/state.md; one topology runs throughout, and none of this may touch it. */
describe("operations on the state, as docs/state.md has them", () => {
  let environment: LocalEnvironment;
  let tasks: readonly string[];
  let calls: number;

  before(async () => {
    environment = await LocalEnvironment.start({ secrets: "passphrase" });
    const secrets = ["username", "password"].flatMap((part) => [
      "--secret",
      `heron:credentials.sandbox.zookeeper.${part}=s3cr3t`,
    ]);
    await environment.project.succeed(["config", "set-all", "--stack", "test", "--path", ...secrets]);
    await environment.project.up();
    tasks = await taskIds();
    calls = environment.sandbox.requests().length;
  });

  afterEach(async () => {
    assert.deepEqual([await taskIds(), environment.writes(calls)], [tasks, []]);
  });

  after(() => environment.dispose());

  it("an empty .attrs of a backend that writes such files: its error, and the command that mends it", async () => {
    const state = environment.project.path("state");
    const env = { PULUMI_BACKEND_URL: `file://${state}` };
    // From now on each file has one.
    await succeed(["up", "--yes", "--skip-preview", "--stack", "test"], env);
    const files = readdirSync(state, { recursive: true, encoding: "utf8" });
    const attrs = files.filter((file) => file.endsWith("stacks/user/test.json.attrs"));
    assert.equal(attrs.length, 1, files.join());
    truncateSync(join(state, attrs[0] ?? ""));
    assert.match(await fail(["preview", "--stack", "test"], env), /failed to load checkpoint: EOF/);
    const [, mend = ""] = /`(find \/var\/lib\/heron .*?)`/.exec(page) ?? assert.fail("the page says how");
    execFileSync("sh", ["-c", mend.replaceAll("/var/lib/heron", state)]);
    await succeed(["preview", "--expect-no-changes", "--stack", "test"], env);
    await succeed(unchanged, {});
  });

  it("stack rm: refused while the stack has resources", async () => {
    const before = await environment.project.resources();
    assert.match(await fail(["stack", "rm", "--yes", "--stack", "test"]), /still has resources/);
    assert.deepEqual(await environment.project.resources(), before);
  });

  it("stack rm with --force, or a state that is lost: the next deployment knows what runs and leaves it as it is", async () => {
    const [, remove = ""] = /`pulumi (stack rm --yes --force.*?)`/.exec(page) ?? assert.fail("the page says how");
    await succeed(remove.replace("prod", "test").split(" "));
    assert.match(await fail(["stack", "export", "--stack", "test"]), /no stack named 'test'/);
    await succeed(["stack", "init", "test"]);
    await succeed(["up", "--yes", "--skip-preview", "--stack", "test"]);
    await succeed(unchanged);
  });

  it("import of an earlier state: a refresh tells how the world differs from it, and a deployment goes on", async () => {
    const { project } = environment;
    const file = project.path("prod.json");
    await succeed(["stack", "export", "--stack", "test", "--file", file]);
    environment.topology({ parallelism: { count: 4 } });
    await project.up();
    [tasks, calls] = [await taskIds(), environment.sandbox.requests().length];
    await succeed(["stack", "import", "--stack", "test", "--file", file]);
    const drift = ["refresh", "--preview-only", "--expect-no-changes", "--diff", "--stack", "test"];
    assert.match(await fail(drift), /instances\s*: 3 => 4/);
    await succeed(["up", "--yes", "--skip-preview", "--refresh", "--stack", "test"]);
    await succeed(unchanged);
  });

  it("another secrets provider: secrets are readable by it alone then, and nothing is to be done", async () => {
    const vault = await Vault.start("pulumi-prod");
    try {
      const provider = "hashivault://pulumi-prod";
      assert.ok(page.includes(provider) && page.includes("pulumi stack change-secrets-provider --stack prod"));
      await succeed(["stack", "change-secrets-provider", "--stack", "test", provider], vault.env);
      const settings = readFileSync(environment.project.path("stacks/Pulumi.test.yaml"), "utf8");
      assert.match(settings, /^secretsprovider: hashivault:\/\/pulumi-prod$/m);
      assert.match(settings, /^encryptedkey: \S+$/m);
      assert.doesNotMatch(settings, /encryptionsalt|s3cr3t/);
      const byVault = { ...vault.env, PULUMI_CONFIG_PASSPHRASE: undefined };
      const read = ["config", "get", "--stack", "test", "--path", "heron:credentials.sandbox.zookeeper.password"];
      assert.match(await succeed(read, byVault), /s3cr3t/);
      await succeed(unchanged, byVault);
      assert.doesNotMatch(await fail(read, { ...vault.env, VAULT_TOKEN: "x", VAULT_SERVER_TOKEN: "x" }), /s3cr3t/);
    } finally {
      await vault.close();
    }
  });

  const unchanged = ["preview", "--refresh", "--expect-no-changes", "--stack", "test"];

  async function succeed(args: readonly string[], env: NodeJS.ProcessEnv = {}): Promise<string> {
    const { code, output } = await environment.project.pulumi(args, env);
    assert.equal(code, 0, output);
    return output;
  }

  async function fail(args: readonly string[], env: NodeJS.ProcessEnv = {}): Promise<string> {
    const { code, output } = await environment.project.pulumi(args, env);
    assert.notEqual(code, 0, output);
    return output;
  }

  async function taskIds(): Promise<readonly string[]> {
    const found = await environment.aurora.tasks(environment.job, { active: true });
    return found.map(({ taskId }) => taskId).sort();
  }
});
