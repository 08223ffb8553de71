import { GetBucketLocationCommand } from "@aws-sdk/client-s3";
import type { Account } from "../account";
import { call, isMissing } from "../errors";
import type { HeldBucket } from "../held";
import type { Resource } from "../resource";
import { defined, type Properties, requiredString } from "../values";

export interface HeldSetting {
  readonly key: Exclude<keyof HeldBucket, "policy">;
  /** As in the real provider's errors: `creating S3 Bucket (packages) Logging`. */
  readonly label: string;
  readonly operation: string;
  /** The inputs that make the setting. */
  readonly properties: readonly string[];
  /** What the real provider fills in. */
  readonly defaults?: Properties;
  /** What a bucket has after the resource is deleted. */
  readonly reset?: Properties;
}

/** A setting of a bucket that the S3 server does not implement. The bucket itself must be there, and ours. */
export function heldSetting({ key, label, operation, properties, defaults = {}, reset }: HeldSetting): Resource {
  const settingOf = (inputs: Properties): Properties =>
    defined(Object.fromEntries(properties.map((name) => [name, inputs[name] ?? defaults[name]])));
  const put = async (account: Account, doing: string, inputs: Properties): Promise<string> => {
    const name = requiredString(inputs, "bucket");
    await call(`${doing} S3 Bucket (${name}) ${label}`, operation, () =>
      account.s3.send(new GetBucketLocationCommand({ Bucket: name })),
    );
    account.held.setBucket(name, key, settingOf(inputs));
    return name;
  };
  return {
    handled: ["bucket", ...properties],
    replacing: ["bucket"],
    computed: ["region"],
    async create(account, inputs) {
      return {
        id: await put(account, "creating", inputs),
        outputs: { ...defaults, ...inputs, region: account.region },
      };
    },
    async read(account, id, inputs) {
      if (!(await bucketExists(account, id))) return undefined;
      const setting = account.held.bucket(id)[key];
      if (setting === undefined) return undefined;
      // A default that is as it was stays unsaid.
      const said = Object.entries(setting).filter(([name, value]) => name in inputs || value !== defaults[name]);
      const found = { ...inputs, bucket: id, ...Object.fromEntries(said) };
      const gone = properties.filter((name) => !(name in setting));
      const rest = Object.fromEntries(Object.entries(found).filter(([name]) => !gone.includes(name)));
      return { inputs: rest, outputs: { ...defaults, ...rest, region: account.region } };
    },
    async update(account, _id, inputs) {
      await put(account, "updating", inputs);
      return { ...defaults, ...inputs, region: account.region };
    },
    async delete(account, id) {
      if (await bucketExists(account, id)) account.held.setBucket(id, key, reset);
    },
  };
}

export async function bucketExists(account: Account, name: string): Promise<boolean> {
  try {
    await account.s3.send(new GetBucketLocationCommand({ Bucket: name }));
    return true;
  } catch (error) {
    if (isMissing(error)) return false;
    return call(`reading S3 Bucket (${name})`, "GetBucketLocation", () => Promise.reject(error as Error));
  }
}
