import {
  DeleteBucketPolicyCommand,
  GetBucketLocationCommand,
  GetBucketPolicyCommand,
  PutBucketPolicyCommand,
} from "@aws-sdk/client-s3";
import type { Account } from "../account";
import { call, DecidedError, isMissing } from "../errors";
import { isPublicPolicy } from "../policy/public";
import { reducePolicy, UnknownPrincipal } from "../policy/reduce";
import type { Resource } from "../resource";
import { type Properties, requiredString } from "../values";
import { bucketExists } from "./held-setting";

export const bucketPolicy: Resource = {
  handled: ["bucket", "policy"],
  replacing: ["bucket"],
  computed: ["region"],
  complete: (inputs) =>
    typeof inputs.policy === "object" ? { ...inputs, policy: JSON.stringify(inputs.policy) } : inputs,
  async create(account, inputs) {
    const id = requiredString(inputs, "bucket");
    await put(account, id, inputs);
    return { id, outputs: { region: account.region } };
  },
  async read(account, id) {
    if (!(await bucketExists(account, id))) return undefined;
    const policy = await policyOf(account, id);
    return policy === undefined ? undefined : { inputs: { bucket: id, policy }, outputs: { region: account.region } };
  },
  async update(account, id, inputs) {
    await put(account, id, inputs);
    return { region: account.region };
  },
  async delete(account, id) {
    if (!(await bucketExists(account, id))) return;
    await call(`deleting S3 Bucket Policy (${id})`, "DeleteBucketPolicy", () =>
      account.s3.send(new DeleteBucketPolicyCommand({ Bucket: id })),
    );
    account.held.setBucket(id, "policy", undefined);
  },
};

async function put(account: Account, name: string, inputs: Properties): Promise<void> {
  const text = requiredString(inputs, "policy");
  await call(`putting S3 Bucket Policy (${name})`, "PutBucketPolicy", async () => {
    await account.s3.send(new GetBucketLocationCommand({ Bucket: name }));
    const sent = reduced(account, text);
    if (account.held.bucket(name).publicAccessBlock?.blockPublicPolicy === true && isPublicPolicy(text)) {
      throw new DecidedError(
        "PutBucketPolicy",
        403,
        "AccessDenied",
        `User: arn:${account.partition}:iam::${account.id}:root is not authorized to perform: s3:PutBucketPolicy on resource: ` +
          `"arn:${account.partition}:s3:::${name}" because public policies are prevented by the BlockPublicPolicy setting in S3 Block Public Access.`,
      );
    }
    if (sent === undefined) await account.s3.send(new DeleteBucketPolicyCommand({ Bucket: name }));
    else await account.s3.send(new PutBucketPolicyCommand({ Bucket: name, Policy: sent }));
    account.held.setBucket(name, "policy", { text, sent });
  });
}

function reduced(account: Account, text: string): string | undefined {
  try {
    return reducePolicy(text, account.held.state.roles);
  } catch (error) {
    if (!(error instanceof UnknownPrincipal)) throw error;
    throw new DecidedError("PutBucketPolicy", 400, "MalformedPolicy", error.message);
  }
}

/** The policy as it was put; what the server has, where somebody has changed it there. */
async function policyOf(account: Account, name: string): Promise<string | undefined> {
  const { policy: held } = account.held.bucket(name);
  const there = await policyOnServer(account, name);
  return held !== undefined && held.sent === there ? held.text : there;
}

async function policyOnServer(account: Account, name: string): Promise<string | undefined> {
  try {
    return (await account.s3.send(new GetBucketPolicyCommand({ Bucket: name }))).Policy;
  } catch (error) {
    if (!isMissing(error)) throw error;
    return undefined;
  }
}
