/** Thrift's own numbers for the kinds of values on the wire. */
export const WireType = {
  stop: 0,
  bool: 2,
  byte: 3,
  double: 4,
  i16: 6,
  i32: 8,
  i64: 10,
  string: 11,
  struct: 12,
  map: 13,
  set: 14,
  list: 15,
} as const;
export type WireType = (typeof WireType)[keyof typeof WireType];

export interface WireField {
  readonly type: number;
  readonly id: number;
}

export interface MessageHeader {
  readonly name: string;
  readonly seqid: number;
}

/** Bytes that are no Thrift message in the format they came in. Aurora answers them with HTTP 500. */
export class MalformedMessage extends Error {
  override readonly name = "MalformedMessage";
}

/** Reads one message, piece by piece, in the order that Thrift's generated code asks for them. */
export interface ProtocolReader {
  messageBegin(): MessageHeader;
  messageEnd(): void;
  structBegin(): void;
  structEnd(): void;
  fieldBegin(): WireField;
  fieldEnd(): void;
  /** @returns how many elements follow. */
  listBegin(): number;
  listEnd(): void;
  setBegin(): number;
  setEnd(): void;
  mapBegin(): number;
  mapEnd(): void;
  bool(): boolean;
  i32(): number;
  i64(): number;
  double(): number;
  string(): string;
  /** Reads over a value of any wire type. */
  skip(type: number): void;
}

/** 2: a reply; 3: an exception. */
export type ReplyType = 2 | 3;

/** Writes one message, piece by piece. */
export interface ProtocolWriter {
  messageBegin(name: string, type: ReplyType, seqid: number): void;
  structBegin(): void;
  structEnd(): void;
  fieldBegin(type: WireType, id: number): void;
  fieldEnd(): void;
  listBegin(element: WireType, size: number): void;
  listEnd(): void;
  setBegin(element: WireType, size: number): void;
  setEnd(): void;
  mapBegin(key: WireType, value: WireType, size: number): void;
  mapEnd(): void;
  bool(value: boolean): void;
  i32(value: number): void;
  i64(value: number): void;
  double(value: number): void;
  string(value: string): void;
  /** Writes a value that never changes by `write`, whose result may be kept with it for the next time. */
  unchanging(value: object, write: (to: ProtocolWriter) => void): void;
  /** Ends the message. @returns its bytes. */
  finish(): Buffer;
}
