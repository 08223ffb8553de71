import {
  DeleteBucketOwnershipControlsCommand,
  GetBucketOwnershipControlsCommand,
  GetBucketVersioningCommand,
  type BucketVersioningStatus,
  type ObjectOwnership,
  PutBucketOwnershipControlsCommand,
  PutBucketVersioningCommand,
} from "@aws-sdk/client-s3";
import type { Account } from "../account";
import { call, isMissing } from "../errors";
import type { Resource } from "../resource";
import { isObject, type Properties, requiredString } from "../values";
import { bucketExists, heldSetting } from "./held-setting";

export const publicAccessBlock = heldSetting({
  key: "publicAccessBlock",
  label: "Public Access Block",
  operation: "PutPublicAccessBlock",
  properties: ["blockPublicAcls", "blockPublicPolicy", "ignorePublicAcls", "restrictPublicBuckets"],
  defaults: {
    blockPublicAcls: false,
    blockPublicPolicy: false,
    ignorePublicAcls: false,
    restrictPublicBuckets: false,
  },
});

export const encryption = heldSetting({
  key: "encryption",
  label: "Server-side Encryption Configuration",
  operation: "PutBucketEncryption",
  properties: ["rules"],
});

export const lifecycle = heldSetting({
  key: "lifecycle",
  label: "Lifecycle Configuration",
  operation: "PutBucketLifecycleConfiguration",
  properties: ["rules", "transitionDefaultMinimumObjectSize"],
  defaults: { transitionDefaultMinimumObjectSize: "all_storage_classes_128K" },
});

export const logging = heldSetting({
  key: "logging",
  label: "Logging",
  operation: "PutBucketLogging",
  properties: ["targetBucket", "targetPrefix", "targetObjectKeyFormat"],
});

export const versioning: Resource = {
  handled: ["bucket", "versioningConfiguration"],
  replacing: ["bucket"],
  computed: ["region"],
  async create(account, inputs) {
    const id = requiredString(inputs, "bucket");
    await putVersioning(
      account,
      `creating S3 Bucket (${id}) Versioning`,
      id,
      nested(inputs, "versioningConfiguration", "status"),
    );
    return { id, outputs: { region: account.region } };
  },
  async read(account, id) {
    if (!(await bucketExists(account, id))) return undefined;
    const { Status: status = "Disabled" } = await account.s3.send(new GetBucketVersioningCommand({ Bucket: id }));
    const inputs = { bucket: id, versioningConfiguration: { status } };
    return { inputs, outputs: { region: account.region } };
  },
  async update(account, id, inputs) {
    await putVersioning(
      account,
      `updating S3 Bucket (${id}) Versioning`,
      id,
      nested(inputs, "versioningConfiguration", "status"),
    );
    return { region: account.region };
  },
  async delete(account, id, outputs) {
    if (nested(outputs, "versioningConfiguration", "status") === "Disabled" || !(await bucketExists(account, id)))
      return;
    await putVersioning(account, `deleting S3 Bucket (${id}) Versioning`, id, "Suspended");
  },
};

async function putVersioning(account: Account, doing: string, Bucket: string, status: string): Promise<void> {
  // A bucket that never had versions is Disabled; S3 takes no such request.
  if (status === "Disabled") return;
  const VersioningConfiguration = { Status: status as BucketVersioningStatus };
  await call(doing, "PutBucketVersioning", () =>
    account.s3.send(new PutBucketVersioningCommand({ Bucket, VersioningConfiguration })),
  );
}

export const ownershipControls: Resource = {
  handled: ["bucket", "rule"],
  replacing: ["bucket"],
  computed: ["region"],
  async create(account, inputs) {
    const id = requiredString(inputs, "bucket");
    await putOwnership(account, `creating S3 Bucket (${id}) Ownership Controls`, id, inputs);
    return { id, outputs: { region: account.region } };
  },
  async read(account, id) {
    try {
      const { OwnershipControls } = await account.s3.send(new GetBucketOwnershipControlsCommand({ Bucket: id }));
      const objectOwnership = OwnershipControls?.Rules?.[0]?.ObjectOwnership;
      return { inputs: { bucket: id, rule: { objectOwnership } }, outputs: { region: account.region } };
    } catch (error) {
      if (isMissing(error)) return undefined;
      return call(`reading S3 Bucket (${id}) Ownership Controls`, "GetBucketOwnershipControls", () =>
        Promise.reject(error as Error),
      );
    }
  },
  async update(account, id, inputs) {
    await putOwnership(account, `updating S3 Bucket (${id}) Ownership Controls`, id, inputs);
    return { region: account.region };
  },
  async delete(account, id) {
    if (!(await bucketExists(account, id))) return;
    await call(`deleting S3 Bucket (${id}) Ownership Controls`, "DeleteBucketOwnershipControls", () =>
      account.s3.send(new DeleteBucketOwnershipControlsCommand({ Bucket: id })),
    );
  },
};

async function putOwnership(account: Account, doing: string, Bucket: string, inputs: Properties): Promise<void> {
  const ObjectOwnership = nested(inputs, "rule", "objectOwnership") as ObjectOwnership;
  await call(doing, "PutBucketOwnershipControls", () =>
    account.s3.send(
      new PutBucketOwnershipControlsCommand({ Bucket, OwnershipControls: { Rules: [{ ObjectOwnership }] } }),
    ),
  );
}

function nested(properties: Properties, outer: string, inner: string): string {
  const value = properties[outer];
  return requiredString(isObject(value) ? value : {}, inner);
}
