// tsc leaves JavaScript that stands beside its .d.ts where it is: Thrift's generated code goes along by hand.
import { cpSync } from "node:fs";

const gen = "components/aurora/thrift/gen";
cpSync(gen, `bin/${gen}`, { recursive: true, filter: (file) => !file.endsWith(".d.ts") });
