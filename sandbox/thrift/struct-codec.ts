import type { StructType, ThriftType } from "./idl";
import type { ProtocolReader, ProtocolWriter } from "./protocol";
import { MalformedMessage, WireType } from "./protocol";

/** A struct's value: fields by name, unset ones absent. A union holds one field, or none if its one was not known. */
export type StructValue = Readonly<Record<string, unknown>>;

/**
 * Reads a struct as Thrift's generated Java code does: unknown fields and fields of another wire type are skipped
 * silently; an enum's unknown number leaves a field unset and is `null` in a collection; a union on the wire has
 * exactly one field.
 */
export function readStruct(from: ProtocolReader, struct: StructType): StructValue {
  const value: Record<string, unknown> = {};
  from.structBegin();
  let fields = 0;
  for (let head = from.fieldBegin(); head.type !== WireType.stop; head = from.fieldBegin()) {
    fields++;
    const field = struct.byId.get(head.id);
    if (field && head.type === wireTypeOf(field.type)) {
      const read = readValue(from, field.type);
      if (read !== null) value[field.name] = read;
    } else {
      from.skip(head.type);
    }
    from.fieldEnd();
  }
  from.structEnd();
  if (struct.union && fields !== 1) throw new MalformedMessage(`the union ${struct.name} has ${fields} fields`);
  return value;
}

function readValue(from: ProtocolReader, type: ThriftType): unknown {
  switch (type.kind) {
    case "bool":
      return from.bool();
    case "i32":
      return from.i32();
    case "i64":
      return from.i64();
    case "double":
      return from.double();
    case "string":
      return from.string();
    case "enum": {
      const number = from.i32();
      return type.names.has(number) ? number : null;
    }
    case "struct":
      return readStruct(from, type.struct);
    case "list":
    case "set": {
      const set = type.kind === "set";
      const elements: unknown[] = [];
      for (let left = set ? from.setBegin() : from.listBegin(); left > 0; left--) {
        elements.push(readValue(from, type.element));
      }
      if (set) from.setEnd();
      else from.listEnd();
      return elements;
    }
    case "map": {
      const entries: [unknown, unknown][] = [];
      for (let left = from.mapBegin(); left > 0; left--) {
        entries.push([readValue(from, type.key), readValue(from, type.value)]);
      }
      from.mapEnd();
      return Object.fromEntries(entries) as unknown;
    }
  }
}

/** Writes a struct's set fields in ascending order of their ids. */
export function writeStruct(to: ProtocolWriter, struct: StructType, value: StructValue): void {
  to.structBegin();
  for (const field of struct.ascending) {
    const fieldValue = value[field.name];
    if (fieldValue === undefined) continue;
    to.fieldBegin(wireTypeOf(field.type), field.id);
    writeValue(to, field.type, fieldValue);
    to.fieldEnd();
  }
  to.structEnd();
}

function writeValue(to: ProtocolWriter, type: ThriftType, value: unknown): void {
  switch (type.kind) {
    case "bool":
      to.bool(value as boolean);
      return;
    case "i32":
    case "enum":
      to.i32(value as number);
      return;
    case "i64":
      to.i64(value as number);
      return;
    case "double":
      to.double(value as number);
      return;
    case "string":
      to.string(value as string);
      return;
    case "struct":
      writeStructValue(to, type.struct, value as StructValue);
      return;
    case "list":
    case "set":
      writeElements(to, type.kind, type.element, value as readonly unknown[]);
      return;
    case "map": {
      const entries = Object.entries(value as StructValue);
      to.mapBegin(wireTypeOf(type.key), wireTypeOf(type.value), entries.length);
      for (const [key, entry] of entries) {
        writeValue(to, type.key, key);
        writeValue(to, type.value, entry);
      }
      to.mapEnd();
    }
  }
}

/** A task is replaced as a whole, and asked for again and again; all of a job share one configuration. */
const unchanging: ReadonlySet<string> = new Set(["ScheduledTask", "TaskConfig"]);

function writeStructValue(to: ProtocolWriter, struct: StructType, value: StructValue): void {
  if (unchanging.has(struct.name)) to.unchanging(value, (part) => writeStruct(part, struct, value));
  else writeStruct(to, struct, value);
}

function writeElements(
  to: ProtocolWriter,
  kind: "list" | "set",
  element: ThriftType,
  elements: readonly unknown[],
): void {
  if (kind === "set") to.setBegin(wireTypeOf(element), elements.length);
  else to.listBegin(wireTypeOf(element), elements.length);
  for (const each of elements) writeValue(to, element, each);
  if (kind === "set") to.setEnd();
  else to.listEnd();
}

function wireTypeOf(type: ThriftType): WireType {
  return type.kind === "enum" ? WireType.i32 : WireType[type.kind];
}
