import type { Resource } from "../resource";
import { bucket } from "./bucket";
import { bucketPolicy } from "./bucket-policy";
import { encryption, lifecycle, logging, ownershipControls, publicAccessBlock, versioning } from "./bucket-settings";
import { alias, key } from "./kms";
import { object } from "./object";

/** The resource types that the stand-in knows, by token. */
export const resources: Readonly<Record<string, Resource>> = {
  "aws:s3/bucket:Bucket": bucket,
  "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock": publicAccessBlock,
  "aws:s3/bucketOwnershipControls:BucketOwnershipControls": ownershipControls,
  "aws:s3/bucketPolicy:BucketPolicy": bucketPolicy,
  "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration": encryption,
  "aws:s3/bucketVersioning:BucketVersioning": versioning,
  "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration": lifecycle,
  "aws:s3/bucketLogging:BucketLogging": logging,
  "aws:s3/bucketObject:BucketObject": object,
  "aws:s3/bucketObjectv2:BucketObjectv2": object,
  "aws:kms/key:Key": key,
  "aws:kms/alias:Alias": alias,
};
