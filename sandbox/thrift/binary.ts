import { TBinaryProtocol, TBufferedTransport, Thrift } from "thrift";
import type { MessageHeader, ProtocolReader, ProtocolWriter, ReplyType, WireField } from "./protocol";
import { MalformedMessage, WireType } from "./protocol";

knowOldBuffers();

/**
 * Thrift's runtime takes a buffer for every number by `new Buffer`, where Node looks up the stack each time whether to warn
 * of it, until it has warned once.
 */
function knowOldBuffers(): void {
  const { noDeprecation } = process;
  process.noDeprecation = true;
  Reflect.construct(Buffer, [0]);
  process.noDeprecation = noDeprecation ?? false;
}

/** The same numbers under the runtime's name for them. */
const runtimeTypes: ReadonlyMap<number, Thrift.Type> = new Map([
  [WireType.bool, Thrift.Type.BOOL],
  [WireType.byte, Thrift.Type.BYTE],
  [WireType.double, Thrift.Type.DOUBLE],
  [WireType.i16, Thrift.Type.I16],
  [WireType.i32, Thrift.Type.I32],
  [WireType.i64, Thrift.Type.I64],
  [WireType.string, Thrift.Type.STRING],
  [WireType.struct, Thrift.Type.STRUCT],
  [WireType.map, Thrift.Type.MAP],
  [WireType.set, Thrift.Type.SET],
  [WireType.list, Thrift.Type.LIST],
]);

function runtimeType(type: number): Thrift.Type {
  const found = runtimeTypes.get(type);
  if (found === undefined) throw new MalformedMessage(`${type} is no type`);
  return found;
}

/** Thrift's binary protocol, strict and old style, by Apache Thrift's own runtime. */
export class BinaryReader implements ProtocolReader {
  private readonly protocol: TBinaryProtocol;

  constructor(bytes: Buffer) {
    this.protocol = new TBinaryProtocol(transportOver(bytes));
  }

  messageBegin(): MessageHeader {
    const { fname, rseqid } = this.read((from) => from.readMessageBegin());
    // Of an old-style message the runtime gives the name as bytes, against its declared type.
    const name: unknown = fname;
    return { name: String(name), seqid: rseqid };
  }

  messageEnd(): void {
    this.read((from) => from.readMessageEnd());
  }

  structBegin(): void {
    this.read((from) => from.readStructBegin());
  }

  structEnd(): void {
    this.read((from) => from.readStructEnd());
  }

  fieldBegin(): WireField {
    const { ftype, fid } = this.read((from) => from.readFieldBegin());
    return { type: ftype, id: fid };
  }

  fieldEnd(): void {
    this.read((from) => from.readFieldEnd());
  }

  listBegin(): number {
    return this.read((from) => from.readListBegin()).size;
  }

  listEnd(): void {
    this.read((from) => from.readListEnd());
  }

  setBegin(): number {
    return this.read((from) => from.readSetBegin()).size;
  }

  setEnd(): void {
    this.read((from) => from.readSetEnd());
  }

  mapBegin(): number {
    return this.read((from) => from.readMapBegin()).size;
  }

  mapEnd(): void {
    this.read((from) => from.readMapEnd());
  }

  bool(): boolean {
    return this.read((from) => from.readBool());
  }

  i32(): number {
    return this.read((from) => from.readI32());
  }

  i64(): number {
    return this.read((from) => from.readI64()).toNumber();
  }

  double(): number {
    return this.read((from) => from.readDouble());
  }

  string(): string {
    return this.read((from) => from.readString());
  }

  skip(type: number): void {
    this.read((from) => from.skip(runtimeType(type)));
  }

  /** The runtime throws errors of several kinds at bytes that are no message: they mean one thing here. */
  private read<T>(piece: (from: TBinaryProtocol) => T): T {
    try {
      return piece(this.protocol);
    } catch (error) {
      throw new MalformedMessage(String(error), { cause: error });
    }
  }
}

function transportOver(bytes: Buffer): TBufferedTransport {
  let transport: TBufferedTransport | undefined;
  TBufferedTransport.receiver((filled) => {
    transport = filled;
  }, 0)(bytes);
  if (!transport) throw new Error("Thrift's transport did not take the bytes.");
  return transport;
}

/** Of values that never change, what was written of them: the runtime takes a buffer for every number. */
const written = new WeakMap<object, Buffer>();

/** Writes Thrift's strict binary protocol. */
export class BinaryWriter implements ProtocolWriter {
  private bytes: Buffer = Buffer.alloc(0);
  private readonly transport = new TBufferedTransport(undefined, (bytes) => {
    if (Buffer.isBuffer(bytes)) this.bytes = bytes;
  });
  private readonly protocol = new TBinaryProtocol(this.transport);

  messageBegin(name: string, type: ReplyType, seqid: number): void {
    this.protocol.writeMessageBegin(name, type === 2 ? Thrift.MessageType.REPLY : Thrift.MessageType.EXCEPTION, seqid);
  }

  unchanging(value: object, write: (to: ProtocolWriter) => void): void {
    const kept = written.get(value) ?? BinaryWriter.apart(write);
    written.set(value, kept);
    this.transport.write(kept);
  }

  structBegin(): void {
    this.protocol.writeStructBegin("");
  }

  structEnd(): void {
    this.protocol.writeFieldStop();
  }

  fieldBegin(type: WireType, id: number): void {
    this.protocol.writeFieldBegin("", runtimeType(type), id);
  }

  fieldEnd(): void {
    this.protocol.writeFieldEnd();
  }

  listBegin(element: WireType, size: number): void {
    this.protocol.writeListBegin(runtimeType(element), size);
  }

  listEnd(): void {
    this.protocol.writeListEnd();
  }

  setBegin(element: WireType, size: number): void {
    this.protocol.writeSetBegin(runtimeType(element), size);
  }

  setEnd(): void {
    this.protocol.writeSetEnd();
  }

  mapBegin(key: WireType, value: WireType, size: number): void {
    this.protocol.writeMapBegin(runtimeType(key), runtimeType(value), size);
  }

  mapEnd(): void {
    this.protocol.writeMapEnd();
  }

  bool(value: boolean): void {
    this.protocol.writeBool(value);
  }

  i32(value: number): void {
    this.protocol.writeI32(value);
  }

  i64(value: number): void {
    this.protocol.writeI64(value);
  }

  double(value: number): void {
    this.protocol.writeDouble(value);
  }

  string(value: string): void {
    this.protocol.writeString(value);
  }

  finish(): Buffer {
    this.protocol.writeMessageEnd();
    return this.flushed();
  }

  /** What is no message by itself. */
  private static apart(write: (to: ProtocolWriter) => void): Buffer {
    const part = new BinaryWriter();
    write(part);
    return part.flushed();
  }

  private flushed(): Buffer {
    this.protocol.flush();
    return this.bytes;
  }
}
