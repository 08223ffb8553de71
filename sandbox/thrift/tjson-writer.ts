import type { ProtocolWriter, ReplyType } from "./protocol";
import { WireType } from "./protocol";

const typeNames: Readonly<Record<WireType, string>> = {
  [WireType.stop]: "stop",
  [WireType.bool]: "tf",
  [WireType.byte]: "i8",
  [WireType.double]: "dbl",
  [WireType.i16]: "i16",
  [WireType.i32]: "i32",
  [WireType.i64]: "i64",
  [WireType.string]: "str",
  [WireType.struct]: "rec",
  [WireType.map]: "map",
  [WireType.set]: "set",
  [WireType.list]: "lst",
};

/** Thrift's TJSON, as Java's TJSONProtocol writes it. */
export class TJsonWriter implements ProtocolWriter {
  private readonly parts: string[] = [];
  /** How many values each open array or object holds so far, and whether it is an object. */
  private readonly open: { readonly object: boolean; count: number }[] = [];

  messageBegin(name: string, type: ReplyType, seqid: number): void {
    this.begin("[");
    this.value("1");
    this.string(name);
    this.value(String(type));
    this.value(String(seqid));
  }

  unchanging(_value: object, write: (to: ProtocolWriter) => void): void {
    write(this);
  }

  structBegin(): void {
    this.begin("{");
  }

  structEnd(): void {
    this.end("}");
  }

  fieldBegin(type: WireType, id: number): void {
    this.value(`"${id}"`);
    this.begin("{");
    this.value(`"${typeNames[type]}"`);
  }

  fieldEnd(): void {
    this.end("}");
  }

  listBegin(element: WireType, size: number): void {
    this.begin("[");
    this.value(`"${typeNames[element]}"`);
    this.value(String(size));
  }

  listEnd(): void {
    this.end("]");
  }

  setBegin(element: WireType, size: number): void {
    this.listBegin(element, size);
  }

  setEnd(): void {
    this.end("]");
  }

  mapBegin(key: WireType, value: WireType, size: number): void {
    this.begin("[");
    this.value(`"${typeNames[key]}"`);
    this.value(`"${typeNames[value]}"`);
    this.value(String(size));
    this.begin("{");
  }

  mapEnd(): void {
    this.end("}");
    this.end("]");
  }

  bool(value: boolean): void {
    this.value(value ? "1" : "0");
  }

  i32(value: number): void {
    this.number(String(value));
  }

  i64(value: number): void {
    this.number(String(value));
  }

  double(value: number): void {
    if (!Number.isFinite(value)) this.value(`"${value}"`);
    else this.number(Number.isInteger(value) ? `${value}.0` : String(value));
  }

  string(value: string): void {
    this.value(JSON.stringify(value));
  }

  finish(): Buffer {
    this.end("]");
    return Buffer.from(this.parts.join(""), "utf8");
  }

  private number(text: string): void {
    const top = this.open.at(-1);
    this.value(top?.object && top.count % 2 === 0 ? `"${text}"` : text);
  }

  private value(text: string): void {
    const top = this.open.at(-1);
    if (top) {
      if (top.count > 0) this.parts.push(top.object && top.count % 2 === 1 ? ":" : ",");
      top.count++;
    }
    this.parts.push(text);
  }

  private begin(bracket: "[" | "{"): void {
    this.value(bracket);
    this.open.push({ object: bracket === "{", count: 0 });
  }

  private end(bracket: "]" | "}"): void {
    this.open.pop();
    this.parts.push(bracket);
  }
}
