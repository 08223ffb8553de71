import { UserError } from "../../components/errors";

/** What the engine does to a resource. */
export type Operation = "create" | "update" | "replace" | "delete" | "same";

export type Properties = Readonly<Record<string, unknown>>;

/** One resource of a preview or a state, with its inputs before and after. */
export interface Resource {
  readonly urn: string;
  readonly type: string;
  readonly operation: Operation;
  readonly before?: Properties;
  readonly after?: Properties;
  /** What a deletion leaves as it is (`retainOnDelete`). */
  readonly retained?: true;
}

/** What `pulumi preview --json` or `pulumi stack export` told. */
export interface Source {
  readonly subject: "preview" | "deployed";
  /** `project/stack`, as the URNs have it. */
  readonly stack: string;
  readonly resources: readonly Resource[];
  readonly incomplete: boolean;
  /** How many unchanged resources are counted but not listed. */
  readonly unlisted: number;
}

/**
 * Reads the output of `pulumi preview --json`.
 * @param where what to call it in an error
 * @throws UserError when it is something else
 */
export function readPreview(text: string, where: string): Source {
  const preview = parse(text, where);
  const steps = preview.steps ?? [];
  const summary = preview.changeSummary ?? {};
  if (!Array.isArray(steps) || !isRecord(summary) || (preview.steps ?? preview.diagnostics) === undefined) {
    throw new UserError(`${where} is not what 'pulumi preview --json' prints: it has no steps.`);
  }
  const resources = steps.filter(isRecord).flatMap((step) => resourceOf(step, where));
  const listed = resources.filter(({ operation }) => operation === "same").length;
  const counted = typeof summary.same === "number" ? summary.same : 0;
  return {
    subject: "preview",
    stack: stackOf(resources),
    resources: withoutRepeats(resources),
    incomplete: diagnosticsOf(preview).some(({ severity }) => severity === "error"),
    unlisted: Math.max(0, counted - listed),
  };
}

/**
 * Reads the output of `pulumi stack export`.
 * @throws UserError when it is something else
 */
export function readState(text: string, where: string): Source {
  const { deployment } = parse(text, where);
  if (!isRecord(deployment)) {
    throw new UserError(`${where} is not what 'pulumi stack export' prints: it has no deployment.`);
  }
  const kept = Array.isArray(deployment.resources) ? deployment.resources.filter(isRecord) : [];
  // What is still to be deleted was replaced: it is not what the stack describes.
  const resources = kept
    .filter((resource) => resource.delete !== true)
    .map((resource) => ({ ...identityOf(resource, where), operation: "same" as const, ...side("after", resource) }));
  return { subject: "deployed", stack: stackOf(resources), resources, incomplete: false, unlisted: 0 };
}

/** The last part of a URN, which may hold `::` itself. */
export function nameOf(urn: string): string {
  return urn.split("::").slice(3).join("::");
}

function resourceOf(step: Properties, where: string): Resource[] {
  const operation = operations[String(step.op)];
  if (operation === undefined) return [];
  const { oldState, newState } = step;
  const state = isRecord(newState) ? newState : isRecord(oldState) ? oldState : {};
  return [
    {
      ...identityOf({ ...state, urn: step.urn }, where),
      operation,
      ...(isRecord(oldState) && oldState.retainOnDelete === true && { retained: true }),
      ...side("before", oldState),
      ...side("after", newState),
    },
  ];
}

const operations: Readonly<Record<string, Operation>> = {
  create: "create",
  import: "create",
  update: "update",
  replace: "replace",
  "create-replacement": "replace",
  "delete-replaced": "replace",
  delete: "delete",
  same: "same",
};

/** A replacement may be told in three steps of one URN: it is one change. */
function withoutRepeats(resources: readonly Resource[]): Resource[] {
  const byUrn = new Map<string, Resource>();
  for (const resource of resources) byUrn.set(resource.urn, { ...byUrn.get(resource.urn), ...resource });
  return [...byUrn.values()];
}

function identityOf(resource: Properties, where: string): { readonly urn: string; readonly type: string } {
  const { urn, type } = resource;
  if (typeof urn !== "string" || typeof type !== "string") {
    throw new UserError(`${where} holds a resource without URN or type: it is damaged, or of another format.`);
  }
  return { urn, type };
}

function side(name: "before" | "after", state: unknown): Partial<Record<"before" | "after", Properties>> {
  if (!isRecord(state)) return {};
  return { [name]: isRecord(state.inputs) ? state.inputs : {} };
}

function stackOf(resources: readonly { readonly urn: string }[]): string {
  const [, stack = "", project = ""] = /^urn:pulumi:(.*?)::(.*?)::/.exec(resources[0]?.urn ?? "") ?? [];
  return project === "" ? "" : `${project}/${stack}`;
}

function diagnosticsOf({ diagnostics }: Properties): Properties[] {
  return Array.isArray(diagnostics) ? diagnostics.filter(isRecord) : [];
}

function parse(text: string, where: string): Properties {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw new UserError(`${where} is no JSON. Give the output of the command as it came, without its messages.`, {
      cause,
    });
  }
  if (isRecord(value)) return value;
  throw new UserError(`${where} is no JSON object.`);
}

function isRecord(value: unknown): value is Properties {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
