import type { Finding, Path } from "../../finding";
import { DocumentError, problemIn } from "../../config/problem";
import { inspectS3 } from "../../config/s3";
import type { S3StoreInputs } from "./inputs";
import * as pulumi from "../../pulumi";

/** Settings that may be inputs. */
const inputKeys = ["readers", "kmsKey", "logging", "tags"] as const;

/**
 * A program's settings, refused as a document's would be: what is plain at once, each of the others as soon as it is
 * known; what is made with it then waits for that.
 * @param name of the resource that they were given to
 * @throws UserError that lists what is wrong with the plain ones
 */
export function checkedS3(name: string, args: S3StoreInputs): S3StoreInputs {
  const { value, inputs } = withoutInputs(args);
  const isUnknown = ({ path }: Finding) => inputs.some((input) => isWithin(path, input));
  refuse(
    name,
    inspectS3(value).filter((finding) => !isUnknown(finding)),
  );
  const checked = inputKeys
    .filter((key) => inputs.some(([first]) => first === key))
    .map((key) => [key, checkedSetting(name, args, value, key)] as const);
  return { ...args, ...Object.fromEntries(checked) };
}

type InputKey = (typeof inputKeys)[number];

/** The setting, its inputs each by itself: what is made with one does not wait for the others. */
function checkedSetting(name: string, args: S3StoreInputs, plain: object, key: InputKey): unknown {
  if (key === "kmsKey" || isInput(args[key])) return checkedValue(name, plain, [key], args[key]);
  const members = Object.entries(args[key] ?? {}).map(([member, value]) => [
    member,
    hasInput(value) ? checkedValue(name, plain, [key, member], value) : (value as unknown),
  ]);
  return Object.fromEntries(members);
}

function checkedValue(name: string, plain: object, path: readonly string[], input: unknown): pulumi.Output<unknown> {
  return (pulumi.output(input) as pulumi.Output<unknown>).apply((value) => {
    const findings = inspectS3(withValue(plain, path, value)).filter((finding) => isWithin(finding.path, path));
    refuse(name, value === "new" && path[0] === "kmsKey" ? [{ path, message: newAsOutput }, ...findings] : findings);
    return value;
  });
}

const newAsOutput =
  "'new' decides what resources there are, so a preview must know it: write it plainly, not as an output";

function withValue(map: object, [key = "", ...below]: readonly string[], value: unknown): object {
  const inner = (map as Readonly<Record<string, unknown>>)[key] ?? {};
  return { ...map, [key]: below.length === 0 ? value : withValue(inner, below, value) };
}

function refuse(name: string, findings: readonly Finding[]): void {
  if (findings.length === 0) return;
  throw new DocumentError(
    findings.map(({ path, message }) => problemIn(name, { path: ["artifacts", "s3", ...path], message })),
  );
}

function isInput(value: unknown): boolean {
  return pulumi.Output.isInstance(value) || value instanceof Promise;
}

function hasInput(value: unknown): boolean {
  return withoutInputs({ value }).inputs.length > 0;
}

/** The value with `undefined` where an input stands, and their places. */
function withoutInputs(top: object): { readonly value: object; readonly inputs: readonly Path[] } {
  const inputs: Path[] = [];
  const walk = (value: unknown, path: Path): unknown => {
    if (isInput(value)) {
      inputs.push(path);
      return undefined;
    }
    if (Array.isArray(value)) return value.map((member, index) => walk(member, [...path, index]));
    if (typeof value !== "object" || value === null) return value;
    return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, walk(member, [...path, key])]));
  };
  return { value: walk(top, []) as object, inputs };
}

/** The schema's paths tell no key of digits from an index. */
function isWithin(path: Path, upper: Path): boolean {
  return upper.every((step, index) => String(step) === String(path[index]));
}
