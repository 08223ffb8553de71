import { relative } from "node:path";
import { Provider } from "@pulumi/aws/provider";
import { BucketObjectv2 } from "@pulumi/aws/s3/bucketObjectv2";
import { openCache } from "../../cache";
import { UserError } from "../../errors";
import { knownValue } from "../known-value";
import type { ArtifactStore, LocalPackage } from "../store";
import { objectKey, s3Uri } from "./address";
import { packageBucket } from "./bucket";
import { holdName, PackageHold, type PackageHoldInputs } from "./hold";
import type { S3StoreInputs } from "./inputs";
import * as pulumi from "../../pulumi";

/** How a store's resources are made: under which name and parent, and whether the environment is production. */
export interface S3StoreContext {
  readonly name: string;
  readonly parent: pulumi.Resource;
  readonly protect: boolean;
  /** Whether something that is left behind on destroy goes on fetching from the store. */
  readonly retain: boolean;
}

/**
 * Packages in an S3 bucket. Each is an object resource of its own, named by its hash: when a topology gets another package,
 * the engine makes the new object, waits for the job to be rolled, and deletes the old one last, and only when all of that
 * went well.
 */
export function s3Store(args: S3StoreInputs, context: S3StoreContext): ArtifactStore {
  const { name, parent } = context;
  const options: pulumi.CustomResourceOptions = {
    parent,
    ...providerOption(context, args),
    retainOnDelete: args.retainOnDelete ?? false,
  };
  const ofBucket = {
    ...options,
    protect: args.protect ?? context.protect,
    ...(context.retain && { retainOnDelete: true }),
  };
  const bucketReady = args.create === false ? [] : packageBucket(name, args, ofBucket);
  return {
    publish: (owner, what, own, use) => {
      const object = what.apply(async ({ folder, file }) => {
        const key = objectKey(args, folder, file);
        return new BucketObjectv2(
          objectName(owner, file),
          {
            bucket: args.bucket,
            region: args.region,
            key,
            source: await sourceOf(file),
            checksumAlgorithm: checksumOf(file),
            contentType: "application/gzip",
          },
          // What lies there is never sent anew because of how it was checked.
          { ...options, ...own, dependsOn: [...bucketReady], ignoreChanges: ["checksumAlgorithm"] },
        );
      });
      if (use === undefined) return [object];
      const retainOnDelete = own.retainOnDelete ?? args.retainOnDelete ?? false;
      const hold = pulumi.all([object, what, use]).apply(async ([made, { folder, file }, asked]) => {
        const name = objectName(owner, file);
        const held = { bucket: args.bucket, key: objectKey(args, folder, file), object: name, use: asked };
        const hold = new PackageHold(holdName(name), held, made, { ...own, retainOnDelete });
        await requireHeld(made, held, hold);
        return hold;
      });
      return [object, hold];
    },
    holds: async (resource, { folder, file }) => {
      if (!(resource instanceof BucketObjectv2)) return true;
      const [bucket, key] = [await knownValue(resource.bucket), await knownValue(resource.key)];
      const wanted = await knownValue(args.bucket);
      const isThere = bucket === undefined || wanted === undefined || bucket === wanted;
      return isThere && (key === undefined || key === objectKey(args, folder, file));
    },
  };
}

/**
 * An object that is moved is deleted where it was, for which its hold is asked by being replaced: not where the run leaves that out,
 * which the engine then gives as it was. What is deleted comes last, and not after an error.
 * @throws UserError that names the target that lacks
 */
async function requireHeld(object: BucketObjectv2, held: PackageHoldInputs, hold: PackageHold): Promise<void> {
  const kept = await knownValue(hold.hold);
  if (kept === undefined || isSamePlace(kept, held)) return;
  const [bucket, key] = [await knownValue(object.bucket), await knownValue(object.key)];
  // One that is left out as well stays where it was.
  if (bucket === undefined || key === undefined || !isSamePlace({ bucket, key }, held)) return;
  throw new UserError(
    `${held.object} is moved from ${s3Uri(kept, kept.key)} to ${s3Uri(held, key)}, and this run leaves out, by its --target or ` +
      `--exclude, what asks whether jobs still run on it before it is deleted there. Nothing is deleted. Run without them, or add ` +
      `--target '${(await knownValue(hold.urn)) ?? ""}' to other targets.`,
  );
}

function isSamePlace(one: Pick<PackageHoldInputs, "bucket" | "key">, other: typeof one): boolean {
  return one.bucket === other.bucket && one.key === other.key;
}

function objectName(owner: string, { sha256 }: LocalPackage): string {
  return `${owner}-${sha256.slice(0, 8)}`;
}

/** Bytes up to which the AWS provider sends an object in one piece. */
const onePiece = 5 * 1024 ** 2;

/**
 * What S3 is to check an upload by. Of one piece it keeps SHA-256, which is that in the package's name. Of parts it would
 * keep a hash of their hashes, which is nobody's, and take longer for it than for all else: agents check the SHA-256.
 */
function checksumOf({ size }: LocalPackage): "SHA256" | "CRC32" {
  return size <= onePiece ? "SHA256" : "CRC32";
}

/**
 * The path is relative, since the engine keeps it in the state; the hash goes along with it, and spares the engine a
 * reading of the whole file in every run.
 */
async function sourceOf(file: LocalPackage): Promise<pulumi.asset.FileAsset> {
  const path = await openCache().locate(file.sha256);
  if (path === undefined) {
    throw new UserError(`The package ${file.name} has gone from .heron/cache while it was deployed. Run again.`);
  }
  return Object.assign(new pulumi.asset.FileAsset(relative(process.cwd(), path)), { hash: file.sha256 });
}

/**
 * The provider that the parent was given, or the stack's own AWS configuration, as is usual; a server of another kind has a
 * provider of its own, with the credentials of that configuration.
 */
function providerOption(
  { name, parent }: S3StoreContext,
  { region, endpoint }: S3StoreInputs,
): pulumi.CustomResourceOptions {
  const given = parent.getProvider("aws:s3/bucket:Bucket");
  // Named, and not inherited: a topology's package has the topology as its parent, which was given none.
  if (given !== undefined) return { provider: given };
  if (endpoint === undefined) return {};
  const config = new pulumi.Config("aws");
  const configured = {
    profile: config.get("profile"),
    accessKey: config.getSecret("accessKey"),
    secretKey: config.getSecret("secretKey"),
    token: config.getSecret("token"),
    customCaBundle: config.get("customCaBundle"),
    insecure: config.getBoolean("insecure"),
  };
  const settings = {
    region,
    endpoints: [{ s3: endpoint }],
    s3UsePathStyle: true,
    skipCredentialsValidation: true,
    skipMetadataApiCheck: true,
    skipRegionValidation: true,
    skipRequestingAccountId: true,
  };
  return { provider: new Provider(name, { ...settings, ...configured }, { parent }) };
}
