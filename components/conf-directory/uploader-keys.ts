import type { ClusterCredentials } from "../config/credentials";

/** The file of the conf dir that Heron's S3Uploader reads, and what marks what follows as ours. */
const uploaderFile = "uploader.yaml";
const mark = "# Of heron:credentials, which asks for them; in no other copy of this file.\n";

type Texts = ReadonlyMap<string, string>;

/**
 * The files with the keys that Heron's S3Uploader is to use, where the stack's configuration has some (`heron:credentials` →
 * `uploader`): they are only on the disk of who runs `heron`, in no state, no cache and no topology package of ours.
 */
export function withUploaderKeys(texts: Texts, keys: ClusterCredentials["uploader"]): Texts {
  const text = texts.get(uploaderFile);
  if (keys === undefined || text === undefined || !isOfS3(text)) return texts;
  const lines = [
    `heron.uploader.s3.access_key: ${JSON.stringify(keys.accessKey)}\n`,
    `heron.uploader.s3.secret_key: ${JSON.stringify(keys.secretKey)}\n`,
  ];
  return new Map([...texts, [uploaderFile, `${text}${mark}${lines.join("")}`]]);
}

/** The files as the state has them. */
export function withoutUploaderKeys(texts: Texts): Texts {
  return new Map([...texts].map(([name, text]) => [name, text.split(mark, 1)[0] ?? text]));
}

/** Whether a file is to be its owner's alone. */
export function hasUploaderKeys(text: string): boolean {
  return text.includes(mark);
}

function isOfS3(text: string): boolean {
  return /^heron\.class\.uploader:.*\bS3Uploader\b/m.test(text);
}
