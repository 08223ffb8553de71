// tsc leaves JavaScript that stands beside its .d.ts where it is: Thrift's generated code goes along by hand.
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";

const gen = "components/aurora/thrift/gen";
mkdirSync(`bin/${gen}`, { recursive: true });
for (const file of readdirSync(gen).filter((each) => each.endsWith(".js"))) {
  const code = readFileSync(`${gen}/${file}`, "utf8");
  // See components/aurora/thrift/runtime.ts.
  writeFileSync(`bin/${gen}/${file}`, code.replace("require('thrift')", "require('../runtime')"));
}
