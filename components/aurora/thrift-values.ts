import type { Int64 } from "thrift";

/** Name of a Thrift enum's number, as the generated module maps it. @throws RangeError for one that the IDL lacks. */
export function enumName<T extends object>(type: T, number: number | null | undefined): keyof T & string {
  for (const name of Object.keys(type)) {
    if (isKeyOf(type, name) && typeof type[name] === "number" && type[name] === number) {
      return name;
    }
  }
  throw new RangeError(`the number ${number ?? "(none)"} stands for nothing known`);
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
