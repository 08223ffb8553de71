// What the scripts tell the user goes to stderr: stdout belongs to results that other programs read.

/** A step begins. */
export function step(text) {
  console.error(`==> ${text}`);
}

/** More about the step under way. */
export function note(text) {
  console.error(`    ${text}`);
}

/** A time for reading: `40 s`, `3 min`. */
export function duration(milliseconds) {
  const seconds = Math.round(milliseconds / 1000);
  return seconds < 120 ? `${seconds} s` : `${Math.round(seconds / 60)} min`;
}
