import type { WireFormat } from "../thrift/message";

const tjson = "application/vnd.apache.thrift.json";
const binary = "application/vnd.apache.thrift.binary";

/** The Content-Type of a response in a format. */
export const contentTypeOf: Readonly<Record<WireFormat, string>> = { tjson, binary };

/** How a request's body is to be read: its format, or why not. */
export type BodyFormat =
  | { readonly kind: "known"; readonly format: WireFormat }
  | { readonly kind: "unsupported"; readonly contentType: string }
  | { readonly kind: "invalid" };

/**
 * Reads a request's Content-Type as Aurora does: Thrift's JSON by its own name with a UTF-8 charset or none, by
 * `application/x-thrift` and `application/json` without one, and when there is no Content-Type; else binary.
 */
export function bodyFormat(contentType: string | undefined): BodyFormat {
  if (contentType === undefined) return { kind: "known", format: "tjson" };
  const media = parse(contentType);
  if (!media) return { kind: "invalid" };
  if (media.type === tjson && (media.parameters === "" || media.parameters === "charset=utf-8")) {
    return { kind: "known", format: "tjson" };
  }
  if (media.parameters === "") {
    if (media.type === "application/x-thrift" || media.type === "application/json") {
      return { kind: "known", format: "tjson" };
    }
    if (media.type === binary) return { kind: "known", format: "binary" };
  }
  return { kind: "unsupported", contentType: jettySpelling(contentType) };
}

/** The format of the response: binary when `Accept` names it and nothing else, TJSON in all other cases. */
export function acceptedFormat(accept: string | undefined): WireFormat {
  const media = accept === undefined ? undefined : parse(accept);
  return media?.type === binary && media.parameters === "" ? "binary" : "tjson";
}

function parse(text: string): { readonly type: string; readonly parameters: string } | undefined {
  const match = /^\s*([\w.+*-]+\/[\w.+*-]+)\s*(?:;\s*([^,]*))?$/.exec(text);
  if (match?.[1] === undefined) return undefined;
  return { type: match[1].toLowerCase(), parameters: (match[2] ?? "").trim().toLowerCase() };
}

/** Jetty knows this one header by heart and repeats its own spelling of it. */
function jettySpelling(contentType: string): string {
  return contentType.toLowerCase() === "application/json; charset=utf-8"
    ? "application/json; charset=UTF-8"
    : contentType;
}
