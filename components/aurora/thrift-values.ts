import type { Int64 } from "thrift";

/** Name of a Thrift enum's number, as the generated module maps it. @throws RangeError for one that the IDL lacks. */
export function enumName<T extends object>(type: T, number: number | null | undefined): keyof T & string {
  const names = namesOf.get(type) ?? namesByNumber(type);
  namesOf.set(type, names);
  const name = names.get(number);
  if (name === undefined || !isKeyOf(type, name)) {
    throw new RangeError(`the number ${number ?? "(none)"} stands for nothing known`);
  }
  return name;
}

/** Of each enum that was asked for: a refresh asks several times for each task. */
const namesOf = new WeakMap<object, ReadonlyMap<unknown, string>>();

/** The first of several names of one number counts. */
function namesByNumber(type: object): ReadonlyMap<unknown, string> {
  const entries = Object.entries(type).flatMap(([name, value]: [string, unknown]) =>
    typeof value === "number" ? [[value, name] as const] : [],
  );
  return new Map(entries.reverse());
}

/** An i64 as a number; absent is 0. @throws RangeError for one that a number cannot hold exactly. */
export function safeNumber(value: Int64 | null | undefined): number {
  const number = value?.toNumber() ?? 0;
  if (!Number.isSafeInteger(number)) {
    throw new RangeError(`the number ${value?.toString() ?? ""} is too large`);
  }
  return number;
}

function isKeyOf<T extends object>(type: T, name: string): name is keyof T & string {
  return Object.hasOwn(type, name);
}
