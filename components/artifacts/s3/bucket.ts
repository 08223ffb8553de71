import { getCallerIdentityOutput } from "@pulumi/aws/getCallerIdentity";
import { Key } from "@pulumi/aws/kms/key";
import { Bucket } from "@pulumi/aws/s3/bucket";
import { BucketLifecycleConfiguration } from "@pulumi/aws/s3/bucketLifecycleConfiguration";
import { BucketLogging } from "@pulumi/aws/s3/bucketLogging";
import { BucketOwnershipControls } from "@pulumi/aws/s3/bucketOwnershipControls";
import { BucketPolicy } from "@pulumi/aws/s3/bucketPolicy";
import { BucketPublicAccessBlock } from "@pulumi/aws/s3/bucketPublicAccessBlock";
import { BucketServerSideEncryptionConfiguration } from "@pulumi/aws/s3/bucketServerSideEncryptionConfiguration";
import { BucketVersioning } from "@pulumi/aws/s3/bucketVersioning";
import { bucketPolicy, keyPolicy } from "./policy";
import type { S3StoreInputs } from "./inputs";
import * as pulumi from "../../pulumi";

/** Days after which what a broken upload has left is removed. */
const incompleteUploadDays = 7;

/** Days for which what somebody has overwritten or deleted by hand can be had back; the provider deletes all versions. */
const noncurrentVersionDays = 30;

/**
 * The packages' bucket: never public, ACLs off, TLS only, encrypted, versioned. Returns what has to be in place before
 * the first package is put there.
 */
export function packageBucket(
  name: string,
  args: S3StoreInputs,
  options: pulumi.CustomResourceOptions,
): readonly pulumi.Resource[] {
  const { region } = args;
  const bucket = new Bucket(name, { bucket: args.bucket, region, forceDestroy: false, tags: args.tags }, options);
  const belonging = { ...options, protect: false, parent: bucket };
  // What every bucket has goes with it, and not before: S3 may refuse to delete one that somebody else still uses.
  const lasting = { ...belonging, retainOnDelete: true };
  const of = { bucket: bucket.bucket, region };
  const access = new BucketPublicAccessBlock(
    name,
    { ...of, blockPublicAcls: true, blockPublicPolicy: true, ignorePublicAcls: true, restrictPublicBuckets: true },
    lasting,
  );
  const settings: pulumi.Resource[] = [
    access,
    new BucketOwnershipControls(name, { ...of, rule: { objectOwnership: "BucketOwnerEnforced" } }, lasting),
    new BucketVersioning(name, { ...of, versioningConfiguration: { status: "Enabled" } }, lasting),
    new BucketServerSideEncryptionConfiguration(name, { ...of, rules: [encryption(name, args, options)] }, lasting),
    new BucketLifecycleConfiguration(
      name,
      {
        ...of,
        rules: [
          {
            id: "left-overs",
            status: "Enabled",
            filter: { prefix: "" },
            abortIncompleteMultipartUpload: { daysAfterInitiation: incompleteUploadDays },
            noncurrentVersionExpiration: { noncurrentDays: noncurrentVersionDays },
          },
        ],
      },
      lasting,
    ),
  ];
  const policy = pulumi.output(args.readers ?? {}).apply((readers) => bucketPolicy(args, readers) ?? "");
  const mayRead = Object.keys(args.readers ?? {}).length > 0 || args.endpoint?.startsWith("http:") !== true;
  // A policy with addresses in it is only taken once the access block has been set.
  if (mayRead) settings.push(new BucketPolicy(name, { ...of, policy }, { ...lasting, dependsOn: [access] }));
  if (args.logging !== undefined) {
    const { logging } = args;
    settings.push(
      new BucketLogging(
        name,
        { ...of, targetBucket: logging.bucket, targetPrefix: logging.prefix ?? `${args.bucket}/` },
        belonging,
      ),
    );
  }
  return settings;
}

function encryption(name: string, args: S3StoreInputs, options: pulumi.CustomResourceOptions) {
  if (args.kmsKey === undefined) return { applyServerSideEncryptionByDefault: { sseAlgorithm: "AES256" } };
  const kmsMasterKeyId = args.kmsKey === "new" ? madeKey(name, args, options).arn : args.kmsKey;
  return {
    bucketKeyEnabled: true,
    applyServerSideEncryptionByDefault: { sseAlgorithm: "aws:kms", kmsMasterKeyId },
  };
}

function madeKey(name: string, args: S3StoreInputs, options: pulumi.CustomResourceOptions): Key {
  const caller = getCallerIdentityOutput({}, { ...(options.provider !== undefined && { provider: options.provider }) });
  const policy = pulumi
    .all([caller.accountId, pulumi.output(args.readers ?? {})])
    .apply(([account, readers]) => keyPolicy(args.region, account, readers.roles ?? []));
  return new Key(
    name,
    {
      region: args.region,
      description: `Packages in ${args.bucket}`,
      enableKeyRotation: true,
      policy,
      tags: args.tags,
    },
    // Nothing that was encrypted with it could be read any more, and S3 keeps a bucket that others have packages in.
    { ...options, retainOnDelete: true },
  );
}
