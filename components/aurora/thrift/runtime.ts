import { createRequire } from "node:module";
import type * as thrift from "thrift";

const load = createRequire(__filename);

/** One of the modules that Thrift's index gathers. */
const part = (name: string): unknown => load(`thrift/lib/nodejs/lib/thrift/${name}`);

/**
 * Of Thrift's runtime what a call takes. Its index loads servers, sockets and compression besides, which takes a refresh of a
 * small stack as long as all of its calls. The generated code takes it from here too (see scripts/copy-generated.mjs).
 */
export const Thrift = part("thrift") as typeof thrift.Thrift;
export const TBinaryProtocol = part("binary_protocol") as typeof thrift.TBinaryProtocol;
export type TBinaryProtocol = thrift.TBinaryProtocol;
export const TJSONProtocol = part("json_protocol") as typeof thrift.TJSONProtocol;
export type TJSONProtocol = thrift.TJSONProtocol;
export const TBufferedTransport = part("buffered_transport") as typeof thrift.TBufferedTransport;
export const TFramedTransport = part("framed_transport") as typeof thrift.TFramedTransport;
export const Int64 = load("node-int64") as typeof thrift.Int64;
export type Int64 = thrift.Int64;
