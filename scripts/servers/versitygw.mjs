// Builds versitygw, a server that speaks S3, from its Go module for tests and prints its executable.
import { goProgram } from "../lib/go-program.mjs";

console.log(
  goProgram({
    name: "versitygw",
    module: "github.com/versity/versitygw",
    version: "v1.8.0",
    command: "cmd/versitygw",
    go: "1.21",
  }),
);
