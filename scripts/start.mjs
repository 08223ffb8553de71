// Loaded by any Node: the rest only once it is known to be recent enough.
import { requireNode } from "./lib/node-version.mjs";

requireNode();
Promise.all([import("./lib/main.mjs"), import("./lib/start.mjs")]).then(([{ mainWithoutArguments }, { start }]) =>
  mainWithoutArguments(
    start,
    "npm start: the example topology on a sandbox Aurora on this machine, as the stack 'local'. It takes no arguments.",
  ),
);
