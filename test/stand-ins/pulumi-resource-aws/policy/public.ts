import { type Condition, parsePolicy } from "./document";

/** Keys that narrow a grant to everybody when compared with fixed values. */
const narrowing = new Set([
  "aws:sourcearn",
  "aws:sourcevpc",
  "aws:sourcevpce",
  "aws:sourceowner",
  "aws:sourceaccount",
  "aws:userid",
  "aws:principalarn",
  "aws:principalaccount",
  "aws:principalorgid",
  "s3:dataaccesspointarn",
  "s3:dataaccesspointaccount",
]);

/** Least length of a network prefix that is not taken for the whole internet. */
const narrowestPrefix = { v4: 8, v6: 32 };

/** Whether S3 calls a bucket policy public, and so refuses it under BlockPublicPolicy: a grant to all without bounds. */
export function isPublicPolicy(text: string): boolean {
  return parsePolicy(text).some(
    ({ effect, principals, conditions }) =>
      effect === "Allow" && principals.includes("*") && !conditions.some(isNarrowing),
  );
}

function isNarrowing({ operator, ifExists, key, values }: Condition): boolean {
  if (ifExists || operator.includes("Not")) return false;
  if (key.toLowerCase() === "aws:sourceip") return operator === "IpAddress" && values.every(isBoundedNetwork);
  return narrowing.has(key.toLowerCase()) && values.every((value) => !/[*?]/.test(value));
}

function isBoundedNetwork(network: string): boolean {
  const { v4, v6 } = narrowestPrefix;
  const [address = "", length] = network.split("/");
  return length === undefined || Number(length) >= (address.includes(":") ? v6 : v4);
}
