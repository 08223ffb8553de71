/** Time as the scheduler knows it: milliseconds since 1970, and a way to be called later. */
export interface Clock {
  now(): number;
  /** Calls `run` once, after `delayMs`. @returns a function that calls it off. */
  after(delayMs: number, run: () => void): () => void;
}

/** setTimeout takes no longer delay. */
const longestDelay = 2 ** 31 - 1;

export const systemClock: Clock = {
  now: () => Date.now(),
  after(delayMs, run) {
    const timer = setTimeout(run, Math.min(delayMs, longestDelay));
    return () => clearTimeout(timer);
  },
};

interface Alarm {
  readonly at: number;
  readonly run: () => void;
}

/** A clock that stands still until it is told to go on: for tests that step through a task's life. */
export class ManualClock implements Clock {
  private alarms: Alarm[] = [];

  constructor(private time = Date.UTC(2026, 0, 1)) {}

  now(): number {
    return this.time;
  }

  after(delayMs: number, run: () => void): () => void {
    const alarm = { at: this.time + delayMs, run };
    this.alarms.push(alarm);
    return () => {
      this.alarms = this.alarms.filter((each) => each !== alarm);
    };
  }

  /** Lets `ms` milliseconds pass: what is due by then runs in order, each at its time. */
  advance(ms: number): void {
    const end = this.time + ms;
    for (let next = this.due(end); next; next = this.due(end)) {
      this.time = next.at;
      next.run();
    }
    this.time = end;
  }

  private due(end: number): Alarm | undefined {
    const next = this.alarms
      .filter(({ at }) => at <= end)
      .reduce<Alarm | undefined>((first, each) => (first && first.at <= each.at ? first : each), undefined);
    this.alarms = this.alarms.filter((each) => each !== next);
    return next;
  }
}

/** A clock whose alarms can all be called off at once. */
export function stoppable(clock: Clock): Clock & { stop(): void } {
  const callOffs = new Set<() => void>();
  return {
    now: () => clock.now(),
    after(delayMs, run) {
      const callOff = clock.after(delayMs, () => {
        callOffs.delete(callOff);
        run();
      });
      callOffs.add(callOff);
      return () => {
        callOffs.delete(callOff);
        callOff();
      };
    },
    stop() {
      for (const callOff of callOffs) callOff();
      callOffs.clear();
    },
  };
}
