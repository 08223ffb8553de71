import { checkEnvironment } from "../../components/config/checks";
import { textAt } from "../../components/config/inspect";
import type { StackDocument } from "../../components/config/load";
import { UserError } from "../../components/errors";

/** Another stack of the project: its document as it is shown, and what that says with its neighbours, unchecked. */
export interface OtherStack {
  readonly document: string;
  readonly value: unknown;
}

/**
 * Pure: the Aurora environment `wanted` for a stack after `from`, where the scheduler takes it and no other stack has it.
 * @throws UserError otherwise, with one to choose where one can be found
 */
export function ownEnvironment(wanted: string, { cluster }: StackDocument, others: readonly OtherStack[]): string {
  const holder = (environment: string): OtherStack | undefined =>
    others.find(
      ({ value }) =>
        textAt(value, "environment") === environment &&
        textAt(value, "cluster") === cluster.cluster &&
        textAt(value, "role") === cluster.role,
    );
  const advice = (): string => {
    const free = candidates(cluster.environment, wanted).find(
      (each) => checkEnvironment(each, cluster.environmentPattern).length === 0 && holder(each) === undefined,
    );
    return free === undefined ? "Choose another: --environment." : `Choose another: --environment ${free}.`;
  };
  const [wrong] = checkEnvironment(wanted, cluster.environmentPattern);
  if (wrong !== undefined) throw new UserError(`${wrong.message}. ${advice()}`);
  const other = holder(wanted);
  if (other === undefined) return wanted;
  throw new UserError(
    `${other.document} has the environment '${wanted}' already: both stacks would have the same job keys. ${advice()}`,
  );
}

/** The scheduler's own, without production's, and some that one's own pattern may take. */
function candidates(environment: string, wanted: string): readonly string[] {
  const numbers = Array.from({ length: 99 }, (_, before) => before + 1);
  return [
    ...["devel", "test", "staging", ...numbers.map((number) => `staging${number}`)],
    ...[wanted, environment].flatMap((each) => numbers.map((number) => `${each}${number + 1}`)),
    ...[`${environment}-${wanted}`, `${wanted}-${environment}`],
  ];
}
