/**
 * Of Thrift's runtime what a call takes. Its index loads servers, sockets and compression besides, which takes a refresh of a
 * small stack as long as all of its calls. The generated code takes it from here too (see scripts/copy-generated.mjs), and the
 * build puts all of it into this one file (see scripts/bundle.mjs).
 */
export { default as Thrift } from "thrift/lib/nodejs/lib/thrift/thrift";
export { default as TBinaryProtocol } from "thrift/lib/nodejs/lib/thrift/binary_protocol";
export { default as TJSONProtocol } from "thrift/lib/nodejs/lib/thrift/json_protocol";
export { default as TBufferedTransport } from "thrift/lib/nodejs/lib/thrift/buffered_transport";
export { default as TFramedTransport } from "thrift/lib/nodejs/lib/thrift/framed_transport";
export { default as Int64 } from "node-int64";
