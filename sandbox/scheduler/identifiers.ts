import type { JobKey, SentJobKey } from "./model";

const identifier = /^[\w\-.]+$/;
const longest = 255;

/** Aurora's rule for roles, environments, names, users and tiers: 1 to 255 letters, digits, `_`, `-` or `.`, ASCII. */
export function isGoodIdentifier(text: string | undefined): boolean {
  return text !== undefined && text.length <= longest && identifier.test(text);
}

export function isValidJobKey(key: SentJobKey | undefined): key is JobKey {
  return (
    key !== undefined && isGoodIdentifier(key.role) && isGoodIdentifier(key.environment) && isGoodIdentifier(key.name)
  );
}

/** A job key as Java's `IJobKey.toString` writes it. */
export function javaJobKey(key: SentJobKey | undefined): string {
  return key ? `IJobKey{role=${key.role}, environment=${key.environment}, name=${key.name}}` : "null";
}
