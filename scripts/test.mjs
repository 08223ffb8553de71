// Loaded by any Node: the rest only once it is known to be recent enough.
import { requireNode } from "./lib/node-version.mjs";

requireNode();
Promise.all([import("./lib/main.mjs"), import("./lib/test.mjs")]).then(([{ mainWithoutArguments }, { test }]) =>
  mainWithoutArguments(
    test,
    "npm test: all tests. It takes no arguments; some of them: npx mocha bin/test/…/*.test.js",
  ),
);
