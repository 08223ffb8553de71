import { runCommand } from "./command-line";
import { parseStep } from "./pipeline/arguments";
import { deploy, drift, type Outcome, preview } from "./pipeline/steps";

function main(): Promise<Outcome> {
  const request = parseStep(process.argv.slice(2));
  switch (request.step) {
    case "preview":
      return preview(request.stack, request.folder);
    case "deploy":
      return deploy(request.stack, request.reviewed);
    case "drift":
      return drift(request.stack);
  }
}

void runCommand(main);
