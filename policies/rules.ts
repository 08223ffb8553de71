import { heronRules } from "./heron";
import type { Rule } from "./resource";
import { s3Rules } from "./s3";

/** Every rule of the pack. */
export const rules: readonly Rule[] = [...s3Rules, ...heronRules];
