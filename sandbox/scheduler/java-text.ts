import { aurora } from "../thrift/aurora";
import type { StructType, ThriftType } from "../thrift/idl";
import type { StructValue } from "../thrift/struct-codec";

/** A struct as Thrift's generated Java `toString` writes it, which Aurora puts into a few of its messages. */
export function javaText(structName: string, value: object): string {
  const struct = aurora.structs.get(structName);
  if (!struct) throw new Error(`Aurora's interface has no struct '${structName}'.`);
  return structText(struct, value as StructValue);
}

function structText(struct: StructType, value: StructValue): string {
  const members = struct.fields
    .filter(({ name }) => value[name] !== undefined)
    .map(({ name, type }) => `${name}:${valueText(type, value[name])}`);
  return struct.union ? `<${struct.name} ${members.join(", ")}>` : `${struct.name}(${members.join(", ")})`;
}

function valueText(type: ThriftType, value: unknown): string {
  switch (type.kind) {
    case "struct":
      return structText(type.struct, value as StructValue);
    case "list":
    case "set":
      return `[${(value as readonly unknown[]).map((each) => valueText(type.element, each)).join(", ")}]`;
    case "map":
      return `{${Object.entries(value as StructValue)
        .map(([key, entry]) => `${key}=${valueText(type.value, entry)}`)
        .join(", ")}}`;
    case "enum":
      return type.names.get(value as number) ?? "null";
    case "bool":
    case "i32":
    case "i64":
    case "double":
    case "string":
      return String(value);
  }
}
