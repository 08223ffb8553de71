import { PolicyPack } from "@pulumi/policy";
import type { Rule } from "./resource";
import { s3Rules } from "./s3";

const rules: readonly Rule[] = s3Rules;

/** `pulumi preview --policy-pack policies`: the rules, checked on what the engine is about to register. */
new PolicyPack("heron-aurora", {
  policies: rules.map(({ name, description, level, check }) => ({
    name,
    description,
    enforcementLevel: level,
    validateStack: ({ resources }, report) => {
      for (const violation of check(resources)) report(violation);
    },
  })),
});
