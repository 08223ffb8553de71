// tsc leaves JavaScript that stands beside its .d.ts where it is: Thrift's generated code goes along by hand.
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";

const gen = "components/aurora/thrift/gen";
mkdirSync(`bin/${gen}`, { recursive: true });
for (const file of readdirSync(gen).filter((each) => each.endsWith(".js"))) {
  const code = readFileSync(`${gen}/${file}`, "utf8");
  // See components/aurora/thrift/runtime.ts.
  const loads = code
    .replaceAll("require('thrift')", "require('../runtime')")
    .replaceAll("require('node-int64')", "require('../runtime').Int64");
  writeFileSync(`bin/${gen}/${file}`, loads);
}
