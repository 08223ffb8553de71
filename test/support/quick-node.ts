// Preloaded into the Node processes of engine tests, of which there are thousands: what lets them start sooner.
import * as nodeModule from "node:module";
import { setFlagsFromString } from "node:v8";

// For Node's own cache of compiled code (NODE_COMPILE_CACHE): Pulumi's SDK sets this while it loads, and code that was
// compiled under other flags is compiled again.
setFlagsFromString("--allow-natives-syntax");

// Else written at the end, which a provider does not live to see. Node 20, which runs npm scripts, has none.
const { flushCompileCache } = nodeModule as { flushCompileCache?: () => void };
setTimeout(() => flushCompileCache?.(), 1000).unref();

type Load = (request: string, parent: NodeJS.Module | undefined, isMain: boolean) => object;

// What turns functions into text brings npm's resolver and a TypeScript compiler. The SDK's runtime loads it in every
// provider; here that is put off until one of its functions is called, which is never.
const putOff = new Set(["./closure/codePaths", "./closure/serializeClosure"]);
const loader = nodeModule.default as unknown as { _load: Load };
const load = loader._load;
loader._load = (request, parent, isMain) => {
  const loaded = () => load(request, parent, isMain);
  return putOff.has(request) && parent?.filename.endsWith("/@pulumi/pulumi/runtime/index.js") === true
    ? functionsOf(loaded)
    : loaded();
};

function functionsOf(module: () => object): object {
  const called = (name: string | symbol, args: readonly unknown[]): unknown =>
    Reflect.apply(Reflect.get(module(), name) as () => unknown, undefined, args);
  return new Proxy(
    {},
    {
      get:
        (_, name) =>
        (...args: unknown[]) =>
          called(name, args),
    },
  );
}
