import { Interrupted, Problem } from "./problem.mjs";
import { forwardSignals } from "./processes.mjs";

/** Runs a script's work: signals are passed on, problems shown in words, the exit code is right. */
export async function main(work) {
  forwardSignals();
  try {
    await work();
  } catch (error) {
    process.exitCode = report(error);
  }
}

function report(error) {
  if (error instanceof Interrupted) {
    console.error("Interrupted.");
    return 130;
  }
  console.error(error instanceof Problem ? `\n${error.message}` : error);
  return 1;
}
