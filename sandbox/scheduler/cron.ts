import { invalidRequest } from "./errors";

const ranges: readonly (readonly [number, number])[] = [
  [0, 59],
  [0, 23],
  [1, 31],
  [1, 12],
  [0, 7],
];
const names: Readonly<Record<string, number>> = {
  ...Object.fromEntries(["JAN", "FEB", "MAR", "APR", "MAY", "JUN"].map((name, i) => [name, i + 1])),
  ...Object.fromEntries(["JUL", "AUG", "SEP", "OCT", "NOV", "DEC"].map((name, i) => [name, i + 7])),
  ...Object.fromEntries(["SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"].map((name, i) => [name, i])),
};

/**
 * Checks that a text is a crontab line of five fields. Aurora's recorded answers say no more of schedules, and the
 * sandbox runs cron jobs only when it is told to.
 * @throws Refused
 */
export function checkCron(text: string): void {
  const parts = text.trim().split(/\s+/);
  const valid = parts.length === ranges.length && parts.every((part, i) => isField(part, ranges[i] ?? [0, -1]));
  if (!valid) throw invalidRequest(`Invalid cron schedule: ${text}`);
}

function isField(text: string, [low, high]: readonly [number, number]): boolean {
  return text.split(",").every((item) => {
    const match = /^(?:\*|([A-Za-z]{3}|\d+)(?:-([A-Za-z]{3}|\d+))?)(?:\/([1-9]\d*))?$/.exec(item);
    if (!match) return false;
    const first = match[1] === undefined ? low : numberOf(match[1]);
    const last = match[2] === undefined ? first : numberOf(match[2]);
    return first >= low && last <= high && first <= last;
  });
}

function numberOf(text: string): number {
  return /^\d+$/.test(text) ? Number(text) : (names[text.toUpperCase()] ?? NaN);
}
