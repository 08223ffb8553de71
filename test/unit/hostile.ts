import fc from "fast-check";

/** What shells, Mustache and Thermos read a meaning into, and what only looks like it. */
const pieces = [
  ...Array.from("'\"\\`$(){}[]<>|&;!#~*?=%^,: \n\r\t"),
  "$(touch ran)",
  "`touch ran`",
  "${HOME}",
  "$HOME",
  "; touch ran;",
  "\ntouch ran\n",
  "'; touch ran; '",
  "{{",
  "}}",
  "{{{uri}}}",
  "{{mesos.instance}}",
  "{{thermos.ports[http]}}",
  "{{=<% %>=}}",
  "<% file %>",
  "-",
  "--",
  "-n",
  "--flag=",
  "%s",
  "\\n",
  "\\0",
  "a",
  "é",
  "漢字",
  "👩‍🚀",
  "\u0007",
  "\u2028",
];

const hostile = fc.array(fc.constantFrom(...pieces), { maxLength: 8 }).map((parts) => parts.join(""));
const anything = fc.string({ unit: "binary", maxLength: 20 }).map((text) => text.replaceAll("\0", ""));

/** Texts as an argument can hold them, most of them dangerous where something is not quoted; the empty one too. */
export const hostileText = fc.oneof({ weight: 3, arbitrary: hostile }, { weight: 1, arbitrary: anything });

/** The same as names of files: no slash, not `.` or `..`, at most 255 bytes. */
export const hostileName = hostileText
  .map((text) => text.replaceAll("/", "_"))
  .filter((name) => !["", ".", ".."].includes(name) && Buffer.byteLength(name) <= 100);
