import assert from "node:assert/strict";
import { describe, it } from "mocha";
import type { JobConfiguration, Metadata } from "../../../components/aurora/job-configuration";
import type { TaskState, TaskStatus } from "../../../components/aurora/task-status";
import type { UpdateSummary } from "../../../components/aurora/update";
import { addLanded, createLanded, killLanded, sameMetadata, updateLanded } from "../../../components/aurora/verify";
import { goldenJson } from "../../support/paths";

const job = { cluster: "aurora", role: "ada", environment: "prod", name: "G-prod" };
const ours: readonly Metadata[] = [
  { key: "hash", value: "1" },
  { key: "by", value: "us" },
];
const golden = goldenJson("heron", "G-prod", "job-configuration.json") as JobConfiguration;
const config: JobConfiguration = { ...golden, taskConfig: { ...golden.taskConfig, metadata: ours } };
const soon = { waitMs: 0 };

function task(instanceId: number, status: TaskState = "RUNNING", metadata = ours): TaskStatus {
  return { instanceId, status, metadata, taskId: `t${instanceId}`, assignedPorts: {}, failureCount: 0, events: [] };
}

/** A scheduler whose answers come one after the other, the last one for good. */
function scheduler(...answers: readonly (readonly TaskStatus[])[]) {
  let asked = 0;
  return {
    tasks: (_job: unknown, options?: { active?: boolean }): Promise<TaskStatus[]> => {
      assert.deepEqual(options, { active: true });
      return Promise.resolve([...(answers[Math.min(asked++, answers.length - 1)] ?? [])]);
    },
  };
}

describe("createLanded", () => {
  it("knows its own tasks by their metadata, in whatever order", async () => {
    const turned = task(1, "PENDING", [...ours].reverse());
    assert.equal(await createLanded(scheduler([task(0), turned]), job, config, soon), "landed");
    assert.equal(await createLanded(scheduler([task(0), task(1, "RUNNING", [])]), job, config, soon), "foreign");
  });

  it("takes tasks on their way out for none", async () => {
    assert.equal(await createLanded(scheduler([]), job, config, soon), "absent");
    assert.equal(await createLanded(scheduler([task(0, "KILLING")]), job, config, soon), "absent");
  });

  it("waits for a call that is still under way", async () => {
    assert.equal(await createLanded(scheduler([], [task(0)]), job, config, { waitMs: 2_000 }), "landed");
  });
});

describe("killLanded", () => {
  it("is so when no task that was to be killed is active but such as are being killed", async () => {
    assert.equal(await killLanded(scheduler([]), job, "all", soon), true);
    assert.equal(await killLanded(scheduler([task(0, "KILLING")]), job, "all", soon), true);
    assert.equal(await killLanded(scheduler([task(0), task(1, "KILLING")]), job, "all", soon), false);
    assert.equal(await killLanded(scheduler([task(0)]), job, [1, 2], soon), true);
    assert.equal(await killLanded(scheduler([task(0), task(2)]), job, [1, 2], soon), false);
  });
});

describe("addLanded", () => {
  it("gives the instances that were not there before", async () => {
    assert.deepEqual(await addLanded(scheduler([task(0), task(3), task(2)]), job, [0], soon), [2, 3]);
    assert.equal(await addLanded(scheduler([task(0)]), job, [0], soon), undefined);
    assert.deepEqual(await addLanded(scheduler([task(0)], [task(0), task(1)]), job, [0], { waitMs: 2_000 }), [1]);
  });
});

describe("updateLanded", () => {
  const update = (id: string, created: number, metadata: readonly Metadata[] = ours): UpdateSummary => ({
    id,
    created,
    modified: created,
    user: "ada",
    status: "ROLLING_FORWARD",
    metadata,
  });
  const knowing = (...updates: UpdateSummary[]) => ({ updateSummaries: () => Promise.resolve(updates) });

  it("gives the newest update of that metadata", async () => {
    const updates = knowing(update("old", 1), update("new", 3), update("middle", 2), update("other", 4, []));
    assert.equal(await updateLanded(updates, job, ours, soon), "new");
    assert.equal(await updateLanded(knowing(update("other", 4, [])), job, ours, soon), undefined);
  });
});

describe("sameMetadata", () => {
  it("compares as sets of pairs", () => {
    assert.ok(sameMetadata([], []));
    assert.ok(sameMetadata(ours, [...ours].reverse()));
    assert.ok(!sameMetadata(ours, ours.slice(1)));
    assert.ok(!sameMetadata([{ key: "a", value: "b,c" }], [{ key: "a,b", value: "c" }]));
  });
});
