import type { Account } from "./account";
import { configurationProblems, configuredAccount } from "./configuration";
import { type ChangeKind, differences } from "./difference";
import { functions } from "./functions";
import { type InputProblem, inputProblems } from "./inputs/check";
import type { InputTypes } from "./inputs/types";
import type { CheckContext, Found, Made, Resource } from "./resource";
import { resources } from "./resources";
import { defined, type Properties, unknownValue } from "./values";

export interface Difference {
  readonly changes: ReadonlyMap<string, ChangeKind>;
  /** Of the changed inputs, those that need a replacement. */
  readonly replaces: readonly string[];
}

/** The provider's operations in plain values; `service.ts` speaks the protocol. */
export class Provider {
  private account: Account | undefined;

  constructor(
    private readonly types: InputTypes,
    private readonly env: NodeJS.ProcessEnv,
  ) {}

  checkConfiguration(configuration: Properties): InputProblem[] {
    return configurationProblems(this.types, configuration);
  }

  configure(configuration: Properties): void {
    this.account = configuredAccount(this.types, configuration, this.env);
  }

  check(type: string, news: Properties, context: CheckContext): { inputs: Properties; problems: InputProblem[] } {
    const resource = resourceOf(type);
    const problems = [
      ...inputProblems(this.types, type, news),
      ...unhandled(resource, type, news),
      ...this.elsewhere(news),
    ];
    const given = defined(Object.fromEntries(Object.entries(news).filter(([name]) => !name.startsWith("__"))));
    return { inputs: resource.complete?.(given, context) ?? given, problems };
  }

  diff(type: string, oldInputs: Properties, news: Properties): Difference {
    const changes = differences(oldInputs, news);
    return { changes, replaces: resourceOf(type).replacing.filter((name) => changes.has(name)) };
  }

  async create(type: string, inputs: Properties, preview: boolean): Promise<Made> {
    const resource = resourceOf(type);
    if (preview) return { id: "", outputs: { ...unknowns(resource.computed), ...inputs } };
    const { id, outputs } = await resource.create(this.configured(), inputs);
    return { id, outputs: defined({ ...inputs, ...outputs }) };
  }

  async read(type: string, id: string, inputs: Properties, outputs: Properties): Promise<Found | undefined> {
    const found = await resourceOf(type).read(this.configured(), id, inputs, outputs);
    if (found === undefined) return undefined;
    // A region that was given is an input still: the server has one alone.
    const given = "region" in inputs ? { region: inputs.region } : {};
    return {
      inputs: defined({ ...given, ...found.inputs }),
      outputs: defined({ ...found.inputs, ...found.outputs }),
    };
  }

  async update(type: string, id: string, inputs: Properties, olds: Properties, preview: boolean): Promise<Properties> {
    const resource = resourceOf(type);
    if (preview) {
      const kept = Object.fromEntries(resource.computed.map((name) => [name, olds[name]]));
      return defined({ ...kept, ...inputs, ...unknowns(resource.recomputed ?? []) });
    }
    const outputs = await resource.update(this.configured(), id, inputs, olds);
    return defined({ ...inputs, ...outputs });
  }

  async delete(type: string, id: string, outputs: Properties): Promise<void> {
    await resourceOf(type).delete(this.configured(), id, outputs);
  }

  async invoke(token: string, args: Properties): Promise<Properties> {
    const known = functions[token];
    if (known === undefined) throw new Error(`the stand-in for the AWS provider does not know the function ${token}`);
    return known(this.configured(), args);
  }

  /** Every resource may name its region; there is one server, in one region. */
  private elsewhere({ region }: Properties): InputProblem[] {
    const own = this.configured().region;
    if (region === undefined || region === null || region === own) return [];
    return [{ property: "region", reason: `the stand-in for the AWS provider serves the region ${own} alone` }];
  }

  private configured(): Account {
    if (this.account === undefined) throw new Error("the provider is not configured");
    return this.account;
  }
}

function resourceOf(type: string): Resource {
  const resource = resources[type];
  if (resource === undefined) {
    throw new Error(
      `the stand-in for the AWS provider does not know the type ${type}; it knows ${Object.keys(resources).join(", ")}`,
    );
  }
  return resource;
}

function unhandled({ handled }: Resource, type: string, inputs: Properties): InputProblem[] {
  return Object.keys(defined(inputs))
    .filter((name) => !name.startsWith("__") && name !== "region" && !handled.includes(name))
    .map((property) => ({
      property,
      reason: `the stand-in for the AWS provider does nothing about this property of ${type}`,
    }));
}

function unknowns(names: readonly string[]): Properties {
  return Object.fromEntries(names.map((name) => [name, unknownValue]));
}
