import type { StructType, ThriftType } from "./idl";
import type { StructValue } from "./struct-codec";

/**
 * A struct as the scheduler's immutable Java classes hold it: numbers and booleans that were not sent are 0 and
 * false, collections empty, the IDL's defaults in place; strings, enums and structs stay unset.
 */
export function populate(struct: StructType, value: StructValue): StructValue {
  const populated: Record<string, unknown> = {};
  for (const field of struct.union ? struct.fields.filter(({ name }) => value[name] !== undefined) : struct.fields) {
    const given = value[field.name] ?? field.default ?? zero(field.type);
    if (given !== undefined) populated[field.name] = populateValue(field.type, given);
  }
  return populated;
}

function populateValue(type: ThriftType, value: unknown): unknown {
  if (type.kind === "struct") return populate(type.struct, value as StructValue);
  if (type.kind === "list" || type.kind === "set") {
    return (value as readonly unknown[]).map((each) => (each === null ? null : populateValue(type.element, each)));
  }
  return value;
}

function zero(type: ThriftType): unknown {
  switch (type.kind) {
    case "bool":
      return false;
    case "i32":
    case "i64":
    case "double":
      return 0;
    case "list":
    case "set":
      return [];
    case "map":
      return {};
    case "string":
    case "enum":
    case "struct":
      return undefined;
  }
}

/** Whether a collection anywhere in `value` holds a `null`: what Java's immutable collections refuse. */
export function holdsNull(value: unknown): boolean {
  if (value === null) return true;
  if (Array.isArray(value)) return value.some(holdsNull);
  return typeof value === "object" && Object.values(value).some(holdsNull);
}
