import {
  DeleteObjectCommand,
  ListObjectVersionsCommand,
  type ListObjectVersionsCommandOutput,
} from "@aws-sdk/client-s3";
import type { Account } from "../account";

/** Deletes every version and delete marker of one object, or of all objects of a bucket. */
export async function deleteVersions({ s3 }: Account, Bucket: string, key?: string): Promise<void> {
  let page: ListObjectVersionsCommandOutput | undefined;
  do {
    page = await s3.send(
      new ListObjectVersionsCommand({
        Bucket,
        Prefix: key,
        KeyMarker: page?.NextKeyMarker,
        VersionIdMarker: page?.NextVersionIdMarker,
      }),
    );
    for (const { Key, VersionId } of [...(page.Versions ?? []), ...(page.DeleteMarkers ?? [])]) {
      if (key === undefined || Key === key) await s3.send(new DeleteObjectCommand({ Bucket, Key, VersionId }));
    }
  } while (page.IsTruncated === true);
}
