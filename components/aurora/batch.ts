import { setTimeout as sleep } from "node:timers/promises";
import { AuroraError, isOfTheScheduler } from "./errors";
import { formatJobKey, type JobKey } from "./job-key";

/** Questions that come within so long of one another go together: the engine asks for as many jobs as it works on at once. */
const quietMs = 5;

/** However many come, none waits for more than so often {@link quietMs}. */
const mostWaits = 5;

/** Of one call; an answer of more jobs is large for the scheduler and for its readers. */
const mostJobs = 50;

/**
 * Makes one call of many questions about one job each.
 * @param ask answers by {@link formatJobKey}; a job that is missing from the answer has nothing
 */
export function batched<T>(
  ask: (jobs: readonly JobKey[]) => Promise<ReadonlyMap<string, readonly T[]>>,
): (job: JobKey) => Promise<readonly T[]> {
  let gathering: Gathering<T> | undefined;
  const alone = async (job: JobKey) => (await ask([job])).get(formatJobKey(job)) ?? [];
  return async (job) => {
    if (gathering === undefined || gathering.jobs.size >= mostJobs)
      gathering = gather(ask, () => (gathering = undefined));
    const { jobs, answer } = gathering;
    jobs.set(formatJobKey(job), job);
    try {
      return (await answer).get(formatJobKey(job)) ?? [];
    } catch (error) {
      // One job that the scheduler chokes on is not to fail the others.
      const isOfOne = error instanceof AuroraError && !isOfTheScheduler(error);
      if (isOfOne && jobs.size > 1) return alone(job);
      throw error;
    }
  };
}

interface Gathering<T> {
  readonly jobs: Map<string, JobKey>;
  readonly answer: Promise<ReadonlyMap<string, readonly T[]>>;
}

function gather<T>(
  ask: (jobs: readonly JobKey[]) => Promise<ReadonlyMap<string, readonly T[]>>,
  closed: () => void,
): Gathering<T> {
  const jobs = new Map<string, JobKey>();
  const answer = gathered(jobs).then(() => {
    closed();
    return ask([...jobs.values()]);
  });
  return { jobs, answer };
}

async function gathered(jobs: ReadonlyMap<string, JobKey>): Promise<void> {
  let known: number;
  let waits = 0;
  do {
    known = jobs.size;
    await sleep(quietMs);
  } while (jobs.size > known && ++waits < mostWaits);
}
