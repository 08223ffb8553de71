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
}

function statements(props: RegisteredResource["props"]): readonly Statement[] {
  const { policy } = props;
  const document: unknown = typeof policy === "string" && isKnownText(policy) ? JSON.parse(policy) : policy;
  const found = at(document, "Statement");
  return Array.isArray(found) ? (found as Statement[]) : [];
}

/** In a preview, what is not known yet comes as a text that is no JSON. */
function isUnknownPolicy({ policy }: RegisteredResource["props"]): boolean {
  return typeof policy === "string" && !isKnownText(policy);
}

const policyType = "aws:s3/bucketPolicy:BucketPolicy";

function isAnybody(principal: unknown): boolean {
  return principal === "*" || at(principal, "AWS") === "*";
}

function isOfNetwork(condition: unknown): boolean {
  return (
    at(condition, "StringEquals", "aws:SourceVpce") !== undefined ||
    at(condition, "IpAddress", "aws:SourceIp") !== undefined
  );
}

function listed(value: string | readonly string[] | undefined): readonly string[] {
  return value === undefined ? [] : typeof value === "string" ? [value] : value;
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
    (props) =>
      statements(props).some(
        ({ Effect, Principal, Condition }) =>
          Effect === "Deny" && isAnybody(Principal) && String(at(Condition, "Bool", "aws:SecureTransport")) === "false",
      ),
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
        .every(
          ({ Principal, Action, Resource, Condition }) =>
            (!isAnybody(Principal) || isOfNetwork(Condition)) &&
            listed(Action).every((action) => action === "s3:GetObject") &&
            listed(Resource).every((resource) => /^arn:[^:]+:s3:::[^/]+\/.+\/\*$/.test(resource)),
        ),
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
