/** The type of an input, as @pulumi/aws declares it. Enums are their base type. */
export type InputType =
  | "string"
  | "number"
  | "boolean"
  | "asset"
  | "any"
  | { readonly list: InputType }
  | { readonly map: InputType }
  | { readonly union: readonly InputType[] }
  /** Key of `InputTypes.objects`. */
  | { readonly object: string };

export interface InputProperty {
  readonly type: InputType;
  readonly required: boolean;
}

export type ObjectType = Readonly<Record<string, InputProperty>>;

/** What @pulumi/aws lets a program pass, for the types that the stand-in knows. */
export interface InputTypes {
  /** By Pulumi type token; `pulumi:providers:aws` is the provider's own configuration. */
  readonly resources: Readonly<Record<string, ObjectType>>;
  /** Nested types by qualified name (`s3.BucketLifecycleConfigurationRule`). */
  readonly objects: Readonly<Record<string, ObjectType>>;
}

/** Where the declarations of each type lie in @pulumi/aws: file without `.d.ts`. */
export const declarations: Readonly<Record<string, string>> = {
  "pulumi:providers:aws": "provider",
  "aws:s3/bucket:Bucket": "s3/bucket",
  "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock": "s3/bucketPublicAccessBlock",
  "aws:s3/bucketOwnershipControls:BucketOwnershipControls": "s3/bucketOwnershipControls",
  "aws:s3/bucketPolicy:BucketPolicy": "s3/bucketPolicy",
  "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration":
    "s3/bucketServerSideEncryptionConfiguration",
  "aws:s3/bucketVersioning:BucketVersioning": "s3/bucketVersioning",
  "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration": "s3/bucketLifecycleConfiguration",
  "aws:s3/bucketLogging:BucketLogging": "s3/bucketLogging",
  "aws:s3/bucketObject:BucketObject": "s3/bucketObject",
  "aws:s3/bucketObjectv2:BucketObjectv2": "s3/bucketObjectv2",
  "aws:kms/key:Key": "kms/key",
  "aws:kms/alias:Alias": "kms/alias",
};
