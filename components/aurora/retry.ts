import { AuroraError } from "./errors";

const FIRST_DELAY_MS = 100;
const LONGEST_DELAY_MS = 5_000;
/** An attempt with less time than this would only trade a telling failure for a timeout. */
const SHORTEST_ATTEMPT_MS = 50;

/**
 * Repeats `attempt` after failures that say of themselves that they are transient, with exponential back-off and
 * jitter, until `budgetMs` have passed since the beginning; the last failure is thrown.
 *
 * @param attempt is told how much of the budget is left, in milliseconds; the first has all the time it wants.
 */
export async function withRetries<T>(budgetMs: number, attempt: (leftMs: number) => Promise<T>): Promise<T> {
  const deadline = performance.now() + budgetMs;
  const left = (): number => deadline - performance.now();
  let first: Promise<T> | undefined = attempt(Infinity);
  try {
    return await first;
  } catch (error) {
    if (!isTransient(error)) throw error;
  }
  // Most runs repeat nothing.
  const { ExponentialBackoff, handleWhen, retry } = await import("cockatiel");
  let last: AuroraError | undefined;
  const policy = retry(
    handleWhen((error) => {
      last = isTransient(error) ? error : undefined;
      return last !== undefined && left() > SHORTEST_ATTEMPT_MS;
    }),
    {
      maxAttempts: Number.MAX_SAFE_INTEGER,
      backoff: new ExponentialBackoff({
        initialDelay: FIRST_DELAY_MS,
        maxDelay: Math.min(LONGEST_DELAY_MS, budgetMs / 4),
      }),
    },
  );
  return policy.execute(() => {
    const made = first;
    first = undefined;
    if (made !== undefined) return made;
    if (last !== undefined && left() <= SHORTEST_ATTEMPT_MS) {
      throw last;
    }
    return attempt(left());
  });
}

function isTransient(error: unknown): error is AuroraError {
  return error instanceof AuroraError && error.transient;
}
