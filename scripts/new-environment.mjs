// Loaded by any Node: the rest only once it is known to be recent enough.
import { requireNode } from "./lib/node-version.mjs";

requireNode();
Promise.all([import("./lib/main.mjs"), import("./lib/new-environment.mjs")]).then(([{ main }, { newEnvironment }]) =>
  main(newEnvironment),
);
