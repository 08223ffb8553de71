import { isKnownText } from "../../components/json-text";
import type { RegisteredResource } from "../../policies/resource";
import { yetUnknown } from "../report/change";

/** A resource in `pulumi preview --json`. */
interface PreviewState {
  readonly urn: string;
  readonly type: string;
  readonly protect?: boolean;
  readonly retainOnDelete?: boolean;
  readonly inputs?: Readonly<Record<string, unknown>>;
}

/** What `pulumi preview --json` tells, as far as it is used here. */
export interface Preview {
  readonly steps?: readonly {
    readonly op: string;
    readonly urn: string;
    readonly oldState?: PreviewState;
    readonly newState?: PreviewState;
  }[];
  readonly diagnostics?: readonly { readonly severity: string; readonly message: string }[];
}

/** Everything that the stack will hold, as the engine registers it; what `--refresh` read before is what it held. */
export function registeredResources({ steps = [] }: Preview): RegisteredResource[] {
  const states = steps.flatMap(({ op, newState }) => (newState === undefined || op === "refresh" ? [] : [newState]));
  // A replacement takes several steps.
  return [...new Map(states.map((state) => [state.urn, state])).values()].map(
    ({ type, urn, protect = false, inputs = {} }) => ({
      type,
      name: nameOf(urn),
      opts: { protect },
      props: inputs,
    }),
  );
}

/** Steps that look. What a refresh finds changed shows in the step that mends it. */
const unchanging: ReadonlySet<string> = new Set(["same", "read", "refresh"]);

/** One line for each resource that changes: the operation, the resource, and for a topology what will be done to it. */
export function changeLines({ steps = [] }: Preview): string[] {
  return steps
    .filter(({ op }) => !unchanging.has(op))
    .map(({ op, urn, newState }) => {
      const words = wordsOf(newState?.inputs);
      return `${op} ${typeOf(urn)} ${nameOf(urn)}${words === undefined ? "" : `: ${words}`}`;
    });
}

/** Of a job that waits for a resource yet to be made, the preview has a placeholder for each input. */
function wordsOf({ change, job }: Readonly<Record<string, unknown>> = {}): string | undefined {
  if (typeof change !== "string") return undefined;
  return typeof job === "string" && !isKnownText(job) ? yetUnknown : change;
}

/** What the engine or the program complained of, once each. */
export function messages({ diagnostics = [] }: Preview, severity: "error" | "warning"): string[] {
  const found = diagnostics.filter((each) => each.severity === severity);
  return [...new Set(found.map(({ message }) => message.trim()))];
}

function nameOf(urn: string): string {
  return urn.split("::").slice(3).join("::");
}

/** `urn:pulumi:<stack>::<project>::<parent types$>…<type>::<name>`: the last type, without its module. */
function typeOf(urn: string): string {
  return urn.split("::")[2]?.split("$").at(-1)?.split(":").at(-1) ?? "";
}
