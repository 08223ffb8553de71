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

/** {@link main} of a script that takes no arguments: with any, nothing is done, and its usage told. */
export function mainWithoutArguments(work, usage) {
  return main(() => {
    const [first] = process.argv.slice(2);
    if (first === undefined) return work();
    if (!asksForHelp()) throw new Problem(`It takes no '${first}'; nothing was done.\n${usage}`);
    console.log(usage);
  });
}

/** Whether the script is asked for its usage alone. */
export function asksForHelp(args = process.argv.slice(2)) {
  return args.includes("--help") || args.includes("-h");
}

function report(error) {
  if (error instanceof Interrupted) {
    console.error("Interrupted.");
    return 130;
  }
  console.error(error instanceof Problem ? `\n${error.message}` : error);
  return 1;
}
