import { PolicyPack } from "@pulumi/policy";
import { openCache } from "../components/cache";
import { withPayloads } from "./payloads";
import { rules } from "./rules";

/** `pulumi preview --policy-pack policies`: the rules, checked on what the engine is about to register. */
new PolicyPack("heron-aurora", {
  policies: rules.map((rule) => ({
    name: rule.name,
    description: rule.description,
    enforcementLevel: rule.level,
    validateStack: async ({ resources }, report) => {
      for (const violation of rule.check(await withPayloads(resources, openCache()))) report(violation);
    },
  })),
});
