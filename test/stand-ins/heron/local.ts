import { spawn } from "node:child_process";
import { join } from "node:path";
import type { JobKey } from "../../../components/aurora/job-key";
import { openStateTree } from "../../../components/heron/state";
import type { Containers } from "./effects";

/** Plays LocalLauncher and the scheduler's clients: the process that a submission starts is asked over HTTP for the rest. */
export function localContainers(stateRoot: string, { name }: JobKey): Containers {
  const ask = async (command: "kill" | "restart" | "update") => {
    const { scheduler } = await (await openStateTree({ local: { root: stateRoot } })).read(name);
    if (scheduler === undefined) throw new Error("Failed to get scheduler location from state manager");
    const { ok } = await fetch(`http://${scheduler.httpEndpoint}/${command}`, { method: "POST" });
    if (!ok) throw new Error("Received not OK response from scheduler");
  };
  return {
    createJob: () => {
      const main = join(__dirname, "local-scheduler.js");
      // As LocalLauncher starts it: in the process group of `heron`.
      spawn(process.execPath, [main, stateRoot, name], { stdio: "ignore" }).unref();
      return Promise.resolve();
    },
    killTasks: async (_job, instances) => {
      await ask(instances === "all" ? "kill" : "update");
      return "killing";
    },
    addInstances: async () => {
      await ask("update");
      return undefined;
    },
    restartInstances: () => ask("restart"),
    tasks: () => Promise.resolve([]),
  };
}
