import { hash } from "node:crypto";

import { formatJobKey, type JobKey } from "../../aurora/job-key";

/** RFC 9562's namespace for names that are URLs. */
const urlNamespace = Buffer.from("6ba7b8119dad11d180b400c04fd430c8", "hex");

/**
 * The id a topology has when it runs under `jobKey`: its name and a UUID, the form heron-api gives it, but with a UUID
 * derived from the job key (RFC 9562 version 5, of the name `aurora://cluster/role/environment/name`), so that every
 * machine and every run arrives at the same.
 */
export function deriveTopologyId(jobKey: JobKey): string {
  return `${jobKey.name}${uuidOf(`aurora://${formatJobKey(jobKey)}`)}`;
}

function uuidOf(url: string): string {
  const bytes = hash("sha1", Buffer.concat([urlNamespace, Buffer.from(url)]), "buffer").subarray(0, 16);
  bytes.writeUInt8((bytes.readUInt8(6) & 0x0f) | 0x50, 6);
  bytes.writeUInt8((bytes.readUInt8(8) & 0x3f) | 0x80, 8);
  return bytes.toString("hex").replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
}
