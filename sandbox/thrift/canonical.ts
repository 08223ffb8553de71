import type { StructType, ThriftType } from "./idl";
import type { StructValue } from "./struct-codec";

/** A text that two values of a struct share exactly when Thrift's Java `equals` holds: sets and maps have no order. */
export function canonicalText(struct: StructType, value: StructValue): string {
  const fields = struct.ascending
    .filter(({ name }) => value[name] !== undefined)
    .map(({ id, name, type }) => `${id}:${canonicalValue(type, value[name])}`);
  return `{${fields.join(",")}}`;
}

function canonicalValue(type: ThriftType, value: unknown): string {
  switch (type.kind) {
    case "struct":
      return canonicalText(type.struct, value as StructValue);
    case "list":
      return `[${elements(type.element, value).join(",")}]`;
    case "set":
      return `[${elements(type.element, value).sort().join(",")}]`;
    case "map":
      return JSON.stringify(Object.entries(value as StructValue).sort(([a], [b]) => (a < b ? -1 : 1)));
    case "bool":
    case "i32":
    case "i64":
    case "double":
    case "string":
    case "enum":
      return typeof value === "number" ? String(value) : JSON.stringify(value);
  }
}

function elements(type: ThriftType, value: unknown): string[] {
  return (value as readonly unknown[]).map((each) => canonicalValue(type, each));
}
