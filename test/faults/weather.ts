import type { Random } from "./random";

/** What a run's steps find once it has been killed: nothing that they ask for happens any more. */
export class Killed extends Error {
  constructor() {
    super("the run was killed");
  }
}

/** What befalls one run, as far as its seed decides it. */
export interface Forecast {
  /** Which exchanges are hit, counted from 0, and a number of [0, 1) that chooses the fault. */
  readonly faults: ReadonlyMap<number, number>;
  /** The step, counted from 0, before or after which the run is killed. */
  readonly death?: { readonly step: number; readonly when: "before" | "after" };
}

/** How long an undisturbed run is: exchanges can be hit, and a run can die at its steps. */
export interface Length {
  readonly exchanges: number;
  readonly steps: number;
}

export const fairWeather: Forecast = { faults: new Map() };

const longestBurst = 3;

/** Faults (a half of the runs), a death (a third), or both, anywhere in a run that is undisturbed of this `length`. */
export function forecast(random: Random, length: Length): Forecast {
  const kind = random.next();
  const faults = new Map<number, number>();
  if (kind < 2 / 3) {
    const bursts = 1 + random.below(4);
    for (let burst = 0; burst < bursts; burst++) {
      const first = random.below(length.exchanges);
      const size = 1 + random.below(longestBurst);
      for (let exchange = first; exchange < first + size; exchange++) faults.set(exchange, random.next());
    }
  }
  if (kind < 1 / 2) return { faults };
  return { faults, death: { step: random.below(length.steps), when: random.chance(0.5) ? "before" : "after" } };
}

/** Decides for each exchange and step of a run what becomes of it, and keeps a log of that. */
export class Weather {
  /** What was done to the run, in order. */
  readonly log: string[] = [];
  private exchanges = 0;
  private steps = 0;
  private killed = false;

  constructor(private readonly forecast: Forecast) {}

  get length(): Length {
    return { exchanges: this.exchanges, steps: this.steps };
  }

  /** The fault that hits the next exchange, of those that are possible there. */
  fault<F extends string>(what: string, possible: readonly F[]): F | undefined {
    const exchange = this.exchanges++;
    const choice = this.forecast.faults.get(exchange);
    if (choice === undefined) return undefined;
    const fault = possible[Math.floor(choice * possible.length)];
    this.log.push(`exchange ${exchange}, ${what}: ${fault}`);
    return fault;
  }

  /** Takes one step of the run. @throws Killed when the run has been killed before, or is at this step */
  async step<T>(what: string, work: () => Promise<T>): Promise<T> {
    const step = this.steps++;
    this.dieAt(step, "before", what);
    this.assertAlive();
    try {
      return await work();
    } finally {
      this.dieAt(step, "after", what);
      this.assertAlive();
    }
  }

  /** @throws Killed */
  assertAlive(): void {
    if (this.killed) throw new Killed();
  }

  private dieAt(step: number, when: "before" | "after", what: string): void {
    const { death } = this.forecast;
    if (death?.step !== step || death.when !== when) return;
    this.killed = true;
    this.log.push(`killed ${when} step ${step}, ${what}`);
  }
}
