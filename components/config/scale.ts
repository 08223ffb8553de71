/**
 * The parallelism that an environment of another size has: rounded up, so that a component always has an instance.
 * @param exact components whose count was said for this environment
 */
export function scaled(
  parallelism: Readonly<Record<string, number>>,
  factor: number,
  exact: Readonly<Record<string, number>> = {},
): Readonly<Record<string, number>> {
  return Object.fromEntries(
    Object.entries(parallelism).map(([component, count]) => [
      component,
      // A product such as 100 × 1.1 is a trifle above what it should be.
      Object.hasOwn(exact, component) ? count : Math.ceil(Number((count * factor).toPrecision(12))),
    ]),
  );
}
