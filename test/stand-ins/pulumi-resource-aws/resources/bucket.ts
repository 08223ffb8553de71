import {
  CreateBucketCommand,
  type BucketLocationConstraint,
  DeleteBucketCommand,
  DeleteBucketTaggingCommand,
  GetBucketTaggingCommand,
  HeadBucketCommand,
  PutBucketTaggingCommand,
} from "@aws-sdk/client-s3";
import type { Account } from "../account";
import { call, isMissing } from "../errors";
import type { Resource } from "../resource";
import { defined, optionalString, type Properties, requiredString, stringMap } from "../values";
import { deleteVersions } from "./versions";

/** What AWS gives every new bucket. */
const newBucketBlock = {
  blockPublicAcls: true,
  blockPublicPolicy: true,
  ignorePublicAcls: true,
  restrictPublicBuckets: true,
};

export const bucket: Resource = {
  handled: ["bucket", "bucketPrefix", "forceDestroy", "tags"],
  replacing: ["bucket", "bucketPrefix"],
  computed: ["arn", "bucketDomainName", "bucketRegionalDomainName", "bucketRegion", "region", "hostedZoneId"],

  complete(inputs, { name, olds, seed }) {
    if (inputs.bucket !== undefined) return inputs;
    const random = Buffer.from(seed).toString("hex").slice(0, 7);
    const prefix = optionalString(inputs, "bucketPrefix") ?? `${name}-`;
    return { ...inputs, bucket: optionalString(olds, "bucket") ?? `${prefix}${random}` };
  },

  async create(account, inputs) {
    const name = requiredString(inputs, "bucket");
    const { region } = account;
    const constraint = { LocationConstraint: region as BucketLocationConstraint };
    await call(`creating S3 Bucket (${name})`, "CreateBucket", () =>
      account.s3.send(
        new CreateBucketCommand({
          Bucket: name,
          ...(region !== "us-east-1" && { CreateBucketConfiguration: constraint }),
        }),
      ),
    );
    account.held.setBucket(name, "publicAccessBlock", newBucketBlock);
    await putTags(account, name, inputs);
    return { id: name, outputs: bucketOutputs(account, name, inputs) };
  },

  async read(account, id, inputs) {
    try {
      await account.s3.send(new HeadBucketCommand({ Bucket: id }));
    } catch (error) {
      if (isMissing(error)) return undefined;
      await call(`reading S3 Bucket (${id})`, "HeadBucket", () => Promise.reject(error as Error));
    }
    const all = await getTags(account, id);
    const own = Object.fromEntries(Object.entries(all).filter(([key]) => !(key in account.defaultTags)));
    const tags = Object.keys(own).length === 0 && inputs.tags === undefined ? undefined : own;
    const found = defined({ ...inputs, bucket: id, tags });
    return { inputs: found, outputs: bucketOutputs(account, id, found) };
  },

  async update(account, id, inputs) {
    await putTags(account, id, inputs);
    return bucketOutputs(account, id, inputs);
  },

  async delete(account, id, outputs) {
    const doing = `deleting S3 Bucket (${id})`;
    if (outputs.forceDestroy === true) await call(doing, "DeleteObject", () => deleteVersions(account, id));
    await call(doing, "DeleteBucket", async () => {
      try {
        await account.s3.send(new DeleteBucketCommand({ Bucket: id }));
      } catch (error) {
        if (!isMissing(error)) throw error;
      }
    });
    account.held.setEntry("buckets", id, undefined);
  },
};

/** Outputs of a bucket beside its inputs. */
export function bucketOutputs(
  { region, partition, defaultTags }: Account,
  name: string,
  inputs: Properties,
): Properties {
  const suffix = partition === "aws-cn" ? "amazonaws.com.cn" : "amazonaws.com";
  return {
    arn: `arn:${partition}:s3:::${name}`,
    bucket: name,
    bucketDomainName: `${name}.s3.${suffix}`,
    bucketRegionalDomainName: `${name}.s3.${region}.${suffix}`,
    bucketRegion: region,
    region,
    hostedZoneId: "Z0000000STANDIN",
    forceDestroy: inputs.forceDestroy ?? false,
    tagsAll: { ...defaultTags, ...stringMap(inputs, "tags") },
  };
}

async function putTags(account: Account, name: string, inputs: Properties): Promise<void> {
  const tags = Object.entries({ ...account.defaultTags, ...stringMap(inputs, "tags") });
  const TagSet = tags.map(([Key, Value]) => ({ Key, Value }));
  await call(`updating tags for S3 Bucket (${name})`, "PutBucketTagging", () =>
    TagSet.length === 0
      ? account.s3.send(new DeleteBucketTaggingCommand({ Bucket: name }))
      : account.s3.send(new PutBucketTaggingCommand({ Bucket: name, Tagging: { TagSet } })),
  );
}

async function getTags(account: Account, name: string): Promise<Readonly<Record<string, string>>> {
  try {
    const { TagSet = [] } = await account.s3.send(new GetBucketTaggingCommand({ Bucket: name }));
    return Object.fromEntries(TagSet.map(({ Key = "", Value = "" }) => [Key, Value]));
  } catch (error) {
    if (!isMissing(error)) throw error;
    return {};
  }
}
