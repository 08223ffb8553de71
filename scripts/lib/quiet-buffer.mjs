import { Buffer as NodeBuffer } from "node:buffer";

/** For libraries that make buffers by the constructor: of one that is called outside node_modules, Node warns on stderr. */
export const Buffer = /* @__PURE__ */ new Proxy(NodeBuffer, {
  construct: (_, [first, ...rest]) =>
    typeof first === "number" ? NodeBuffer.alloc(first) : NodeBuffer.from(first, ...rest),
});
