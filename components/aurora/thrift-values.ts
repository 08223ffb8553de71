import type { Int64 } from "thrift";

/** Name of a Thrift enum's number, as the generated module maps it. @throws RangeError for one that the IDL lacks. */
export function enumName<T extends object>(type: T, number: number | null | undefined): keyof T & string {
  const name = namesOf(type).get(number);
  if (name === undefined || !isKeyOf(type, name)) {
    throw new RangeError(`the number ${number ?? "(none)"} stands for nothing known`);
  }
  return name;
}

/** Of a number that has several names, the first. */
const namesOf = once((type: object): ReadonlyMap<unknown, string> => {
  const entries = Object.entries(type).flatMap(([name, value]: [string, unknown]) =>
    typeof value === "number" ? [[value, name] as const] : [],
  );
  return new Map(entries.reverse());
});

/** The same, made once of each object: of an enum several times for each task, and of what the instances of a job share. */
export function once<K extends object, V extends object>(make: (of: K) => V): (of: K) => V {
  const made = new WeakMap<K, V>();
  return (of) => {
    const found = made.get(of) ?? make(of);
    made.set(of, found);
    return found;
  };
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
