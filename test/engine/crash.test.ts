import assert from "node:assert/strict";
import { existsSync, readdirSync, rmSync, truncateSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { TaskStatus } from "../../components/aurora/task-status";
import { metadataNames } from "../../components/aurora/thermos";
import { openStateTree } from "../../components/heron/state";
import { activeUpdate } from "../../components/job/update";
import { Gate, type Moment } from "../support/gate";
import { LocalEnvironment } from "../support/local-environment";
import type { RunningCommand } from "../support/project";

/** What the topology's document says beside name and package; nothing: there is no stack. */
type Deployment = Readonly<Record<string, unknown>> | undefined;

/**
 * Where the engine is killed: at a moment of its talk with the scheduler; as soon as a file of such a path is in the state
 * tree or the artifact store, or none is any more; or after a time.
 */
type Point = Moment | { readonly there: RegExp } | { readonly gone: RegExp } | { readonly ms: number };

/** A change of a stack from one deployment to another, and where it is cut off. */
interface Crash {
  readonly from: Deployment;
  readonly to: Deployment;
  readonly at: Point;
}

/** One that an operator breaks off at a moment of its talk with the scheduler, which gets through. */
interface Interrupt {
  readonly from: Deployment;
  readonly to: Deployment;
  readonly at: Omit<Moment, "unharmed">;
  readonly times: 1 | 2;
}

const nothing = undefined;
const small: Deployment = {};
const large: Deployment = { parallelism: { count: 5 } };
const rolled: Deployment = { restart: "once" };

/** Each begins where the one before ends, as far as that goes, since it is the way there that takes long. */
const crashes: readonly Crash[] = [
  { from: nothing, to: small, at: { ms: 400 } },
  { from: small, to: large, at: { when: "before", method: "addInstances" } },
  { from: large, to: small, at: { when: "before", method: "killTasks" } },
  { from: small, to: large, at: { when: "after", method: "addInstances" } },
  { from: large, to: small, at: { when: "after", method: "killTasks" } },
  { from: small, to: large, at: { when: "after", method: "getTasksWithoutConfigs", nth: 4 } },
  { from: large, to: small, at: { when: "after", method: "getTasksWithoutConfigs", nth: 3 } },
  { from: small, to: nothing, at: { when: "before", method: "killTasks" } },
  { from: nothing, to: small, at: { ms: 1200 } },
  { from: small, to: rolled, at: { when: "before", method: "startJobUpdate" } },
  { from: rolled, to: small, at: { when: "after", method: "startJobUpdate" } },
  { from: small, to: rolled, at: { when: "before", method: "getJobUpdateDetails" } },
  { from: rolled, to: small, at: { when: "after", method: "getJobUpdateDetails", nth: 3 } },
  { from: small, to: nothing, at: { when: "after", method: "killTasks" } },
  { from: nothing, to: small, at: { there: /heron-core-.*\.part$/ } },
  { from: small, to: nothing, at: { when: "after", method: "getTasksWithoutConfigs", nth: 3 } },
  { from: nothing, to: small, at: { when: "before", method: "getTasksWithoutConfigs" } },
  { from: small, to: rolled, at: { ms: 1500 } },
  { from: rolled, to: large, at: { when: "before", method: "startJobUpdate" } },
  { from: large, to: rolled, at: { when: "after", method: "startJobUpdate" } },
  { from: rolled, to: large, at: { when: "after", method: "getJobUpdateDetails", nth: 2 } },
  { from: large, to: rolled, at: { when: "after", method: "getJobUpdateDetails", nth: 2 } },
  { from: rolled, to: nothing, at: { gone: /packingplans.WordCount$/ } },
  { from: nothing, to: small, at: { there: /state.topologies.WordCount$/ } },
  { from: nothing, to: small, at: { when: "before", method: "createJob" } },
  { from: nothing, to: small, at: { when: "after", method: "createJob" } },
  { from: nothing, to: small, at: { there: /schedulers.WordCount$/ } },
  { from: nothing, to: small, at: { when: "after", method: "getTasksWithoutConfigs", nth: 4 } },
];

/** As {@link crashes}. */
const interrupts: readonly Interrupt[] = [
  { from: nothing, to: small, at: { when: "before", method: "createJob" }, times: 1 },
  { from: small, to: large, at: { when: "before", method: "addInstances" }, times: 1 },
  { from: large, to: rolled, at: { when: "after", method: "startJobUpdate" }, times: 2 },
  { from: rolled, to: small, at: { when: "after", method: "startJobUpdate" }, times: 1 },
  { from: small, to: nothing, at: { when: "before", method: "killTasks" }, times: 2 },
  { from: nothing, to: small, at: { when: "after", method: "createJob" }, times: 2 },
  { from: small, to: nothing, at: { when: "after", method: "killTasks" }, times: 1 },
];

const names = new Map<Deployment, string>([
  [nothing, "nothing"],
  [small, "three containers"],
  [large, "five containers"],
  [rolled, "three containers of another configuration"],
]);

/** What is there after a run, in terms that do not depend on when it was. */
type Outcome = Readonly<Record<string, unknown>> & {
  readonly tasks: readonly { readonly hash: string | undefined }[];
};

/** Aurora's answers are quicker, its tasks are not; ms. */
const secondAfterMs = 50;

/** Large enough to be killed in the middle of its upload, bytes. */
const coreSize = 64 * 1024 * 1024;

describe("a deployment whose engine is killed with all it started, or interrupted", () => {
  let environment: LocalEnvironment;
  let gate: Gate;
  /** What is deployed, where that is known. */
  let deployed: Deployment | "unknown" = nothing;
  /** What an undisturbed run leaves of each deployment. */
  const undisturbed = new Map<Deployment, Outcome>();

  before(async () => {
    environment = await LocalEnvironment.start({ tasks: { delays: { assigned: 50, starting: 200, killing: 200 } } });
    gate = await Gate.open(environment.url);
    truncateSync(environment.project.write("core.tar.gz", ""), coreSize);
    environment.document({
      scheduler: { url: gate.url },
      core: { path: "../core.tar.gz" },
      defaults: { update: { watchSeconds: 0 }, timeouts: { create: 60, update: 60, delete: 60 } },
    });
    for (const each of [small, large, rolled]) {
      await reach(each);
      undisturbed.set(each, await outcome());
    }
    await reach(nothing);
  });

  after(async () => {
    await gate.close();
    await environment.dispose();
  });

  for (const [index, { from, to, at }] of crashes.entries()) {
    // A plain one does too: every other run is without.
    const refresh = index % 2 === 0;
    const next = refresh ? "the next run with --refresh" : "the next run";
    it(`from ${names.get(from)} to ${names.get(to)} ${described(at)} is completed by ${next}`, async () => {
      await reach(from);
      await killed(to, at);
      await expectCompleted(to, refresh);
    });
  }

  for (const { from, to, at, times } of interrupts) {
    const word = times === 1 ? "once" : "twice";
    it(`from ${names.get(from)} to ${names.get(to)}, interrupted ${word} ${described(at)}, is completed by the next run`, async () => {
      await reach(from);
      await interrupted(to, at, times);
      await expectCompleted(to, times === 2);
    });
  }

  async function expectCompleted(to: Deployment, refresh: boolean): Promise<void> {
    const standing = await wellOff(to);
    await environment.project.recover();
    await run(to, ...(refresh ? ["--refresh"] : []));
    await expectReached(to);
    const ids = (await tasks()).map(({ taskId }) => taskId);
    assert.deepEqual(
      standing.filter(({ taskId }) => !ids.includes(taskId)),
      [],
      "a healthy instance of the wanted configuration was replaced",
    );
  }

  async function run(to: Deployment, ...args: string[]): Promise<void> {
    deployed = "unknown";
    if (to === nothing) {
      await environment.project.destroy();
    } else {
      environment.topology(to);
      await environment.project.up(...args);
    }
    deployed = to;
  }

  async function reach(to: Deployment): Promise<void> {
    if (deployed === to) return;
    if (deployed === "unknown") await environment.project.recover();
    await run(to);
    if (to === nothing) await expectReached(to);
  }

  async function killed(to: Deployment, point: Point): Promise<void> {
    deployed = "unknown";
    if (to !== nothing) environment.topology(to);
    const command = environment.project.start(environment.project.command(to === nothing ? "destroy" : "up"));
    if ("method" in point) gate.at(point, command.kill);
    else if ("ms" in point) void sleep(point.ms).then(command.kill);
    else void killOnce(command, () => ("there" in point ? has(point.there) : !has(point.gone)));
    const { signal, output } = await command.result;
    assert.equal(signal, "SIGKILL", `it ended before it could be killed:\n${output}`);
    if ("there" in point) assert.ok(has(point.there), "it was killed too late");
  }

  /** Ctrl-C: once, the engine ends what is under way and records it; twice, it ends at once. */
  async function interrupted(to: Deployment, moment: Moment, times: 1 | 2): Promise<void> {
    deployed = "unknown";
    if (to !== nothing) environment.topology(to);
    const command = environment.project.start(environment.project.command(to === nothing ? "destroy" : "up"));
    gate.at({ ...moment, unharmed: true }, () => {
      command.interrupt();
      if (times === 2) void sleep(secondAfterMs).then(command.interrupt);
    });
    const { code, output } = await command.result;
    assert.match(output, times === 1 ? /\^C received; cancelling/ : /\^C received; terminating/);
    if (times === 2) assert.equal(code, 8);
    else assert.doesNotMatch(output, /\(interrupted\)/, "the operation under way was not ended");
  }

  async function expectReached(to: Deployment): Promise<void> {
    if (to !== nothing) {
      assert.deepEqual(await outcome(), undisturbed.get(to));
      return;
    }
    try {
      assert.deepEqual([await tasks(), files(), await environment.project.resources()], [[], [], []]);
    } finally {
      // The next test begins as on a new machine, whatever this one left.
      for (const folder of [environment.project.path(".heron"), environment.packages, environment.stateRoot])
        rmSync(folder, { recursive: true, force: true });
    }
  }

  /** The jobs, the state tree, the store, and what the engine recorded. */
  async function outcome(): Promise<Outcome> {
    const tree = await openStateTree({ local: { root: environment.stateRoot } });
    const { executionState, ...nodes } = await tree.read("WordCount");
    const resources = await environment.project.resources();
    return {
      jobs: (await environment.aurora.jobs("heron")).map(({ job }) => job),
      tasks: (await tasks()).map((task) => ({ id: task.instanceId, status: task.status, hash: hashOf(task) })),
      update: await activeUpdate(environment.aurora, environment.job),
      nodes: { ...nodes, executionState: { ...executionState, submissionTime: undefined } },
      files: files().filter((path) => !path.endsWith(".part")),
      resources: resources
        // The engine numbers each of them anew.
        .filter(({ type }) => !type.startsWith("pulumi:providers:"))
        .map(({ urn, id, inputs }) => ({ urn, id, ...inputs, change: undefined }))
        .sort((a, b) => (a.urn < b.urn ? -1 : 1)),
    };
  }

  /** The job's active tasks, by instance. */
  async function tasks(): Promise<readonly TaskStatus[]> {
    const active = await environment.aurora.tasks(environment.job, { active: true });
    return active.sort((a, b) => a.instanceId - b.instanceId);
  }

  /** The tasks that are as they should be in the end. */
  async function wellOff(to: Deployment): Promise<readonly TaskStatus[]> {
    const wanted = undisturbed.get(to)?.tasks ?? [];
    return (await tasks()).filter(
      (task) => task.status === "RUNNING" && wanted[task.instanceId]?.hash === hashOf(task),
    );
  }

  /** The files of state tree and artifact store; a write to the tree that was cut off may lie beside its nodes. */
  function files(): readonly string[] {
    return [environment.stateRoot, environment.packages].flatMap((folder) =>
      existsSync(folder)
        ? readdirSync(folder, { recursive: true, withFileTypes: true })
            .filter((entry) => entry.isFile() && !entry.parentPath.endsWith(".unfinished"))
            .map((entry) => join(entry.parentPath, entry.name))
            .sort()
        : [],
    );
  }

  function has(pattern: RegExp): boolean {
    return files().some((path) => pattern.test(path));
  }
});

async function killOnce(command: RunningCommand, due: () => boolean): Promise<void> {
  const ended = command.result.then(() => true);
  while (!due()) {
    if (await Promise.race([ended, sleep(5, false)])) return;
  }
  command.kill();
}

function hashOf(task: TaskStatus): string | undefined {
  return task.metadata.find(({ key }) => key === metadataNames.task)?.value;
}

function described(point: Point): string {
  if ("ms" in point) return `after ${point.ms} ms`;
  if ("there" in point) return `as soon as ${point.there.source} is there`;
  if ("gone" in point) return `as soon as ${point.gone.source} is gone`;
  return `${point.when} ${point.method} no. ${point.nth ?? 1}`;
}
