import type { S3StoreArgs } from "../cluster-args";
import type { Finding } from "../finding";
import { firstFindings } from "./problem";
import { validate } from "./validate";

const awsRegion = /^[a-z]{2,4}(-[a-z]+)+-\d+$/;

/** What is wrong with the settings of an `artifacts.s3`, by themselves; paths begin below it. */
export function inspectS3(args: unknown): readonly Finding[] {
  return firstFindings(validate("s3", args).findings, s3Findings(args as S3StoreArgs));
}

/** What no schema tells of settings. */
export function s3Findings(s3: S3StoreArgs): readonly Finding[] {
  const findings: Finding[] = s3.create === false ? [...foreignBucketFindings(s3)] : [];
  if (s3.endpoint === undefined && typeof s3.region === "string" && !awsRegion.test(s3.region)) {
    const message = `'${s3.region}' is no AWS region; expected one such as eu-central-1, or with an 'endpoint' what the server calls its own`;
    findings.push({ path: ["region"], message });
  }
  return findings;
}

function foreignBucketFindings(s3: S3StoreArgs): readonly Finding[] {
  const findings: Finding[] = [];
  const find = (key: keyof S3StoreArgs, message: string) => {
    findings.push({ path: [key], message: `with 'create: false' ${message}` });
  };
  // A key is the package's hash: stacks under one prefix would delete each other's core package.
  if (s3.prefix === undefined) find("prefix", "the bucket is another's: name a prefix in it that no other stack uses");
  for (const key of ["logging", "tags", "protect"] as const) {
    if (s3[key] !== undefined) find(key, "the bucket is another's, and nothing of it is set: leave this out");
  }
  if (s3.readers !== undefined) {
    find(
      "readers",
      "the bucket is another's, whose policy says who reads: leave this out, and have its owner name them",
    );
  }
  if (s3.kmsKey === "new") {
    find("kmsKey", "no key is made: give the ARN of the one that the bucket's owner has set, or leave this out");
  }
  return findings;
}
