import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Idl } from "./idl";
import { parseIdl } from "./idl";

const checkout = join(__dirname, "..", "..", "..");

/** Aurora's interface, as `components/aurora/thrift/api.thrift` declares it. */
export const aurora: Idl = parseIdl(
  readFileSync(join(checkout, "components", "aurora", "thrift", "api.thrift"), "utf8"),
);

/** Services whose methods anyone may call: they change nothing. */
export const readOnlyService = "ReadOnlyScheduler";
