import type { S3ReadersArgs, S3StoreArgs } from "../../cluster-args";
import { flag, list, map, object, required, text } from "./build";
import { s3Region, bucketName, cidr, kmsKey, objectPrefix, roleArn, schedulerUrl, vpcEndpointId } from "./rules";

const readers = object<S3ReadersArgs>(
  "Who may fetch packages from the bucket, by its policy; nobody else may. Roles are for `fetch: aws`, networks for `fetch: curl`.",
  {
    roles: list("Roles of the agents, as of their instance profile.", text("ARN of a role.", roleArn), {
      minItems: 1,
      example: ["arn:aws:iam::123456789012:role/mesos-agent"],
    }),
    vpcEndpoints: list("VPC endpoints through which anybody may read.", text("Id of a VPC endpoint.", vpcEndpointId), {
      minItems: 1,
      example: ["vpce-1a2b3c4d"],
    }),
    cidrs: list(
      "Address ranges from which anybody may read, none wider than a /8: S3 calls a wider one public and refuses it.",
      text("An address range.", cidr),
      { minItems: 1, example: ["203.0.113.0/24"] },
    ),
  },
);

/** An `artifacts.s3` of a stack document. */
export const s3Store = object<S3StoreArgs>(
  "An S3 bucket. It is always private, encrypted, versioned and readable over TLS alone. AWS credentials are those of the AWS tools on the machine that runs Pulumi.",
  {
    bucket: required(text("Name of the bucket.", { ...bucketName, example: "example-heron-packages" })),
    region: required(text("AWS region of the bucket.", { ...s3Region, example: "eu-central-1" })),
    prefix: text("Folder in the bucket that all packages are under.", { ...objectPrefix, default: "heron" }),
    create: flag(
      "Whether this stack makes the bucket and keeps it as described; `false` for one that is there, which is used and never altered.",
      {
        default: true,
      },
    ),
    readers,
    kmsKey: text("KMS key that encrypts the packages: its ARN, or `new` to make one. Left out, S3's own keys do.", {
      ...kmsKey,
      example: "new",
    }),
    logging: object<NonNullable<S3StoreArgs["logging"]>>("Where S3 writes its access logs.", {
      bucket: required(
        text("Name of a bucket that takes S3's logs.", { ...bucketName, example: "example-access-logs" }),
      ),
      prefix: text("What the logs' names begin with. Default: the bucket's name and a slash.", { example: "heron/" }),
    }),
    tags: map("Tags of the bucket and its key.", text("Value of the tag; a number needs quotes."), {
      example: { team: "streaming" },
    }),
    protect: flag("Refuse to delete the bucket. Default: where the stack is `production`."),
    retainOnDelete: flag("Leave bucket and packages where they are on `pulumi destroy`.", { default: false }),
    endpoint: text("Address of an S3-compatible server instead of AWS; it is asked path-style.", {
      ...schedulerUrl,
      example: "https://minio.example:9000",
    }),
  },
);
