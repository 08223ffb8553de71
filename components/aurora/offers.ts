import Ajv, { type JSONSchemaType, type ValidateFunction } from "ajv";
import { DecodeError } from "./protocol";
import type { Resources } from "./role";

/** What a host has, or one container takes, with what no quota counts. */
export interface HostResources extends Resources {
  readonly numGpus: number;
}

/** What a host has free, as the scheduler holds it of Mesos: for some minutes by default, then it is returned and offered anew. */
export interface Offer {
  readonly hostname: string;
  /** Without what is revocable. */
  readonly free: HostResources;
  /** Values of its attribute `dedicated`: it takes tasks alone that ask for one of them. Empty of a host for all. */
  readonly dedicated: readonly string[];
}

interface MesosResource {
  readonly name: string;
  readonly scalar?: { readonly value: number };
  readonly revocable?: object;
}

interface MesosAttribute {
  readonly name: string;
  readonly text?: { readonly value: string };
}

interface MesosOffer {
  readonly hostname: string;
  readonly resources?: readonly MesosResource[];
  readonly attributes?: readonly MesosAttribute[];
}

const schema: JSONSchemaType<readonly MesosOffer[]> = {
  type: "array",
  items: {
    type: "object",
    required: ["hostname"],
    properties: {
      hostname: { type: "string" },
      resources: {
        type: "array",
        nullable: true,
        items: {
          type: "object",
          required: ["name"],
          properties: {
            name: { type: "string" },
            scalar: { type: "object", nullable: true, required: ["value"], properties: { value: { type: "number" } } },
            revocable: { type: "object", nullable: true },
          },
        },
      },
      attributes: {
        type: "array",
        nullable: true,
        items: {
          type: "object",
          required: ["name"],
          properties: {
            name: { type: "string" },
            text: { type: "object", nullable: true, required: ["value"], properties: { value: { type: "string" } } },
          },
        },
      },
    },
  },
};

// Compiled when it is first asked for: few runs are.
let compiled: ValidateFunction<readonly MesosOffer[]> | undefined;

/** Pure: the offers in the page `/offers` of Aurora 0.21 and later, Mesos' own messages as JSON. @throws DecodeError */
export function offersFromJson(text: string): Offer[] {
  const page = parsed(text);
  const isOffers = (compiled ??= new Ajv().compile(schema));
  if (!isOffers(page)) throw new DecodeError("the page /offers is not a list of Mesos' offers", false);
  return page.map(({ hostname, resources = [], attributes = [] }) => {
    const sum = (wanted: string) =>
      resources
        .filter(({ name, revocable }) => name === wanted && revocable === undefined)
        .reduce((total, { scalar }) => total + (scalar?.value ?? 0), 0);
    return {
      hostname,
      free: { numCpus: sum("cpus"), ramMb: sum("mem"), diskMb: sum("disk"), numGpus: sum("gpus") },
      dedicated: attributes.flatMap(({ name, text }) => (name === "dedicated" && text ? [text.value] : [])),
    };
  });
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new DecodeError("the page /offers is no JSON", false, { cause: error });
  }
}
