import {
  AbortMultipartUploadCommand,
  type CompletedPart,
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  PutObjectCommand,
  type PutObjectCommandInput,
  UploadPartCommand,
} from "@aws-sdk/client-s3";
import { readFileSync, statSync } from "node:fs";
import { open } from "node:fs/promises";
import type { Account } from "../account";
import { type Asset, defined, isAsset, optionalString, type Properties, requiredString, stringMap } from "../values";

/** As the AWS SDK for Go's upload manager has it, which the real provider uses. */
const leastPartSize = 5 * 1024 * 1024;
const partsAtOnce = 5;
const mostParts = 10_000;

/** What an object is made of: bytes at hand, or a file that is read part by part. */
type Content = { readonly bytes: Buffer } | StoredFile;

interface StoredFile {
  readonly path: string;
  /** Bytes. */
  readonly size: number;
}

/** Uploads an object: a file larger than one part goes part by part. */
export async function upload(account: Account, inputs: Properties): Promise<void> {
  const content = contentOf(inputs);
  const object = objectOf(account, inputs);
  if ("bytes" in content) await account.s3.send(new PutObjectCommand({ ...object, Body: content.bytes }));
  else await uploadParts(account, object, content);
}

function objectOf(account: Account, inputs: Properties) {
  const tags = new URLSearchParams({ ...account.defaultTags, ...stringMap(inputs, "tags") }).toString();
  return defined({
    Bucket: requiredString(inputs, "bucket"),
    Key: requiredString(inputs, "key"),
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
}

/**
 * A file's parts, each read when its turn comes. What a failed upload has sent is taken back, and a part whose connection
 * broke is sent again, both as the real provider does.
 */
async function uploadParts({ s3 }: Account, object: PutObjectCommandInput, file: StoredFile): Promise<void> {
  // Where none is asked for, the SDKs check by CRC32.
  const { Bucket, Key, ChecksumAlgorithm = "CRC32" } = object;
  const { UploadId } = await s3.send(new CreateMultipartUploadCommand({ ...object, ChecksumAlgorithm }));
  const place = { Bucket, Key, UploadId };
  const partSize = Math.max(leastPartSize, Math.ceil(file.size / mostParts));
  const parts: CompletedPart[] = Array.from({ length: Math.ceil(file.size / partSize) }, (_, each) => ({
    PartNumber: each + 1,
  }));
  const waiting = parts.entries();
  const work = async () => {
    for (const [each, { PartNumber }] of waiting) {
      // Bytes, not a stream: the SDK sends no stream a second time.
      const Body = await range(file, each * partSize, partSize);
      const sent = await s3.send(new UploadPartCommand({ ...place, PartNumber, ChecksumAlgorithm, Body }));
      parts[each] = { PartNumber, ETag: sent.ETag, ...checksumsOf(sent) };
    }
  };
  try {
    await Promise.all(Array.from({ length: partsAtOnce }, work));
    await s3.send(new CompleteMultipartUploadCommand({ ...place, MultipartUpload: { Parts: parts } }));
  } catch (error) {
    await s3.send(new AbortMultipartUploadCommand(place));
    throw error;
  }
}

function checksumsOf(sent: CompletedPart): CompletedPart {
  const { ChecksumCRC32, ChecksumCRC32C, ChecksumCRC64NVME, ChecksumSHA1, ChecksumSHA256 } = sent;
  return { ChecksumCRC32, ChecksumCRC32C, ChecksumCRC64NVME, ChecksumSHA1, ChecksumSHA256 };
}

/** `length` bytes of a file from `start`, fewer at its end. */
async function range({ path, size }: StoredFile, start: number, length: number): Promise<Buffer> {
  const bytes = Buffer.alloc(Math.min(size - start, length));
  const file = await open(path);
  try {
    const { bytesRead } = await file.read(bytes, 0, bytes.length, start);
    if (bytesRead < bytes.length) throw new Error(`${path} became shorter while it was uploaded`);
    return bytes;
  } finally {
    await file.close();
  }
}

function contentOf(inputs: Properties): Content {
  const content = optionalString(inputs, "content");
  if (content !== undefined) return { bytes: Buffer.from(content) };
  const encoded = optionalString(inputs, "contentBase64");
  if (encoded !== undefined) return { bytes: Buffer.from(encoded, "base64") };
  return isAsset(inputs.source) ? assetContent(inputs.source) : { bytes: Buffer.alloc(0) };
}

function assetContent({ path, text }: Asset): Content {
  if (text !== undefined) return { bytes: Buffer.from(text) };
  if (path === undefined) throw new Error("the stand-in for the AWS provider takes assets of files and texts only");
  const { size } = statSync(path);
  return size <= leastPartSize ? { bytes: readFileSync(path) } : { path, size };
}
