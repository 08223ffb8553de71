import { isKnownText } from "../components/json-text";
import { at, type RegisteredResource, type Rule } from "./resource";

const bucketType = "aws:s3/bucket:Bucket";

/** A rule that each bucket's resource of `type` satisfies, and that a bucket without one breaks. */
function everyBucket(
  type: string,
  rule: Omit<Rule, "check">,
  holds: (props: RegisteredResource["props"]) => boolean,
  demand: string,
): Rule {
  return {
    ...rule,
    check: (resources) =>
      resources
        .filter((resource) => resource.type === bucketType)
        .filter(({ props }) => {
          const settings = resources.filter((each) => each.type === type && each.props.bucket === props.bucket);
          // What another resource of the same preview is yet to tell is judged once that is there.
          if (settings.some((each) => isUnknownPolicy(each.props))) return false;
          return settings.length === 0 || !settings.every((each) => holds(each.props));
        })
        .map(({ name, props }) => `bucket ${typeof props.bucket === "string" ? props.bucket : name}: ${demand}`),
  };
}

interface Statement {
  readonly Effect?: string;
  readonly Principal?: unknown;
  readonly Action?: string | readonly string[];
  readonly Resource?: string | readonly string[];
  readonly Condition?: unknown;
  readonly NotPrincipal?: unknown;
  readonly NotAction?: unknown;
  readonly NotResource?: unknown;
}

function statements(props: RegisteredResource["props"]): readonly Statement[] {
  const { policy } = props;
  const document: unknown = typeof policy === "string" && isKnownText(policy) ? JSON.parse(policy) : policy;
  const found = at(document, "Statement");
  return (Array.isArray(found) ? found : found === undefined ? [] : [found]) as Statement[];
}

/** In a preview, what is not known yet comes as a text that is no JSON. */
function isUnknownPolicy({ policy }: RegisteredResource["props"]): boolean {
  return typeof policy === "string" && !isKnownText(policy);
}

const policyType = "aws:s3/bucketPolicy:BucketPolicy";

function isAnybody(principal: unknown): boolean {
  return principal === "*" || listed(at(principal, "AWS")).includes("*");
}

/** Of addresses, S3 itself takes more than a /8 of IPv4 or a /32 of IPv6 for the public. */
function isOfNetwork(condition: unknown): boolean {
  const addresses = listed(at(condition, "IpAddress", "aws:SourceIp"));
  const isNarrow = (cidr: string): boolean => {
    const bits = Number(cidr.split("/")[1] ?? Infinity);
    return bits >= (cidr.includes(":") ? 32 : 8);
  };
  return (
    listed(at(condition, "StringEquals", "aws:SourceVpce")).length > 0 ||
    (addresses.length > 0 && addresses.every(isNarrow))
  );
}

const wholeBucket = /^arn:[^:]+:s3:::[^/]+$/;
const allObjects = /^arn:[^:]+:s3:::[^/]+\/\*$/;

function deniesWithoutTls({ Effect, Principal, Action, Resource, Condition }: Statement): boolean {
  const resources = listed(Resource);
  return (
    Effect === "Deny" &&
    isAnybody(Principal) &&
    listed(Action).some((action) => action === "s3:*" || action === "*") &&
    [wholeBucket, allObjects].every((whole) =>
      resources.some((resource) => resource === "*" || whole.test(resource)),
    ) &&
    String(at(Condition, "Bool", "aws:SecureTransport")) === "false"
  );
}

function letsNobodyElseIn({ Principal, Action, Resource, Condition, ...rest }: Statement): boolean {
  const [actions, resources] = [listed(Action), listed(Resource)];
  return (
    [rest.NotPrincipal, rest.NotAction, rest.NotResource].every((exception) => exception === undefined) &&
    Principal !== undefined &&
    (!isAnybody(Principal) || isOfNetwork(Condition)) &&
    actions.length > 0 &&
    actions.every((action) => action === "s3:GetObject") &&
    resources.length > 0 &&
    resources.every((resource) => /^arn:[^:]+:s3:::[^/]+\/.+\/\*$/.test(resource))
  );
}

/** A policy's value, which may be one or a list. */
function listed(value: unknown): readonly string[] {
  return (Array.isArray(value) ? value : value === undefined ? [] : [value]).map(String);
}

/** The S3 controls of AWS Foundational Security Best Practices and CIS that a bucket of packages has to meet. */
export const s3Rules: readonly Rule[] = [
  everyBucket(
    "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock",
    { name: "s3-block-public-access", description: "Public access is blocked (S3.1, S3.8).", level: "mandatory" },
    (props) =>
      ["blockPublicAcls", "blockPublicPolicy", "ignorePublicAcls", "restrictPublicBuckets"].every(
        (setting) => props[setting] === true,
      ),
    "set all four settings of a public access block.",
  ),
  everyBucket(
    "aws:s3/bucketOwnershipControls:BucketOwnershipControls",
    { name: "s3-no-acls", description: "ACLs are off (S3.12).", level: "mandatory" },
    (props) => at(props, "rule", "objectOwnership") === "BucketOwnerEnforced",
    "set object ownership to BucketOwnerEnforced.",
  ),
  everyBucket(
    policyType,
    { name: "s3-tls-only", description: "Requests without TLS are denied (S3.5).", level: "mandatory" },
    (props) => statements(props).some(deniesWithoutTls),
    "deny every request whose aws:SecureTransport is false.",
  ),
  everyBucket(
    policyType,
    {
      name: "s3-no-public-policy",
      description: "Anybody may read only from a named network, and nobody may write (S3.2, S3.3, S3.6).",
      level: "mandatory",
    },
    (props) =>
      statements(props)
        .filter(({ Effect }) => Effect === "Allow")
        .every(letsNobodyElseIn),
    "grant s3:GetObject alone, below a prefix, to roles or to a network.",
  ),
  everyBucket(
    "aws:s3/bucketVersioning:BucketVersioning",
    { name: "s3-versioning", description: "Versioning is on (S3.14).", level: "mandatory" },
    (props) => at(props, "versioningConfiguration", "status") === "Enabled",
    "enable versioning.",
  ),
  everyBucket(
    "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration",
    { name: "s3-encryption", description: "Objects are encrypted (S3.17 with a KMS key).", level: "mandatory" },
    (props) => {
      const rule = at(props, "rules", 0);
      const algorithm = at(rule, "applyServerSideEncryptionByDefault", "sseAlgorithm");
      return algorithm === "AES256" || (algorithm === "aws:kms" && at(rule, "bucketKeyEnabled") === true);
    },
    "encrypt with AES256, or with a KMS key and bucket keys.",
  ),
  everyBucket(
    "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration",
    { name: "s3-lifecycle", description: "Left-overs expire (S3.13).", level: "mandatory" },
    (props) => {
      const rules = Array.isArray(props.rules) ? (props.rules as unknown[]) : [];
      return rules.some(
        (rule) =>
          at(rule, "status") === "Enabled" &&
          typeof at(rule, "abortIncompleteMultipartUpload", "daysAfterInitiation") === "number" &&
          typeof at(rule, "noncurrentVersionExpiration", "noncurrentDays") === "number",
      );
    },
    "abort incomplete uploads and expire noncurrent versions by a lifecycle rule.",
  ),
  everyBucket(
    "aws:s3/bucketLogging:BucketLogging",
    { name: "s3-access-logging", description: "Access is logged (S3.9).", level: "advisory" },
    (props) => typeof props.targetBucket === "string",
    "name a bucket for access logs (artifacts.s3.logging).",
  ),
];
