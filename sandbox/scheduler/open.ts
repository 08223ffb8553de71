import { hostname } from "node:os";
import { join } from "node:path";
import type { SchedulerParts } from "../api/handler";
import { stoppable, systemClock } from "../clock";
import { LocalAgent } from "../executor/local-agent";
import type { Machine } from "../executor/machine";
import { SimulatedAgent } from "../executor/simulated-agent";
import type { SandboxOptions } from "../options";
import { defaultHost, instantSimulation } from "../options";
import type { AssignmentPace } from "./assigner";
import { Assigner } from "./assigner";
import { History } from "./history";
import { Journal } from "./journal";
import type { ScheduleStatus } from "./model";
import { defaultFlapping } from "./reschedule";
import { slaveAssignedStatuses } from "./status";
import { Store } from "./store";
import { TaskManager } from "./task-manager";
import { UpdateController } from "./updates/controller";
import { defaultEnvironments } from "./validation";

/** A scheduler with its state, its machine, and what keeps them on disk. */
export interface OpenScheduler {
  readonly parts: SchedulerParts;
  readonly machine: Machine;
  /** Takes up tasks and updates that were there before. */
  start(): void;
  /** Resolves when all changes so far are on disk. */
  settled(): Promise<void>;
  stop(killTasks: boolean): Promise<void>;
}

const atOnce: AssignmentPace = { pauseMs: 0, batch: 100 };

/** Reads the state from the data folder and puts the scheduler together. @throws UserError at damaged state */
export async function openScheduler(
  options: SandboxOptions,
  onError: (error: unknown) => void,
): Promise<OpenScheduler> {
  const { dataDir, hosts = [defaultHost], flapping = defaultFlapping } = options;
  const clock = stoppable(options.clock ?? systemClock);
  const journalFile = join(dataDir, "journal.jsonl");
  const before = await Journal.read(journalFile);
  let stopped = false;
  const store: Store = new Store((change) => journal.append(change));
  for (const change of before) store.restore(change);
  const journal = await Journal.rewrite(journalFile, store.contents());
  const manager: TaskManager = new TaskManager({
    store,
    clock,
    flapping,
    scheduler: hostname(),
    random: Math.random,
    kill: (taskId) => machine.kill(taskId),
  });
  const report = (taskId: string, status: ScheduleStatus, message?: string): void => {
    if (!stopped) manager.changeState(taskId, status, message);
  };
  const machine = machineOf({ ...options, clock }, store, report, onError);
  const pace = (typeof options.simulate === "object" ? options.simulate.pace : undefined) ?? atOnce;
  const assigner = new Assigner({ store, clock, manager, agent: machine, hosts, pace });
  const updates = new UpdateController({ store, clock, manager });
  manager.listen(assigner);
  manager.listen(updates);
  manager.listen(new History(store, manager));
  manager.listen({
    taskChanged: () => undefined,
    taskDeleted: ({ assignedTask }) => machine.forget(assignedTask.taskId),
  });
  const validation = { environments: options.environments ?? defaultEnvironments };
  return {
    parts: { store, clock, manager, assigner, updates, validation },
    machine,
    start() {
      for (const task of [...store.allTasks()]) {
        if (slaveAssignedStatuses.has(task.status)) machine.recover(task);
      }
      manager.resumeThrottled();
      updates.resumeAll();
      assigner.start();
    },
    settled: () => journal.settled(),
    async stop(killTasks) {
      stopped = true;
      clock.stop();
      if (killTasks) await machine.killAll();
      else machine.detach();
      await journal.close();
    },
  };
}

function machineOf(
  { dataDir, simulate = false, clock = systemClock }: SandboxOptions,
  store: Store,
  report: (taskId: string, status: ScheduleStatus, message?: string) => void,
  onError: (error: unknown) => void,
): Machine {
  if (simulate !== false) {
    const { delays, endOf } = simulate === true ? instantSimulation : simulate;
    return new SimulatedAgent({ clock, report, delays, ...(endOf && { endOf }) });
  }
  return new LocalAgent({ dataDir, report, onError, portsInUse: () => portsInUse(store) });
}

function portsInUse(store: Store): Set<number> {
  const alive = [...store.allTasks()].filter(({ status }) => slaveAssignedStatuses.has(status));
  return new Set(alive.flatMap(({ assignedTask }) => Object.values(assignedTask.assignedPorts)));
}
