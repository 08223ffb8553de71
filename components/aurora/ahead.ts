import type { AuroraClient } from "./client";
import { AuroraError } from "./errors";
import { formatJobKey, type JobKey } from "./job-key";
import type { TaskStatus } from "./task-status";

/** Jobs of an environment that are asked for by themselves before all of it is looked at. */
const patience = 16;

/** An environment of more tasks than so many has many jobs that nobody asks for. */
const mostTasks = 5_000;

/** How old an answer may be. */
const freshMs = 3_000;

interface Environment {
  asked: number;
  /** The latest look at all of it; undefined in an environment that is too large, or that the scheduler does not tell. */
  look?: { readonly at: number; readonly tasks: Promise<ReadonlyMap<string, readonly TaskStatus[]> | undefined> };
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

async function lookAt(job: JobKey, environment: Environment, aurora: AuroraClient) {
  const { look } = environment;
  if (look !== undefined && (Date.now() - look.at < freshMs || (await look.tasks) === undefined)) return look.tasks;
  const tasks = aurora.activeTasks(job, mostTasks).catch((error: unknown) => {
    if (error instanceof AuroraError) return undefined;
    throw error;
  });
  environment.look = { at: Date.now(), tasks };
  return tasks;
}
