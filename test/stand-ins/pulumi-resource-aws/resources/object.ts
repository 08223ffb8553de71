import { DeleteObjectCommand, HeadObjectCommand } from "@aws-sdk/client-s3";
import type { Account } from "../account";
import { call, isMissing } from "../errors";
import type { Resource } from "../resource";
import { defined, isObject, optionalString, type Properties, requiredString, stringMap } from "../values";
import { upload } from "./upload";
import { deleteVersions } from "./versions";

const contentInputs = ["source", "content", "contentBase64"];

/** An S3 object; the same for aws:s3:BucketObject and aws:s3:BucketObjectv2, as far as is used. */
export const object: Resource = {
  handled: [
    ...contentInputs,
    "bucket",
    "key",
    "bucketKeyEnabled",
    "cacheControl",
    "checksumAlgorithm",
    "contentDisposition",
    "contentEncoding",
    "contentType",
    "etag",
    "forceDestroy",
    "kmsKeyId",
    "metadata",
    "serverSideEncryption",
    "sourceHash",
    "storageClass",
    "tags",
  ],
  replacing: ["bucket", "key"],
  computed: [
    "arn",
    "etag",
    "versionId",
    "checksumCrc32",
    "checksumSha256",
    "region",
    "serverSideEncryption",
    "storageClass",
    "contentType",
  ],
  recomputed: ["etag", "versionId", "checksumCrc32", "checksumSha256"],

  complete: (inputs, { name }) => ({ ...inputs, key: inputs.key ?? name }),

  async create(account, inputs) {
    const id = `${requiredString(inputs, "bucket")}/${requiredString(inputs, "key")}`;
    return { id, outputs: await put(account, inputs) };
  },

  async read(account, id, inputs, outputs) {
    const slash = id.indexOf("/");
    const place = { bucket: id.slice(0, slash), key: id.slice(slash + 1) };
    const there = await look(account, place.bucket, place.key);
    if (there === undefined) return undefined;
    const changed = Object.entries(there).filter(([name]) => name in inputs && name !== "tagsAll");
    const found = { ...inputs, ...place, ...Object.fromEntries(changed) };
    return { inputs: found, outputs: { ...outputs, ...found, ...there } };
  },

  update: (account, _id, inputs) => put(account, inputs),

  async delete(account, id, outputs) {
    const Bucket = requiredString(outputs, "bucket");
    const Key = requiredString(outputs, "key");
    await call(`deleting S3 Object (${Key}) from Bucket (${Bucket})`, "DeleteObject", async () => {
      try {
        // As the real provider: of a versioned bucket, every version goes.
        if (optionalString(outputs, "versionId") === undefined) {
          await account.s3.send(new DeleteObjectCommand({ Bucket, Key }));
        } else await deleteVersions(account, Bucket, Key);
      } catch (error) {
        if (!isMissing(error)) throw error;
      }
    });
    account.held.setEntry("objects", id, undefined);
  },
};

async function put(account: Account, inputs: Properties): Promise<Properties> {
  const bucket = requiredString(inputs, "bucket");
  const key = requiredString(inputs, "key");
  const encryption = encryptionOf(account, bucket, inputs);
  await call(`uploading S3 Object (${key}) to Bucket (${bucket})`, "PutObject", () => upload(account, inputs));
  account.held.setEntry("objects", `${bucket}/${key}`, encryption);
  const there = await look(account, bucket, key);
  if (there === undefined) throw new Error(`the object ${bucket}/${key} is gone right after its upload`);
  return { ...there, tagsAll: { ...account.defaultTags, ...stringMap(inputs, "tags") } };
}

/** The encryption that an object gets: its own, else its bucket's, else that of S3. */
function encryptionOf(account: Account, bucket: string, inputs: Properties): Properties {
  const rules = account.held.bucket(bucket).encryption?.rules;
  const rule: unknown = Array.isArray(rules) ? rules[0] : undefined;
  const byDefault = isObject(rule) && isObject(rule.applyServerSideEncryptionByDefault) ? rule : {};
  const chosen = isObject(byDefault.applyServerSideEncryptionByDefault)
    ? byDefault.applyServerSideEncryptionByDefault
    : {};
  return defined({
    serverSideEncryption: inputs.serverSideEncryption ?? chosen.sseAlgorithm ?? "AES256",
    kmsKeyId: inputs.kmsKeyId ?? chosen.kmsMasterKeyId,
    bucketKeyEnabled: inputs.bucketKeyEnabled ?? byDefault.bucketKeyEnabled ?? false,
  });
}

/** Outputs of an object that is there. */
async function look(account: Account, Bucket: string, Key: string): Promise<Properties | undefined> {
  try {
    const head = await account.s3.send(new HeadObjectCommand({ Bucket, Key, ChecksumMode: "ENABLED" }));
    return defined({
      arn: `arn:${account.partition}:s3:::${Bucket}/${Key}`,
      region: account.region,
      etag: head.ETag?.replaceAll('"', ""),
      versionId: head.VersionId === "null" ? undefined : head.VersionId,
      checksumCrc32: head.ChecksumCRC32,
      checksumSha256: head.ChecksumSHA256,
      contentType: head.ContentType,
      contentEncoding: head.ContentEncoding,
      contentDisposition: head.ContentDisposition,
      cacheControl: head.CacheControl,
      storageClass: head.StorageClass ?? "STANDARD",
      metadata: head.Metadata,
      ...account.held.state.objects[`${Bucket}/${Key}`],
    });
  } catch (error) {
    if (isMissing(error)) return undefined;
    return call(`reading S3 Object (${Key})`, "HeadObject", () => Promise.reject(error as Error));
  }
}
