/** A Thrift type, with names resolved. `struct` covers unions too. */
export type ThriftType =
  | { readonly kind: "bool" | "i32" | "i64" | "double" | "string" }
  | { readonly kind: "enum"; readonly names: ReadonlyMap<number, string> }
  | { readonly kind: "struct"; readonly struct: StructType }
  | { readonly kind: "list" | "set"; readonly element: ThriftType }
  | { readonly kind: "map"; readonly key: ThriftType; readonly value: ThriftType };

export interface Field {
  readonly id: number;
  readonly name: string;
  readonly type: ThriftType;
  readonly default?: unknown;
}

/** A struct or union; `fields` in the order of the text, `byId` and `ascending` by field id. */
export interface StructType {
  readonly name: string;
  readonly union: boolean;
  readonly fields: readonly Field[];
  readonly byId: ReadonlyMap<number, Field>;
  readonly ascending: readonly Field[];
}

export interface Method {
  readonly name: string;
  readonly service: string;
  readonly args: StructType;
  readonly result: StructType;
}

/** What an IDL text declares: its structs, and its methods with those of extended services. */
export interface Idl {
  readonly structs: ReadonlyMap<string, StructType>;
  readonly methods: ReadonlyMap<string, Method>;
}

const token = /"[^"]*"|[A-Za-z_][\w.]*|-?\d+|[{}()<>:;,=]/g;
const comment = /\/\*[\s\S]*?\*\/|\/\/.*|#.*/g;
const baseTypes = ["bool", "i32", "i64", "double", "string"] as const;

/**
 * Reads the part of Thrift's IDL that Aurora's interface is written in: enums, structs, unions, services that extend
 * each other, defaults as literals. @throws Error at anything else.
 */
export function parseIdl(text: string): Idl {
  return new IdlParser(text.replace(comment, "").match(token) ?? []).parse();
}

/** A struct under construction: fields are added as they are read, so that types may refer to each other. */
class StructBuilder implements StructType {
  readonly fields: Field[] = [];
  readonly byId = new Map<number, Field>();
  ascending: readonly Field[] = [];

  constructor(
    readonly name: string,
    readonly union: boolean,
  ) {}

  add(field: Field): void {
    this.fields.push(field);
    this.byId.set(field.id, field);
    this.ascending = [...this.fields].sort((a, b) => a.id - b.id);
  }
}

class IdlParser {
  private at = 0;
  private readonly enums = new Map<string, Map<number, string>>();
  private readonly structs = new Map<string, StructBuilder>();
  private readonly methods = new Map<string, Method>();

  constructor(private readonly tokens: readonly string[]) {}

  parse(): Idl {
    while (this.at < this.tokens.length) {
      const word = this.next();
      if (word === "enum") this.enumeration();
      else if (word === "struct" || word === "union") this.struct(word === "union");
      else if (word === "service") this.service();
      else throw new Error(`Thrift IDL: '${word}' is not understood here.`);
    }
    return { structs: this.structs, methods: this.methods };
  }

  private enumeration(): void {
    const names = new Map<number, string>();
    this.enums.set(this.next(), names);
    this.expect("{");
    while (!this.skip("}")) {
      const name = this.next();
      this.expect("=");
      names.set(Number(this.next()), name);
      this.skip(",");
    }
  }

  private struct(union: boolean): void {
    const struct = new StructBuilder(this.next(), union);
    this.structs.set(struct.name, struct);
    this.expect("{");
    this.fields(struct, "}");
  }

  private service(): void {
    const service = this.next();
    if (this.skip("extends")) this.next();
    this.expect("{");
    while (!this.skip("}")) {
      const result = new StructBuilder("result", false);
      result.add({ id: 0, name: "success", type: this.type() });
      const name = this.next();
      const args = new StructBuilder(`${name}_args`, false);
      this.expect("(");
      this.fields(args, ")");
      this.methods.set(name, { name, service, args, result });
    }
  }

  private fields(struct: StructBuilder, end: string): void {
    while (!this.skip(end)) {
      const id = Number(this.next());
      this.expect(":");
      if (!this.skip("optional")) this.skip("required");
      const type = this.type();
      const name = this.next();
      const value = this.skip("=") ? { default: this.literal() } : {};
      struct.add({ id, name, type, ...value });
      if (!this.skip(",")) this.skip(";");
    }
  }

  private type(): ThriftType {
    const name = this.next();
    const base = baseTypes.find((type) => type === name);
    if (base) return { kind: base };
    if (name === "list" || name === "set" || name === "map") {
      this.expect("<");
      const first = this.type();
      const type: ThriftType =
        name === "map" ? { kind: "map", key: first, value: this.afterComma() } : { kind: name, element: first };
      this.expect(">");
      return type;
    }
    const names = this.enums.get(name);
    if (names) return { kind: "enum", names };
    const struct = this.structs.get(name);
    if (struct) return { kind: "struct", struct };
    throw new Error(`Thrift IDL: the type '${name}' is not declared.`);
  }

  private afterComma(): ThriftType {
    this.expect(",");
    return this.type();
  }

  private literal(): unknown {
    const word = this.next();
    if (word !== "{") return JSON.parse(word);
    const value: Record<string, unknown> = {};
    while (!this.skip("}")) {
      const key = JSON.parse(this.next()) as string;
      this.expect(":");
      value[key] = this.literal();
      this.skip(",");
    }
    return value;
  }

  private next(): string {
    const word = this.tokens[this.at++];
    if (word === undefined) throw new Error("Thrift IDL: the text ends too early.");
    return word;
  }

  private skip(word: string): boolean {
    if (this.tokens[this.at] !== word) return false;
    this.at++;
    return true;
  }

  private expect(word: string): void {
    const found = this.next();
    if (found !== word) throw new Error(`Thrift IDL: expected '${word}', found '${found}'.`);
  }
}
