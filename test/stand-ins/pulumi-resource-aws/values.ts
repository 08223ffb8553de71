/** Properties as they travel between engine and provider, in plain JavaScript. */
export type Properties = Readonly<Record<string, unknown>>;

/** What the engine sends, and expects back, for a value that only the operation itself makes known. */
export const unknownValue = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";

const signatureKey = "4dabf18193072939515e22adb298388d";
const assetSignature = "c44067f5952c0a294b673a41bacd8c17";
const archiveSignature = "0def7320c3a5731c473e5ecbe6d01bc7";

const secretSignature = "1b47061264138c4ac30d75fd1eb44270";

/** A file, text or URL, with the hash of its content. */
export interface Asset {
  readonly hash?: string;
  readonly path?: string;
  readonly text?: string;
  readonly uri?: string;
}

export function isObject(value: unknown): value is Properties {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

export function isAsset(value: unknown): value is Asset & Properties {
  return isObject(value) && [assetSignature, archiveSignature].includes(String(value[signatureKey]));
}

/** Values without the marks of secrets: the engine itself marks the outputs of secret inputs. */
export function unmarked(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(unmarked);
  if (!isObject(value)) return value;
  if (value[signatureKey] === secretSignature) return unmarked(value.value);
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, unmarked(each)]));
}

/** A string property; undefined where there is none. */
export function optionalString(properties: Properties, name: string): string | undefined {
  const value = properties[name];
  return typeof value === "string" ? value : undefined;
}

/** A string property that the checks guarantee. */
export function requiredString(properties: Properties, name: string): string {
  const value = optionalString(properties, name);
  if (value === undefined) throw new Error(`${name} is missing`);
  return value;
}

/** A map of strings, empty where there is none. */
export function stringMap(properties: Properties, name: string): Readonly<Record<string, string>> {
  const value = properties[name];
  return isObject(value) ? Object.fromEntries(Object.entries(value).map(([key, each]) => [key, String(each)])) : {};
}

/** Without the properties that have no value. */
export function defined(properties: Properties): Properties {
  return Object.fromEntries(Object.entries(properties).filter(([, value]) => value !== undefined && value !== null));
}
