// Loaded by any Node: the rest only once it is known to be recent enough.
import { requireNode } from "./lib/node-version.mjs";

requireNode();
Promise.all([import("./lib/main.mjs"), import("./lib/down.mjs")]).then(([{ mainWithoutArguments }, { down }]) =>
  mainWithoutArguments(
    down,
    "npm run down: the stack 'local' destroyed, the sandbox Aurora stopped. It takes no arguments.",
  ),
);
