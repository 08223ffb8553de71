import type { AuroraClient } from "./client";
import { AuroraError, isOfTheScheduler } from "./errors";
import { formatJobKey, type JobKey } from "./job-key";
import type { TaskStatus } from "./task-status";

/** Jobs of an environment that are asked for by themselves before all of it is looked at. */
const patience = 4;

/** An environment of more tasks than so many has many jobs that nobody asks for. */
const mostTasks = 5_000;

/** How old an answer may be; where the scheduler takes longer to give it, it is not asked for again. */
const freshMs = 3_000;

type Tasks = ReadonlyMap<string, readonly TaskStatus[]>;

/** One call for all of an environment. */
interface Look {
  readonly at: number;
  readonly tasks: Promise<Tasks | undefined>;
  state: "asking" | "told" | "in vain";
}

interface Environment {
  asked: number;
  look?: Look;
}

/**
 * The same client, for a refresh. That asks for job after job, as many at once as the engine works on, and waits for the
 * answers: once several of an environment were asked for, one call asks for the active tasks of all of it, and answers for
 * those to come.
 */
export function askingAhead(aurora: AuroraClient): AuroraClient {
  const environments = new Map<string, Environment>();
  return {
    ...aurora,
    tasks: async (job, options = {}) => {
      if (options.active !== true || options.withConfig === true) return aurora.tasks(job, options);
      const environment = environmentOf(job, environments);
      environment.asked++;
      if (environment.asked <= patience) return aurora.tasks(job, options);
      const found = await lookAt(job, environment, aurora);
      return found === undefined ? aurora.tasks(job, options) : [...(found.get(formatJobKey(job)) ?? [])];
    },
  };
}

function environmentOf({ role, environment }: JobKey, known: Map<string, Environment>): Environment {
  const key = `${role}/${environment}`;
  const found = known.get(key) ?? { asked: 0 };
  known.set(key, found);
  return found;
}

/**
 * What the latest look tells; another one is made where that is too old. Undefined of an environment that is too large, or of
 * a scheduler that chokes on it or is too slow: there each job is asked for by itself from then on.
 */
function lookAt(job: JobKey, environment: Environment, aurora: AuroraClient): Promise<Tasks | undefined> {
  const { look: latest } = environment;
  if (latest !== undefined && (latest.state !== "told" || isFresh(latest))) return latest.tasks;
  const look: Look = { at: Date.now(), tasks: active(job, aurora).then(used, failed), state: "asking" };
  environment.look = look;
  return look.tasks;

  function used(found: Tasks | undefined): Tasks | undefined {
    const isOfUse = found !== undefined && isFresh(look);
    look.state = isOfUse ? "told" : "in vain";
    return isOfUse ? found : undefined;
  }

  function failed(error: unknown): never {
    look.state = "told";
    throw error;
  }
}

function isFresh({ at }: Look): boolean {
  return Date.now() - at < freshMs;
}

async function active(job: JobKey, aurora: AuroraClient): Promise<Tasks | undefined> {
  try {
    return await aurora.activeTasks(job, mostTasks);
  } catch (error) {
    if (error instanceof AuroraError && !isOfTheScheduler(error)) return undefined;
    throw error;
  }
}
