/** The modules that Thrift's index gathers, which the types of its package do not know one by one. */

declare module "thrift/lib/nodejs/lib/thrift/thrift" {
  import { Thrift } from "thrift";
  export = Thrift;
}

declare module "thrift/lib/nodejs/lib/thrift/binary_protocol" {
  import { TBinaryProtocol } from "thrift";
  export = TBinaryProtocol;
}

declare module "thrift/lib/nodejs/lib/thrift/json_protocol" {
  import { TJSONProtocol } from "thrift";
  export = TJSONProtocol;
}

declare module "thrift/lib/nodejs/lib/thrift/buffered_transport" {
  import { TBufferedTransport } from "thrift";
  export = TBufferedTransport;
}

declare module "thrift/lib/nodejs/lib/thrift/framed_transport" {
  import { TFramedTransport } from "thrift";
  export = TFramedTransport;
}
