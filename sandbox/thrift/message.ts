import { BinaryReader, BinaryWriter } from "./binary";
import type { Idl, Method } from "./idl";
import type { ProtocolReader, ProtocolWriter, ReplyType } from "./protocol";
import { WireType } from "./protocol";
import type { StructValue } from "./struct-codec";
import { readStruct, writeStruct } from "./struct-codec";
import { TJsonReader } from "./tjson-reader";
import { TJsonWriter } from "./tjson-writer";

/** How a message is written on the wire. */
export type WireFormat = "tjson" | "binary";

/** A call as it came: `method` is undefined when the interface has none of that name. */
export interface Call {
  readonly name: string;
  readonly seqid: number;
  readonly method?: Method;
  readonly args: StructValue;
}

const reply: ReplyType = 2;
const exception: ReplyType = 3;
const unknownMethod = 1;

/** Reads a call. @throws MalformedMessage when the bytes are no call in that format. */
export function decodeCall(idl: Idl, format: WireFormat, body: Buffer): Call {
  const from: ProtocolReader = format === "binary" ? new BinaryReader(body) : new TJsonReader(body.toString("utf8"));
  const { name, seqid } = from.messageBegin();
  const method = idl.methods.get(name);
  if (!method) {
    from.skip(WireType.struct);
    from.messageEnd();
    return { name, seqid, args: {} };
  }
  const args = readStruct(from, method.args);
  from.messageEnd();
  return { name, seqid, method, args };
}

/** The reply that carries a method's result. */
export function encodeReply(format: WireFormat, method: Method, seqid: number, success: StructValue): Buffer {
  const to = writerOf(format);
  to.messageBegin(method.name, reply, seqid);
  writeStruct(to, method.result, { success });
  return to.finish();
}

/** Thrift's answer to a call of a method that the interface does not have. */
export function encodeUnknownMethod(format: WireFormat, call: Call): Buffer {
  const to = writerOf(format);
  to.messageBegin(call.name, exception, call.seqid);
  to.structBegin();
  to.fieldBegin(WireType.string, 1);
  to.string(`Invalid method name: '${call.name}'`);
  to.fieldEnd();
  to.fieldBegin(WireType.i32, 2);
  to.i32(unknownMethod);
  to.fieldEnd();
  to.structEnd();
  return to.finish();
}

function writerOf(format: WireFormat): ProtocolWriter {
  return format === "binary" ? new BinaryWriter() : new TJsonWriter();
}
