// Preloaded into the Node processes of engine tests, for Node's own cache of compiled code (NODE_COMPILE_CACHE).
import * as nodeModule from "node:module";
import { setFlagsFromString } from "node:v8";

// Pulumi's SDK sets it while it loads, and code that was compiled under other flags is compiled again.
setFlagsFromString("--allow-natives-syntax");

// Else written at the end, which a provider does not live to see. Node 20, which runs npm scripts, has none.
const { flushCompileCache } = nodeModule as { flushCompileCache?: () => void };
setTimeout(() => flushCompileCache?.(), 1000).unref();
