import { isAsset, isObject, type Properties, unknownValue } from "../values";
import type { InputType, InputTypes, ObjectType } from "./types";

/** What is wrong with an input: where (`rules[0].expiration.days`), and what. */
export interface InputProblem {
  readonly property: string;
  readonly reason: string;
}

/** Everything wrong with a resource's inputs by the declarations of @pulumi/aws. Values not known yet are let pass. */
export function inputProblems(types: InputTypes, token: string, inputs: Properties): InputProblem[] {
  const type = types.resources[token];
  if (type === undefined) throw new Error(`no input types of ${token}`);
  return objectProblems(types, type, inputs, "");
}

function objectProblems(types: InputTypes, type: ObjectType, value: Properties, path: string): InputProblem[] {
  const at = (name: string): string => (path === "" ? name : `${path}.${name}`);
  const given = Object.entries(value).filter(([name, each]) => each !== null && !name.startsWith("__"));
  const unknown = given
    .filter(([name]) => !(name in type))
    .map(([name]) => ({
      property: at(name),
      reason: `unknown property; @pulumi/aws knows ${Object.keys(type).join(", ")}`,
    }));
  const missing = Object.entries(type)
    .filter(([name, { required }]) => required && (value[name] ?? null) === null)
    .map(([name]) => ({ property: at(name), reason: "a required property is missing" }));
  const wrong = given.flatMap(([name, each]) => {
    const property = type[name];
    return property === undefined ? [] : valueProblems(types, property.type, each, at(name));
  });
  return [...unknown, ...missing, ...wrong];
}

function valueProblems(types: InputTypes, type: InputType, value: unknown, path: string): InputProblem[] {
  if (value === unknownValue || type === "any") return [];
  if (typeof type === "string") {
    const fits = type === "asset" ? isAsset(value) : typeof value === type;
    return fits ? [] : [expected(type, value, path)];
  }
  if ("union" in type) {
    const attempts = type.union.map((each) => valueProblems(types, each, value, path));
    return attempts.reduce((best, each) => (each.length < best.length ? each : best));
  }
  if ("list" in type) {
    if (!Array.isArray(value)) return [expected("list", value, path)];
    return value.flatMap((each, index) => valueProblems(types, type.list, each, `${path}[${index}]`));
  }
  if (!isObject(value) || isAsset(value)) return [expected("object", value, path)];
  if ("map" in type) {
    return Object.entries(value).flatMap(([key, each]) => valueProblems(types, type.map, each, `${path}.${key}`));
  }
  const object = types.objects[type.object];
  if (object === undefined) throw new Error(`no input type ${type.object}`);
  return objectProblems(types, object, value, path);
}

function expected(type: string, value: unknown, property: string): InputProblem {
  const found = Array.isArray(value) ? "list" : isAsset(value) ? "asset" : typeof value;
  return { property, reason: `expected ${type}, got ${found}` };
}
