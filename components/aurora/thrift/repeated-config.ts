import type { TStructLike } from "thrift";
import { TaskConfig } from "./gen/api_types";
import { TBinaryProtocol } from "./runtime";

/** What Thrift's transport over a buffer keeps: the buffer, and how much of it is read. */
interface BufferTransport {
  readonly inBuf: Buffer;
  readPos: number;
}

/** The configuration that was read last, and where in the buffer it is. */
interface Known {
  readonly config: TaskConfig;
  readonly from: number;
  readonly to: number;
}

const known = new WeakMap<BufferTransport, Known>();

/**
 * From now on, a configuration that an answer repeats byte for byte, as it does with each instance of a job, is read once;
 * the instances share what it holds. A struct ends where its own bytes say, so the same bytes are the same struct.
 */
export function readRepeatedConfigsOnce(): void {
  const struct = TaskConfig.prototype as unknown as TStructLike;
  const readAnew = Reflect.get(struct, "read");
  struct.read = function (this: TaskConfig, input) {
    // Of text, the transport does not know where in it the reader is.
    if (!(input instanceof TBinaryProtocol)) {
      readAnew.call(this, input);
      return;
    }
    const transport = (input as unknown as { readonly trans: BufferTransport }).trans;
    const { inBuf, readPos: from } = transport;
    const last = known.get(transport);
    if (last !== undefined && isRepeated(last, inBuf, from)) {
      Object.assign(this, last.config);
      transport.readPos += last.to - last.from;
      return;
    }
    readAnew.call(this, input);
    known.set(transport, { config: this, from, to: transport.readPos });
  };
}

function isRepeated({ from, to }: Known, bytes: Buffer, at: number): boolean {
  const end = at + to - from;
  return end <= bytes.length && bytes.compare(bytes, from, to, at, end) === 0;
}
