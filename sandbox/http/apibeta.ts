import { changes } from "../api/access";
import { aurora } from "../thrift/aurora";
import type { StructType, ThriftType } from "../thrift/idl";
import type { StructValue } from "../thrift/struct-codec";
import { identify } from "./authentication";
import type { Endpoint } from "./reply";
import { empty, json, serverError } from "./reply";
import type { ThriftEndpointOptions } from "./thrift-endpoint";

/** `/apibeta/<method>`: the same API with plain JSON, fields and enums by name. */
export function apiBetaEndpoint({ api, users, log, settled }: ThriftEndpointOptions): Endpoint {
  return async ({ method: verb, path, headers, body }) => {
    const name = path.split("/")[2];
    if (name === undefined) return empty(303, { Location: `http://${headers.host ?? ""}/apihelp/index.html` });
    const method = aurora.methods.get(name);
    if (verb !== "POST" || !method) return empty(404);
    const caller = identify(users, headers.authorization);
    if (!caller || (changes(method) && !caller.signedIn)) return empty(401);
    const sent = parse(body);
    if (!sent) return serverError();
    const response = api.call(method, fromNames(method.args, sent), caller);
    if (changes(method)) await settled();
    log.add({ time: Date.now(), method: name, writes: changes(method), status: 200 });
    return json(toNames(method.result, { success: response }).success);
  };
}

function parse(body: Buffer): StructValue | undefined {
  if (body.length === 0) return {};
  try {
    const value: unknown = JSON.parse(body.toString("utf8"));
    return typeof value === "object" && value !== null ? (value as StructValue) : undefined;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

/** Enums as names, fields in the order of the interface's text. */
function toNames(struct: StructType, value: StructValue): Record<string, unknown> {
  return convert(struct, value, (type, each) => type.names.get(each as number));
}

function fromNames(struct: StructType, value: StructValue): Record<string, unknown> {
  return convert(struct, value, (type, each) => [...type.names].find(([, name]) => name === each)?.[0]);
}

type EnumType = Extract<ThriftType, { kind: "enum" }>;
type ConvertEnum = (type: EnumType, value: unknown) => unknown;

function convert(struct: StructType, value: StructValue, ofEnum: ConvertEnum): Record<string, unknown> {
  const set = struct.fields.filter(({ name }) => value[name] !== undefined);
  return Object.fromEntries(set.map(({ name, type }) => [name, convertValue(type, value[name], ofEnum)]));
}

function convertValue(type: ThriftType, value: unknown, ofEnum: ConvertEnum): unknown {
  if (type.kind === "enum") return ofEnum(type, value);
  if (type.kind === "struct") return convert(type.struct, value as StructValue, ofEnum);
  if (type.kind === "list" || type.kind === "set") {
    return (value as readonly unknown[]).map((each) => convertValue(type.element, each, ofEnum));
  }
  return value;
}
