import { isObject, type Properties } from "../values";
import { type Condition, parsePolicy, type Statement } from "./document";

/** Condition keys that the S3 server evaluates (see test/support/s3-server.ts). */
const evaluated = new Set([
  "aws:sourceip",
  "aws:securetransport",
  "aws:currenttime",
  "aws:epochtime",
  "aws:useragent",
  "aws:referer",
  "s3:prefix",
  "s3:delimiter",
  "s3:max-keys",
  "s3:x-amz-acl",
  "s3:versionid",
]);

/** A principal that AWS would refuse, since it is not there. */
export class UnknownPrincipal extends Error {}

/**
 * What of a bucket policy the S3 server can be given: the policy partially evaluated for requests on this machine, in
 * which every condition key that the server does not know is absent, as in requests from outside AWS. Roles become the
 * users that stand for them; statements that then concern nobody here are left out.
 *
 * @param roles access keys by ARN
 * @returns undefined when no statement is left
 */
export function reducePolicy(text: string, roles: Readonly<Record<string, string>>): string | undefined {
  const statements = parsePolicy(text).flatMap((statement) => reduceStatement(statement, roles));
  return statements.length === 0 ? undefined : JSON.stringify({ Version: "2012-10-17", Statement: statements });
}

function reduceStatement(
  { principals, conditions, source }: Statement,
  roles: Readonly<Record<string, string>>,
): Properties[] {
  const here = principalsHere(principals, roles);
  const settled = conditions.filter(({ key }) => !evaluated.has(key.toLowerCase()));
  if (here.length === 0 || !settled.every(holdsWhenAbsent)) return [];
  // What is undefined is left out of the JSON.
  const Condition = conditionHere(source.Condition);
  return [{ ...source, Principal: here.includes("*") ? "*" : { AWS: here }, Condition }];
}

function principalsHere(principals: readonly string[], roles: Readonly<Record<string, string>>): string[] {
  return principals.flatMap((principal) => {
    if (principal === "*") return ["*"];
    const user = roles[principal];
    if (user !== undefined) return [user];
    // Services are elsewhere, and naming an account delegates to its own policies: none of both grants anybody here.
    if (/^(Service|Federated|CanonicalUser):|^\d{12}$|:root$/.test(principal)) return [];
    throw new UnknownPrincipal("Invalid principal in policy");
  });
}

/** Whether a condition holds for a request that lacks its key. */
function holdsWhenAbsent({ operator, forAllValues, ifExists, values }: Condition): boolean {
  if (operator === "Null") return values.includes("true");
  return ifExists || forAllValues || operator.includes("Not");
}

function conditionHere(block: unknown): Properties | undefined {
  if (!isObject(block)) return undefined;
  const kept = Object.entries(block).flatMap(([operator, keys]): [string, Properties][] => {
    const entries = Object.entries(isObject(keys) ? keys : {}).filter(([key]) => evaluated.has(key.toLowerCase()));
    return entries.length === 0 ? [] : [[operator, Object.fromEntries(entries)]];
  });
  return kept.length === 0 ? undefined : Object.fromEntries(kept);
}
