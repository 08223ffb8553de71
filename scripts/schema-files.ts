import { describeSchema } from "../components/config/describe";
import type { JsonSchema } from "../components/config/schema/build";
import { stackSchema } from "../components/config/schema/stack";
import { topologySchema } from "../components/config/schema/topology";

/** The schemas as files for editors: name → text. */
export function schemaFiles(): Readonly<Record<string, string>> {
  return {
    "stack.schema.json": publish("Stack document", stackSchema.json),
    "partial-stack.schema.json": publish(
      "Stack document that shares with others, or what they share",
      partial(stackSchema.json),
    ),
    "topology.schema.json": publish("Topology document", topologySchema.json),
  };
}

/** The reference with its two lists of properties written anew; the text around them is kept. */
export function withProperties(reference: string): string {
  return [
    { name: "stack", schema: stackSchema.json },
    { name: "topology", schema: topologySchema.json },
  ].reduce((text, { name, schema }) => replaceBetween(text, name, propertyLines(schema).join("\n")), reference);
}

/** The same properties, none of which must be there: the rest is in another document. */
function partial({ required, oneOf, anyOf, dependencies, ...schema }: JsonSchema): JsonSchema {
  const { properties, additionalProperties, items } = schema;
  return {
    ...schema,
    ...(properties && {
      properties: Object.fromEntries(Object.entries(properties).map(([key, property]) => [key, partial(property)])),
    }),
    ...(typeof additionalProperties === "object" && { additionalProperties: partial(additionalProperties) }),
    ...(items && { items: partial(items) }),
  };
}

function publish(title: string, schema: JsonSchema): string {
  return `${JSON.stringify({ $schema: "http://json-schema.org/draft-07/schema#", title, ...schema }, null, 2)}\n`;
}

function replaceBetween(text: string, name: string, properties: string): string {
  const [start, end] = [`<!-- properties of a ${name} document -->`, `<!-- end of the ${name} properties -->`];
  const [before, after] = [text.indexOf(start), text.indexOf(end)];
  if (before < 0 || after < before) throw new Error(`The reference lacks '${start}' or, after it, '${end}'.`);
  return `${text.slice(0, before + start.length)}\n\n${properties}\n\n${text.slice(after)}`;
}

/** A nested list: raw it reads as well as rendered, and a change of one property changes one line. */
function propertyLines({ properties = {}, required = [] }: JsonSchema, indent = ""): readonly string[] {
  return Object.entries(properties).flatMap(([key, property]) => {
    const type = `${describeSchema(property)}${required.includes(key) ? ", **required**" : ""}`;
    const line = `${indent}- \`${key}\` (${type}): ${property.description ?? ""}`;
    return key === "defaults" ? [line] : [line, ...propertyLines(property.items ?? property, `${indent}  `)];
  });
}
