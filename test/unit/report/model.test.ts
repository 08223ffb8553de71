import assert from "node:assert/strict";
import fc from "fast-check";
import { type PackingPlan, pack, schedule } from "../../../components/heron/packing";
import { containersOf, plus, times } from "../../../scripts/report/containers";
import { comparisonOf, dimensions, idsText, quotaRows } from "../../../scripts/report/comparison";
import { visible } from "../../../scripts/report/visible";
import { hostileText } from "../hostile";
import { topologyOf } from "../heron/packing/synthetic-topology";
import { quotaType } from "../../../components/quota/inputs";
import { rolesOf } from "../../../scripts/report/roles";
import type { Resource } from "../../../scripts/report/source";
import { everyChange, job, reportOf, roleUse, sideOf } from "./fixtures";

describe("a report's model", () => {
  it("puts first what needs most care, and keeps both sides", () => {
    const { topologies } = everyChange();
    assert.deepEqual(
      topologies.map(({ name, change }) => [name, change.care]),
      [
        ["Goes", "danger"],
        ["Words", "danger"],
        ["Rolls", "caution"],
        ["Comes", "calm"],
        ["Grows", "calm"],
        ["Stays", "none"],
      ],
    );
    assert.deepEqual(
      topologies.map(({ before, after }) => [before?.total.containers, after?.total.containers]),
      [
        [3, undefined],
        [3, 3],
        [3, 3],
        [undefined, 3],
        [3, 4],
        [3, 3],
      ],
    );
  });

  it("sums what all topologies take, before and after", () => {
    const { total } = everyChange();
    assert.deepEqual([total.before?.containers, total.after?.containers], [15, 16]);
    assert.equal(total.after?.resources.cpu, 16 * 3);
  });

  it("has a job that is left to another resource of it once, with what is done to it", () => {
    const before = sideOf();
    const coming = { ...before, inputs: { ...before.inputs, instances: 4, change: "submit 4 containers" } };
    const { topologies, total } = reportOf([job("delete", { before }), job("create", { after: coming })]);
    assert.deepEqual(
      topologies.map(({ change: { care, words } }) => [care, words]),
      [["calm", "scale out 3 → 4 containers"]],
    );
    assert.deepEqual([total.before?.containers, total.after?.containers], [3, 4]);
    const [same] = reportOf([job("delete", { before }), job("create", { after: before })]).topologies;
    assert.equal(same?.change.words, "settings recorded, nothing that runs is touched");
  });

  it("has spouts, bolts and streams as the definition does, with their groupings", () => {
    const [topology] = reportOf([job("create", { after: sideOf({ stream: "words" }) })]).topologies;
    assert.deepEqual(topology?.after?.drawing?.graph, {
      components: [
        { name: "spout", kind: "spout", instances: 2 },
        { name: "bolt", kind: "bolt", instances: 2 },
      ],
      streams: [{ from: "spout", id: "words", to: "bolt", grouping: "fields", fields: ["word"] }],
    });
  });

  it("tells of each container whether it is new, gone, filled otherwise or the same", () => {
    const [topology] = reportOf([
      job("update", { before: sideOf(), after: sideOf({ instances: 4, containers: 3 }) }),
    ]).topologies;
    const fates = topology?.after?.drawing?.containers.map(({ ids, fate }) => [ids, fate]);
    assert.deepEqual(fates?.find(([, fate]) => fate === "new")?.[0], [3]);
    const back = reportOf([job("update", { before: sideOf({ instances: 4, containers: 3 }), after: sideOf() })])
      .topologies[0]?.before?.drawing?.containers;
    assert.deepEqual(back?.find(({ fate }) => fate === "gone")?.ids, [3]);
  });

  it("fills every container with all that the packing plan has in it, however containers are taken together", () => {
    const counts = fc.record({ a: fc.integer({ min: 1, max: 30 }), b: fc.integer({ min: 1, max: 30 }) });
    fc.assert(
      fc.property(counts, fc.integer({ min: 1, max: 9 }), (parallelism, containers) => {
        fc.pre(parallelism.a + parallelism.b >= containers);
        const plan = schedule(pack("RoundRobinPacking", topologyOf(parallelism, { "topology.stmgrs": containers })));
        const groups = containersOf(plan, undefined, "new");
        assert.deepEqual(
          groups.flatMap(({ ids }) => ids).sort((a, b) => a - b),
          plan.containers.map(({ id }) => id).sort((a, b) => a - b),
        );
        for (const { ids, granted, shares, heron, spare } of groups) {
          const held = shares.reduce((sum, { each, count }) => plus(sum, times(each, count)), plus(heron, spare));
          for (const { label, of } of dimensions)
            assert.ok(
              Math.abs(of(held) - of(granted)) <= 1e-6 * of(granted),
              `${label}: ${of(held)} of ${of(granted)}`,
            );
          for (const id of ids)
            assert.equal(
              instancesIn(plan, id),
              shares.reduce((sum, { count }) => sum + count, 0),
            );
        }
      }),
    );
  });

  it("adds what the change takes of the quota to what the role's jobs use", () => {
    const [quota] = everyChange().quotas;
    assert.ok(quota);
    // Only Grows comes to need quota, for its 12 cores.
    assert.deepEqual([quota.now.cpu, quota.after?.cpu, quota.quota.cpu], [9, 21, 20]);
    assert.ok((quotaRows(quota)[0]?.share ?? 0) > 1);
  });

  it("takes a job whose former tier is not known for one of its new tier", () => {
    const { inputs } = sideOf();
    const grows = job("update", {
      before: { inputs },
      after: sideOf({ tier: "preferred", instances: 4, containers: 3 }),
    });
    assert.equal(reportOf([grows], { roles: [roleUse] }).quotas[0]?.after?.cpu, 9 - 9 + 12);
  });

  it("reckons with the quota that the same change sets", () => {
    const grows = job("update", {
      before: sideOf({ tier: "preferred" }),
      after: sideOf({ tier: "preferred", containers: 3 }),
    });
    const allowed = { numCpus: 10, ramMb: 65_536, diskMb: 65_536 };
    const [quota] = reportOf([grows], { roles: [{ ...roleUse, allowed }] }).quotas;
    assert.ok(quota);
    const [cpu, ram] = quotaRows(quota);
    assert.deepEqual([cpu?.quota, cpu?.share, ram?.quota], ["20 cores → 10 cores", 12 / 10, "64 GiB"]);
  });

  it("tells of each role what its own topologies change", () => {
    const of = (role: string, containers: number) =>
      sideOf({ tier: "preferred", containers, inputs: { jobKey: `west/${role}/prod/Words` } });
    const jobs = [
      job("update", { before: of("heron", 2), after: of("heron", 3) }),
      job("delete", { before: of("ads", 2) }),
      job("replace", { before: of("ads", 2), after: of("heron", 2) }),
    ];
    const ads = { ...roleUse, role: "ads", quota: { ...roleUse.quota, prodShared: roleUse.quota.quota } };
    const { quotas } = reportOf(jobs, { roles: [roleUse, ads] });
    assert.deepEqual(
      quotas.map(({ role, after }) => [role, after?.cpu]),
      [
        ["heron", 9 + 3 + 9],
        ["ads", 20 - 9 - 9],
      ],
    );
  });

  it("asks for the roles of all jobs, before and after, and those whose quota is set, but for Heron's local scheduler", () => {
    const scheduler = { url: "http://aurora.example:8081" };
    const of = (jobKey: string, more = {}) => sideOf({ inputs: { jobKey, scheduler, ...more } });
    const allowed = { numCpus: 1, ramMb: 1, diskMb: 1 };
    const quota = (role: string, properties: unknown): Resource => ({
      urn: role,
      type: quotaType,
      operation: "update",
      after: { quota: properties },
    });
    const roles = rolesOf(
      {
        resources: [
          quota("ads", { cluster: "west", role: "ads", scheduler, allowed }),
          quota("new", { cluster: "west", role: "new", scheduler, allowed }),
          quota("later", "04da6b54-80e4-46f7-96ec-b56ff0331ba9"),
        ],
      },
      [
        job("update", { before: of("west/heron/prod/A"), after: of("west/heron/prod/A") }),
        job("replace", { before: of("west/former/prod/B"), after: of("west/ads/prod/B") }),
        job("same", { after: of("west/own/prod/C", { scheduler: { local: {} } }) }),
      ],
    );
    assert.deepEqual(
      roles.map(({ role, allowed: set }) => [role, set]),
      [
        ["heron", undefined],
        ["former", undefined],
        ["ads", allowed],
        ["new", allowed],
      ],
    );
  });

  it("has no text of the user's and no address in it", () => {
    const secret = "hunter2";
    const after = sideOf({
      inputs: {
        restart: secret,
        scheduler: { url: `https://user:${secret}@aurora.example` },
        corePackage: `https://user:${secret}@mirror.example/core.tar.gz?token=${secret}`,
        owner: secret,
        change: "submit 3 containers",
      },
    });
    const report = JSON.stringify(reportOf([job("create", { after })]));
    assert.ok(!report.includes(secret));
    assert.ok(report.includes("core.tar.gz"));
  });

  it("compares what only one side has with nothing", () => {
    const rows = comparisonOf(reportOf([job("delete", { before: sideOf() })]).topologies[0] ?? {});
    assert.ok(rows.length > 5 && rows.every(({ before, after }) => before !== undefined && after === undefined));
  });

  it("tells the numbers that the state has where definition and plan are not at hand", () => {
    const { inputs } = sideOf();
    const [topology] = reportOf([job("delete", { before: { inputs } })]).topologies;
    assert.equal(topology?.before?.drawing, undefined);
    assert.deepEqual(topology?.before?.parallelism, [
      ["spout", 2],
      ["bolt", 2],
    ]);
  });
});

describe("texts that others chose", () => {
  it("keep nothing that steers a display, and no more than 200 characters", () => {
    fc.assert(
      fc.property(hostileText, (text) => {
        assert.doesNotMatch(visible(text), /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u);
      }),
    );
    assert.equal(visible("a\u202eb\ud800"), "a\\u{202e}b\\u{d800}");
    assert.equal(Array.from(visible("x".repeat(1000))).length, 200);
  });

  it("leave runs of container ids short", () => {
    assert.equal(idsText([1, 2, 3, 5, 7, 8]), "1–3, 5, 7–8");
  });
});

function instancesIn(plan: PackingPlan, id: number): number | undefined {
  return plan.containers.find((container) => container.id === id)?.instances.length;
}
