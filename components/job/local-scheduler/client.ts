import { setTimeout as sleep } from "node:timers/promises";
import type { AuroraClient } from "../../aurora/client";
import type { JobKey } from "../../aurora/job-key";
import { UserError } from "../../errors";
import type { StateTree } from "../../heron/state";
import { isStarting, localTasks } from "./tasks";

/** One that is there answers at once: it is on this machine. Milliseconds. */
const answerMs = 5_000;
const lookEveryMs = 250;

/**
 * Heron's local scheduler in the place of Aurora's, for topologies that the user's `heron` submits and changes: one process
 * for each topology, which says in the state tree where it answers. What is asked of it is whether it is there; a
 * topology of which nobody answers is gone, whatever it has left in the tree.
 */
export function localScheduler(tree: StateTree): AuroraClient {
  const tasks = async (job: JobKey) => {
    let state = await tree.read(job.name);
    while (isStarting(state, Date.now())) {
      await sleep(lookEveryMs);
      state = await tree.read(job.name);
    }
    const endpoint = state.scheduler?.httpEndpoint;
    return endpoint !== undefined && (await answers(endpoint, job.name)) ? localTasks(state, job) : [];
  };
  return {
    tasks,
    activeTasks: () => Promise.reject(unspoken()),
    killTasks: () => Promise.reject(unspoken()),
    createJob: () => Promise.reject(unspoken()),
    addInstances: () => Promise.reject(unspoken()),
    restartInstances: () => Promise.reject(unspoken()),
    startUpdate: () => Promise.reject(unspoken()),
    updateSummaries: () => Promise.resolve([]),
    activeUpdates: () => Promise.resolve([]),
    updateDetails: () => Promise.reject(unspoken()),
    pauseUpdate: () => Promise.reject(unspoken()),
    resumeUpdate: () => Promise.reject(unspoken()),
    abortUpdate: () => Promise.reject(unspoken()),
    rollbackUpdate: () => Promise.reject(unspoken()),
    pulseUpdate: () => Promise.reject(unspoken()),
    pendingReasons: () => Promise.resolve([]),
    quota: () => Promise.reject(unspoken()),
    setQuota: () => Promise.reject(unspoken()),
    jobs: () => Promise.reject(unspoken()),
    tiers: () => Promise.reject(unspoken()),
    offers: () => Promise.reject(unspoken()),
    lastWords: () => Promise.resolve(undefined),
    close: () => Promise.resolve(),
  };
}

/** Whether an HTTP server is there, whatever it says: the local scheduler has no page for questions. */
async function answers(endpoint: string, topology: string): Promise<boolean> {
  try {
    const answer = await fetch(`http://${endpoint}/`, { signal: AbortSignal.timeout(answerMs) });
    await answer.body?.cancel();
    return true;
  } catch (error) {
    const why = causeOf(error);
    if (why.code === "ECONNREFUSED") return false;
    throw new UserError(
      `The local scheduler of ${topology} should answer at ${endpoint}, as the state tree says, but whether it is there ` +
        `cannot be told: ${why.message}. Run this on the machine that submitted the topology. If the topology is gone for ` +
        `good, delete the node schedulers/${topology} of the state tree.`,
    );
  }
}

function causeOf(error: unknown): { readonly code?: unknown; readonly message: string } {
  const cause = error instanceof Error ? (error.cause ?? error) : error;
  return cause instanceof Error ? cause : { message: String(cause) };
}

function unspoken(): UserError {
  return new UserError(
    "Topologies of the local scheduler are submitted, changed and killed by 'heron' alone, with the conf dir that this " +
      "checkout's program makes: run 'pulumi up' from the project's folder first.",
  );
}
