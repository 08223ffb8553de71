export const mebibyte = 1024 * 1024;
export const gibibyte = 1024 * mebibyte;

/** Bytes for people: `1.5 GiB`, `700 MiB`, and the bare number below a MiB. At most two decimals. */
export function formatBytes(bytes: number): string {
  if (Math.abs(bytes) >= gibibyte) return `${rounded(bytes / gibibyte)} GiB`;
  if (Math.abs(bytes) >= mebibyte) return `${rounded(bytes / mebibyte)} MiB`;
  return `${bytes} bytes`;
}

/** Cores for people, at most three decimals. */
export function formatCpu(cores: number): string {
  const amount = Number(cores.toFixed(3));
  return `${amount} ${amount === 1 ? "core" : "cores"}`;
}

function rounded(value: number): string {
  return String(Number(value.toFixed(2)));
}
