import { reporters, Runner, type MochaOptions } from "mocha";

/** Mocha's own listing, then a last line that says it all: `N passed, N failed`. */
export default class SummaryReporter extends reporters.Spec {
  constructor(runner: Runner, options: MochaOptions) {
    super(runner, options);
    runner.once(Runner.constants.EVENT_RUN_END, () => console.log(summaryLine(this.stats)));
  }
}

/** Pending tests count as failed: a skip cannot be green. */
export function summaryLine({
  passes,
  failures,
  pending,
}: Pick<Mocha.Stats, "passes" | "failures" | "pending">): string {
  return `${passes} passed, ${failures + pending} failed`;
}
