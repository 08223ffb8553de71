// Builds actionlint, the linter of GitHub's workflows, from its Go module and prints its executable.
import { goProgram } from "../lib/go-program.mjs";

console.log(
  goProgram({
    name: "actionlint",
    module: "github.com/rhysd/actionlint",
    version: "v1.7.12",
    command: "cmd/actionlint",
    go: "1.24",
  }),
);
