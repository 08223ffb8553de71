import { GetBucketLocationCommand } from "@aws-sdk/client-s3";
import type { Account } from "./account";
import { call } from "./errors";
import { bucketOutputs } from "./resources/bucket";
import { type Properties, requiredString } from "./values";

type Function = (account: Account, args: Properties) => Promise<Properties>;

/** Functions (data sources) that the stand-in knows, by token. */
export const functions: Readonly<Record<string, Function>> = {
  "aws:index/getCallerIdentity:getCallerIdentity": ({ id, partition }) =>
    Promise.resolve({ accountId: id, arn: `arn:${partition}:iam::${id}:root`, id, userId: id }),

  "aws:index/getPartition:getPartition": ({ partition }) => {
    const dnsSuffix = partition === "aws-cn" ? "amazonaws.com.cn" : "amazonaws.com";
    const reverseDnsPrefix = dnsSuffix.split(".").reverse().join(".");
    return Promise.resolve({ dnsSuffix, id: partition, partition, reverseDnsPrefix });
  },

  "aws:index/getRegion:getRegion": ({ region }) =>
    Promise.resolve({ description: region, endpoint: `ec2.${region}.amazonaws.com`, id: region, name: region, region }),

  "aws:s3/getBucket:getBucket": async (account, args) => {
    const bucket = requiredString(args, "bucket");
    await call(`reading S3 Bucket (${bucket})`, "HeadBucket", () =>
      account.s3.send(new GetBucketLocationCommand({ Bucket: bucket })),
    );
    return { ...bucketOutputs(account, bucket, {}), id: bucket, websiteDomain: "", websiteEndpoint: "" };
  },
};
