import type { PutObjectCommandInput } from "@aws-sdk/client-s3";
import { Upload } from "@aws-sdk/lib-storage";
import { createReadStream, statSync } from "node:fs";
import type { Account } from "../account";
import { type Asset, defined, isAsset, optionalString, type Properties, requiredString, stringMap } from "../values";

/** As the AWS SDK for Go's upload manager has it, which the real provider uses. */
const leastPartSize = 5 * 1024 * 1024;
/** More are no faster here, and cost memory. */
const partsAtOnce = 3;
const mostParts = 10_000;
/** Larger than Node's 64 KiB: fewer pieces to join to parts. */
const readSize = 1024 * 1024;

interface Content {
  readonly body: PutObjectCommandInput["Body"];
  readonly size: number;
}

/** Uploads an object: a file is streamed, in parts where it is larger than one. */
export async function upload(account: Account, inputs: Properties): Promise<void> {
  const { body, size } = contentOf(inputs);
  const tags = new URLSearchParams({ ...account.defaultTags, ...stringMap(inputs, "tags") }).toString();
  const params = defined({
    Bucket: requiredString(inputs, "bucket"),
    Key: requiredString(inputs, "key"),
    Body: body,
    ChecksumAlgorithm: optionalString(inputs, "checksumAlgorithm"),
    BucketKeyEnabled: inputs.bucketKeyEnabled,
    CacheControl: optionalString(inputs, "cacheControl"),
    ContentDisposition: optionalString(inputs, "contentDisposition"),
    ContentEncoding: optionalString(inputs, "contentEncoding"),
    ContentType: optionalString(inputs, "contentType") ?? "application/octet-stream",
    Metadata: stringMap(inputs, "metadata"),
    ServerSideEncryption: optionalString(inputs, "serverSideEncryption"),
    SSEKMSKeyId: optionalString(inputs, "kmsKeyId"),
    StorageClass: optionalString(inputs, "storageClass"),
    Tagging: tags === "" ? undefined : tags,
  }) as unknown as PutObjectCommandInput;
  const partSize = Math.max(leastPartSize, Math.ceil(size / mostParts));
  await new Upload({ client: account.s3, params, partSize, queueSize: partsAtOnce }).done();
}

function contentOf(inputs: Properties): Content {
  const content = optionalString(inputs, "content");
  if (content !== undefined) return bytes(Buffer.from(content));
  const encoded = optionalString(inputs, "contentBase64");
  if (encoded !== undefined) return bytes(Buffer.from(encoded, "base64"));
  return isAsset(inputs.source) ? assetContent(inputs.source) : bytes(Buffer.alloc(0));
}

function assetContent({ path, text }: Asset): Content {
  if (text !== undefined) return bytes(Buffer.from(text));
  if (path === undefined) throw new Error("the stand-in for the AWS provider takes assets of files and texts only");
  return { body: createReadStream(path, { highWaterMark: readSize }), size: statSync(path).size };
}

function bytes(buffer: Buffer): Content {
  return { body: buffer, size: buffer.length };
}
