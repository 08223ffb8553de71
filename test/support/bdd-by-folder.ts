import { interfaces, Suite } from "mocha";
import { relative, sep } from "node:path";

const seconds = 1000;
/** The timeouts of tests and hooks by the folder under `bin/test` that their file is in, in milliseconds. */
const timeouts: Readonly<Record<string, number>> = {
  unit: 10 * seconds,
  conformance: 60 * seconds,
  integration: 120 * seconds,
  faults: 900 * seconds,
  engine: 600 * seconds,
};

/** Mocha's BDD interface with a default timeout by folder: set on each file's suites, since mocha hands the root's down. */
export = function bddByFolder(suite: Suite): void {
  interfaces.bdd(suite);
  let timeout = 10 * seconds;
  suite.on(Suite.constants.EVENT_FILE_PRE_REQUIRE, (_context: unknown, file: string) => {
    const folder = relative(`${__dirname}/..`, file).split(sep)[0] ?? "";
    timeout = timeouts[folder] ?? 10 * seconds;
  });
  suite.on(Suite.constants.EVENT_SUITE_ADD_SUITE, (child: Suite) => child.timeout(timeout));
};
