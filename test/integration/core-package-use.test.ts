import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { directoryPlace } from "../../components/artifacts/use/place";
import { requireUnused } from "../../components/artifacts/use/require-unused";
import { type AuroraClient, connectAurora } from "../../components/aurora/client";
import type { TaskState } from "../../components/aurora/task-status";
import { jobConfiguration } from "../../components/aurora/thermos";
import { type Sandbox, startSandbox } from "../../sandbox";
import { instantSimulation } from "../../sandbox/options";
import { ScheduleStatus } from "../../sandbox/scheduler/model";

const core = "/mnt/core/heron-core.tar.gz";

describe("a core package of which a job has need that does not run", () => {
  let folder: string;
  let sandbox: Sandbox;
  let aurora: AuroraClient;

  before(async () => {
    folder = mkdtempSync(join(tmpdir(), "heron-core-use-"));
    const host = { slaveId: "one", hostname: "one", attributes: {}, cpus: 4, ramMb: 16 * 1024, diskMb: 64 * 1024 };
    sandbox = await startSandbox({
      dataDir: join(folder, "data"),
      clusterName: "west",
      hosts: [host],
      simulate: {
        ...instantSimulation,
        endOf: () => ({ afterMs: 0, status: ScheduleStatus.FAILED }),
      },
    });
    aurora = connectAurora({ cluster: "west", scheduler: { url: new URL(sandbox.url).origin } });
  });

  after(async () => {
    await aurora.close();
    await sandbox.stop({ killTasks: true });
    rmSync(folder, { recursive: true });
  });

  const unused = (role: string) =>
    requireUnused(
      {
        places: [directoryPlace(core)],
        use: { cluster: "west", role, scheduler: { url: new URL(sandbox.url).origin } },
      },
      new Map(),
    );

  /** Submits a job of the role that fetches the core package, and waits until its task is in that state. */
  async function submit(role: string, cpu: number, state: TaskState): Promise<void> {
    const job = { cluster: "west", role, environment: "devel", name: "Waits" };
    await aurora.createJob(
      jobConfiguration({
        job,
        user: role,
        topologyId: "Waits",
        instances: 1,
        resources: { cpu, ram: 2 ** 29, disk: 2 ** 30 },
        view: { fetchCore: `cp '${core}' x`, fetchTopology: "true", ports: [], topologyArguments: "" },
        topology: {},
      }),
    );
    while ((await aurora.tasks(job, { active: true }))[0]?.status !== state) await sleep(10);
  }

  for (const [words, role, cpu, state] of [
    ["waits for a host with room", "large", 5, "PENDING"],
    ["is held back for failing", "flapping", 1, "THROTTLED"],
  ] as const) {
    it(`is not deleted while the job ${words}`, async () => {
      await unused(role);
      await submit(role, cpu, state);
      await assert.rejects(
        unused(role),
        new RegExp(`^UserError: The core package is not deleted: west/${role}/devel/Waits still runs on it`),
      );
    });
  }
});
