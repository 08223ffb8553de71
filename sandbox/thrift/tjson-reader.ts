import type { MessageHeader, ProtocolReader, WireField } from "./protocol";
import { MalformedMessage, WireType } from "./protocol";

const version = 1;
const typeNames: Readonly<Record<string, WireType>> = {
  tf: WireType.bool,
  i8: WireType.byte,
  i16: WireType.i16,
  i32: WireType.i32,
  i64: WireType.i64,
  dbl: WireType.double,
  rec: WireType.struct,
  str: WireType.string,
  map: WireType.map,
  lst: WireType.list,
  set: WireType.set,
};
const numeric = /[-+.0-9Ee]/;
const escapes: Readonly<Record<string, string>> = {
  '"': '"',
  "\\": "\\",
  "/": "/",
  b: "\b",
  f: "\f",
  n: "\n",
  r: "\r",
  t: "\t",
};

/** Where the reader is: how many values of the enclosing array or object were read. */
interface Context {
  readonly object: boolean;
  count: number;
}

/**
 * Thrift's TJSON as Java's TJSONProtocol reads it: character by character, no whitespace anywhere, the announced
 * numbers of elements exact, numbers unquoted except as object keys. What stands after the message is not looked at.
 */
export class TJsonReader implements ProtocolReader {
  private at = 0;
  private context: Context = { object: false, count: 0 };
  private readonly outer: Context[] = [];
  private top = true;

  constructor(private readonly text: string) {}

  messageBegin(): MessageHeader {
    this.open("[");
    if (this.integer() !== version) throw this.malformed("the version is not 1");
    const name = this.string();
    this.integer();
    return { name, seqid: this.integer() | 0 };
  }

  messageEnd(): void {
    this.close("]");
  }

  structBegin(): void {
    this.open("{");
  }

  structEnd(): void {
    this.close("}");
  }

  fieldBegin(): WireField {
    if (this.text[this.at] === "}") return { type: WireType.stop, id: 0 };
    const id = this.integer();
    this.open("{");
    return { type: this.typeName(), id };
  }

  fieldEnd(): void {
    this.close("}");
  }

  listBegin(): number {
    this.open("[");
    this.typeName();
    return this.integer();
  }

  listEnd(): void {
    this.close("]");
  }

  setBegin(): number {
    return this.listBegin();
  }

  setEnd(): void {
    this.close("]");
  }

  mapBegin(): number {
    this.open("[");
    this.typeName();
    this.typeName();
    const size = this.integer();
    this.open("{");
    return size;
  }

  mapEnd(): void {
    this.close("}");
    this.close("]");
  }

  bool(): boolean {
    return this.integer() !== 0;
  }

  i32(): number {
    return this.integer() | 0;
  }

  i64(): number {
    return this.integer();
  }

  double(): number {
    const key = this.separate();
    if (this.text[this.at] === '"') {
      const text = this.quoted();
      if (text === "NaN") return NaN;
      if (text === "Infinity") return Infinity;
      if (text === "-Infinity") return -Infinity;
      if (!key) throw this.malformed("a number is quoted");
      return this.parseDouble(text);
    }
    return this.parseDouble(this.digits());
  }

  string(): string {
    this.separate();
    return this.quoted();
  }

  skip(type: number): void {
    switch (type) {
      case WireType.bool:
      case WireType.byte:
      case WireType.i16:
      case WireType.i32:
      case WireType.i64:
        this.integer();
        return;
      case WireType.double:
        this.double();
        return;
      case WireType.string:
        this.string();
        return;
      case WireType.struct:
        this.skipStruct();
        return;
      case WireType.list:
      case WireType.set:
        this.skipList();
        return;
      case WireType.map:
        this.skipMap();
        return;
      default:
        throw this.malformed(`a value of type ${type} cannot be skipped`);
    }
  }

  private skipStruct(): void {
    this.structBegin();
    for (let field = this.fieldBegin(); field.type !== WireType.stop; field = this.fieldBegin()) {
      this.skip(field.type);
      this.fieldEnd();
    }
    this.structEnd();
  }

  private skipList(): void {
    this.open("[");
    const element = this.typeName();
    for (let left = this.integer(); left > 0; left--) this.skip(element);
    this.close("]");
  }

  private skipMap(): void {
    this.open("[");
    const key = this.typeName();
    const value = this.typeName();
    const size = this.integer();
    this.open("{");
    for (let left = size; left > 0; left--) {
      this.skip(key);
      this.skip(value);
    }
    this.mapEnd();
  }

  private typeName(): WireType {
    const name = this.string();
    const type = typeNames[name];
    if (type === undefined) throw this.malformed(`'${name}' is no type`);
    return type;
  }

  private integer(): number {
    const key = this.separate();
    if (key) this.expect('"');
    const digits = this.digits();
    if (key) this.expect('"');
    if (!/^[-+]?\d+$/.test(digits)) throw this.malformed(`'${digits}' is no integer`);
    return Number(digits);
  }

  private parseDouble(text: string): number {
    const value = Number(text);
    if (text === "" || Number.isNaN(value)) throw this.malformed(`'${text}' is no number`);
    return value;
  }

  private digits(): string {
    const start = this.at;
    while (this.at < this.text.length && numeric.test(this.text.charAt(this.at))) this.at++;
    return this.text.slice(start, this.at);
  }

  private quoted(): string {
    this.expect('"');
    let value = "";
    for (;;) {
      const start = this.at;
      while (this.at < this.text.length && this.text[this.at] !== '"' && this.text[this.at] !== "\\") this.at++;
      value += this.text.slice(start, this.at);
      const mark = this.text[this.at++];
      if (mark === '"') return value;
      if (mark === undefined) throw this.malformed("a string does not end");
      value += this.escape();
    }
  }

  private escape(): string {
    const letter = this.text.charAt(this.at++);
    if (letter === "u") {
      const hex = this.text.slice(this.at, this.at + 4);
      if (!/^[0-9a-fA-F]{4}$/.test(hex)) throw this.malformed("a \\u escape is incomplete");
      this.at += 4;
      return String.fromCharCode(parseInt(hex, 16));
    }
    const plain = escapes[letter];
    if (plain === undefined) throw this.malformed(`'\\${letter}' is no escape`);
    return plain;
  }

  /** Reads the comma or colon due before the next value. @returns whether that value is an object's key. */
  private separate(): boolean {
    if (this.top) {
      this.top = false;
      return false;
    }
    const { object, count } = this.context;
    this.context.count++;
    if (count > 0) this.expect(object && count % 2 === 1 ? ":" : ",");
    return object && count % 2 === 0;
  }

  private open(bracket: "[" | "{"): void {
    this.separate();
    this.expect(bracket);
    this.outer.push(this.context);
    this.context = { object: bracket === "{", count: 0 };
  }

  private close(bracket: "]" | "}"): void {
    this.expect(bracket);
    this.context = this.outer.pop() ?? { object: false, count: 0 };
  }

  private expect(mark: string): void {
    if (this.text[this.at] !== mark) throw this.malformed(`expected '${mark}'`);
    this.at++;
  }

  private malformed(why: string): MalformedMessage {
    return new MalformedMessage(`${why}, at character ${this.at}`);
  }
}
