const streamHeader = [0xac, 0xed, 0x00, 0x05];
const stringTag = 0x74;

/** The string in a Java serialisation stream that holds nothing but one (TC_STRING), else undefined. */
export function readJavaString(bytes: Uint8Array): string | undefined {
  const start = streamHeader.length + 3;
  const isString = [...streamHeader, stringTag].every((byte, index) => bytes[index] === byte);
  if (!isString || bytes.length < start) return undefined;
  const length = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength).getUint16(start - 2);
  return bytes.length === start + length ? decodeModifiedUtf8(bytes.subarray(start)) : undefined;
}

/** Java's own UTF-8: each UTF-16 unit by itself in one to three bytes, and NUL in two. */
function decodeModifiedUtf8(bytes: Uint8Array): string {
  const units: number[] = [];
  for (let at = 0; at < bytes.length;) {
    const [first = 0, second = 0, third = 0] = bytes.subarray(at, at + 3);
    if (first < 0x80) {
      units.push(first);
      at += 1;
    } else if (first < 0xe0) {
      units.push(((first & 0x1f) << 6) | (second & 0x3f));
      at += 2;
    } else {
      units.push(((first & 0x0f) << 12) | ((second & 0x3f) << 6) | (third & 0x3f));
      at += 3;
    }
  }
  return units.map((unit) => String.fromCharCode(unit)).join("");
}
