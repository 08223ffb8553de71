import { randomUUID } from "node:crypto";
import type { Account } from "../account";
import type { Resource } from "../resource";
import { defined, type Properties, requiredString, stringMap } from "../values";

const keyDefaults: Properties = {
  customerMasterKeySpec: "SYMMETRIC_DEFAULT",
  enableKeyRotation: false,
  isEnabled: true,
  keyUsage: "ENCRYPT_DECRYPT",
};

/** A key is a record: nothing is encrypted with it. */
export const key: Resource = {
  handled: [
    "deletionWindowInDays",
    "description",
    "enableKeyRotation",
    "isEnabled",
    "policy",
    "rotationPeriodInDays",
    "tags",
  ],
  replacing: [],
  computed: ["arn", "keyId", "region"],
  create(account, inputs) {
    const id = randomUUID();
    account.held.setEntry("kmsKeys", id, inputs);
    return Promise.resolve({ id, outputs: keyOutputs(account, id, inputs) });
  },
  read(account, id) {
    const inputs = account.held.state.kmsKeys[id];
    return Promise.resolve(inputs && { inputs, outputs: keyOutputs(account, id, inputs) });
  },
  update(account, id, inputs) {
    account.held.setEntry("kmsKeys", id, inputs);
    return Promise.resolve(keyOutputs(account, id, inputs));
  },
  delete(account, id) {
    account.held.setEntry("kmsKeys", id, undefined);
    return Promise.resolve();
  },
};

function keyArn({ partition, region, id }: Account, keyId: string): string {
  return `arn:${partition}:kms:${region}:${id}:key/${keyId}`;
}

function keyOutputs(account: Account, keyId: string, inputs: Properties): Properties {
  const tagsAll = { ...account.defaultTags, ...stringMap(inputs, "tags") };
  return { ...keyDefaults, ...inputs, arn: keyArn(account, keyId), keyId, region: account.region, tagsAll };
}

export const alias: Resource = {
  handled: ["name", "targetKeyId"],
  replacing: ["name"],
  computed: ["arn", "targetKeyArn", "region"],
  complete: (inputs, { name }) => ({ ...inputs, name: inputs.name ?? `alias/${name}` }),
  create(account, inputs) {
    const name = requiredString(inputs, "name");
    if (account.held.state.kmsAliases[name] !== undefined) {
      const arn = `arn:${account.partition}:kms:${account.region}:${account.id}:${name}`;
      throw new Error(
        `1 error occurred:\n\t* creating KMS Alias (${name}): operation error KMS: CreateAlias, ` +
          `https response error StatusCode: 400, RequestID: , AlreadyExistsException: An alias with the name ${arn} already exists\n\n`,
      );
    }
    account.held.setEntry("kmsAliases", name, inputs);
    return Promise.resolve({ id: name, outputs: aliasOutputs(account, inputs) });
  },
  read(account, id) {
    const inputs = account.held.state.kmsAliases[id];
    return Promise.resolve(inputs && { inputs, outputs: aliasOutputs(account, inputs) });
  },
  update(account, id, inputs) {
    account.held.setEntry("kmsAliases", id, inputs);
    return Promise.resolve(aliasOutputs(account, inputs));
  },
  delete(account, id) {
    account.held.setEntry("kmsAliases", id, undefined);
    return Promise.resolve();
  },
};

function aliasOutputs(account: Account, inputs: Properties): Properties {
  const target = requiredString(inputs, "targetKeyId");
  const targetKeyId = target.split("/").at(-1) ?? target;
  return defined({
    arn: `arn:${account.partition}:kms:${account.region}:${account.id}:${requiredString(inputs, "name")}`,
    targetKeyArn: keyArn(account, targetKeyId),
    region: account.region,
  });
}
