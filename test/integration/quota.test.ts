import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type AuroraClient, connectAurora } from "../../components/aurora/client";
import { jobConfiguration } from "../../components/aurora/thermos";
import { UserError } from "../../components/errors";
import type { Resources } from "../../components/aurora/role";
import type { QuotaInputs, QuotaProperties } from "../../components/quota/inputs";
import { auroraQuota } from "../../components/quota/lifecycle";
import { type Sandbox, startSandbox } from "../../sandbox";
import { instantSimulation } from "../../sandbox/options";
import { Gate } from "../support/gate";

const users = `[users]
root = canary-root, admin
ada = canary-ada, user
[roles]
admin = *
user = thrift.AuroraSchedulerManager:*
`;

const cores = (numCpus: number): Resources => ({ numCpus, ramMb: 10_240, diskMb: 102_400 });

describe("the resource of a role's quota", () => {
  let folder: string;
  let sandbox: Sandbox;
  let root: AuroraClient;

  before(async () => {
    folder = mkdtempSync(join(tmpdir(), "heron-quota-"));
    const usersFile = join(folder, "users.ini");
    writeFileSync(usersFile, users);
    sandbox = await startSandbox({
      dataDir: join(folder, "data"),
      clusterName: "west",
      usersFile,
      simulate: instantSimulation,
    });
    const credentials = { username: "root", password: "canary-root" };
    root = connectAurora({ cluster: "west", scheduler: { url: new URL(sandbox.url).origin }, credentials });
  });

  after(async () => {
    await root.close();
    await sandbox.stop({ killTasks: true });
    rmSync(folder, { recursive: true });
  });

  const as = (username: string): void => {
    const credentials = JSON.stringify({ west: { username, password: `canary-${username}` } });
    auroraQuota.configure({ config: { get: () => credentials } });
  };
  beforeEach(() => as("root"));

  const scheduler = () => ({ url: new URL(sandbox.url).origin });
  const quotaOf = (role: string, allowed: Resources, more: Partial<QuotaInputs> = {}): QuotaProperties => ({
    quota: { cluster: "west", role, scheduler: scheduler(), allowed, ...more },
  });
  const allowed = async (role: string) => (await root.quota(role)).quota;

  /** Runs a job of the role that takes two cores of its quota. */
  const runJob = async (role: string): Promise<void> => {
    const spec = {
      job: { cluster: "west", role, environment: "devel", name: "Runs" },
      user: role,
      topologyId: "Runs",
      instances: 2,
      resources: { cpu: 1, ram: 2 ** 29, disk: 2 ** 30 },
      view: { fetchCore: "true", fetchTopology: "true", ports: [], topologyArguments: "" },
      topology: { tier: "preferred" },
    };
    await root.createJob(jobConfiguration(spec));
  };

  it("is set, found changed by others, set back, and left as it is in the end", async () => {
    const { id, outs } = await auroraQuota.create(quotaOf("one", cores(5)));
    assert.equal(id, "west/one");
    assert.deepEqual(await allowed("one"), cores(5));
    await root.setQuota("one", cores(7));
    const found = await auroraQuota.read(id, outs);
    assert.deepEqual(found.inputs.quota.allowed, cores(7));
    assert.ok(!("before" in found.inputs), "what was before is nobody's input");
    assert.ok(auroraQuota.diff(id, found.props, quotaOf("one", cores(5))).changes);
    const updated = await auroraQuota.update(id, found.props, quotaOf("one", cores(5)));
    assert.deepEqual(await allowed("one"), cores(5));
    assert.ok(!auroraQuota.diff(id, updated.outs, quotaOf("one", cores(5))).changes);
    await auroraQuota.delete(id, updated.outs);
    assert.deepEqual(await allowed("one"), cores(5));
  });

  it("is of one role: another one is another quota", () => {
    const [one, two] = [quotaOf("one", cores(5)), quotaOf("two", cores(5))];
    assert.deepEqual(auroraQuota.diff("west/one", one, two), { changes: true, replaces: ["quota"] });
  });

  it("is put back in the end where the document asks for it, unless somebody else has changed it since", async () => {
    await root.setQuota("two", cores(3));
    const wanted = quotaOf("two", cores(5), { restoreOnDestroy: true });
    const { id, outs } = await auroraQuota.create(quotaOf("two", cores(4)));
    const updated = await auroraQuota.update(id, outs, wanted);
    await root.setQuota("two", cores(8));
    await auroraQuota.delete(id, updated.outs);
    assert.deepEqual(await allowed("two"), cores(8));
    const refreshed = await auroraQuota.read(id, updated.outs);
    await auroraQuota.delete(id, refreshed.props);
    assert.deepEqual(await allowed("two"), cores(8), "also after a refresh has found it");
    await root.setQuota("two", cores(5));
    await auroraQuota.delete(id, updated.outs);
    assert.deepEqual(await allowed("two"), cores(3));
  });

  it("is put back in the end also where it was recorded by a version that did not note what it set", async () => {
    await root.setQuota("eight", cores(3));
    const { id, outs } = await auroraQuota.create(quotaOf("eight", cores(5), { restoreOnDestroy: true }));
    const { set: _, ...older } = outs;
    await auroraQuota.delete(id, older);
    assert.deepEqual(await allowed("eight"), cores(3));
  });

  it("is not put back where another resource of the same run sets it, as after a rename without an alias", async () => {
    await root.setQuota("nine", cores(3));
    const wanted = quotaOf("nine", cores(5), { restoreOnDestroy: true });
    const { id, outs } = await auroraQuota.create(wanted);
    await auroraQuota.check({}, wanted);
    await auroraQuota.delete(id, outs);
    assert.deepEqual(await allowed("nine"), cores(5));
  });

  it("is not put back below what jobs of the role use by now, and the error says how to leave it", async () => {
    await root.setQuota("three", cores(1));
    const { id, outs } = await auroraQuota.create(quotaOf("three", cores(5), { restoreOnDestroy: true }));
    await runJob("three");
    await assert.rejects(auroraQuota.delete(id, outs), /use 2 cores, .* 1 core too low .*'restoreOnDestroy: false'/);
    assert.deepEqual(await allowed("three"), cores(5));
  });

  it("below what runs is refused in the preview and by the update, and nothing is called that changes anything", async () => {
    await root.setQuota("four", cores(5));
    await runJob("four");
    const known = quotaOf("four", cores(5));
    const from = sandbox.requests().length;
    const { failures } = await auroraQuota.check(known, quotaOf("four", cores(1.5)));
    const words =
      /The jobs of role four in west .* use 2 cores, 1 GiB ram, 2 GiB disk\. A quota of 1\.5 cores, .* is 0\.5 cores too low .* in a later run/;
    assert.match(failures[0]?.reason ?? "", words);
    await assert.rejects(auroraQuota.update("west/four", known, quotaOf("four", cores(1.5))), words);
    assert.deepEqual((await auroraQuota.check(known, quotaOf("four", cores(2)))).failures, []);
    const elsewhere = quotaOf("one", cores(1.5));
    assert.equal((await auroraQuota.check(elsewhere, quotaOf("four", cores(1.5)))).failures.length, 1);
    assert.ok(
      sandbox
        .requests()
        .slice(from)
        .every(({ writes }) => !writes),
    );
  });

  it("is not asked for in a preview that does not change it, and a preview needs no scheduler", async () => {
    const known = quotaOf("five", cores(5));
    const from = sandbox.requests().length;
    assert.deepEqual((await auroraQuota.check(known, known)).failures, []);
    assert.equal(sandbox.requests().length, from);
    const nowhere = quotaOf("five", cores(5), { scheduler: { url: "http://127.0.0.1:9" } });
    assert.deepEqual((await auroraQuota.check({}, nowhere)).failures, []);
    const unknown = { quota: "04da6b54-80e4-46f7-96ec-b56ff0331ba9" } as unknown as QuotaProperties;
    assert.deepEqual((await auroraQuota.check({}, unknown)).failures, []);
    assert.deepEqual(auroraQuota.diff("west/five", known, unknown), { changes: true, replaces: [] });
  });

  it("is an administrator's to set, which the error says; where it is so already, nobody needs the right", async () => {
    as("ada");
    await assert.rejects(auroraQuota.create(quotaOf("six", cores(5))), (error: unknown) => {
      assert.ok(error instanceof UserError);
      assert.match(error.message, /quota of role six in west was not set to 5 cores, .*: only an administrator/);
      assert.match(error.message, /ada lacks permission .*setQuota/);
      assert.match(error.message, /heron:credentials\.west .*'aurora_admin set_quota west six 5 10240MB 102400MB'/);
      assert.doesNotMatch(error.message, /canary/);
      return true;
    });
    assert.equal((await allowed("six")).numCpus, 0);
    await root.setQuota("six", cores(5));
    const { outs } = await auroraQuota.create(quotaOf("six", cores(5)));
    assert.deepEqual(outs.before, cores(5));
  });

  it("is looked for when the answer to its setting was lost", async () => {
    // Without users: the gate passes no credentials on.
    const dataDir = mkdtempSync(join(tmpdir(), "heron-quota-"));
    const open = await startSandbox({ dataDir, clusterName: "west", simulate: instantSimulation });
    const way = await Gate.open(new URL(open.url).origin);
    try {
      way.at({ when: "after", method: "setQuota" }, () => undefined);
      await auroraQuota.create(quotaOf("seven", cores(5), { scheduler: { url: way.url } }));
      way.at({ when: "before", method: "setQuota" }, () => undefined);
      const lost = auroraQuota.create(quotaOf("seven", cores(6), { scheduler: { url: way.url } }));
      await assert.rejects(lost, /may or may not have taken effect/);
    } finally {
      await way.close();
      await open.stop({ killTasks: true });
      rmSync(dataDir, { recursive: true });
    }
  });
});
