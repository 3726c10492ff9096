/** What two people wrote in one object at the same time: what goes together by itself, and what one of them has to decide. */

export type Values = Record<string, unknown>;

export function same(a: unknown, b: unknown): boolean {
  return JSON.stringify(a ?? null) === JSON.stringify(b ?? null);
}

/**
 * The fields of `mine` that somebody else has changed too, and not to the same. `base` is what both began with. Fields of
 * one group in `together` are one decision: a change of one of them is a change of all, as far as the two differ in one.
 */
export function clashes(mine: Values, base: Values, theirs: Values, together: string[][] = []): string[] {
  const isTheirs = (name: string) =>
    name in theirs && !same(theirs[name], base[name]) && !(name in mine && same(theirs[name], mine[name]));
  const differs = (name: string) => name in mine && name in theirs && !same(theirs[name], mine[name]);
  return Object.keys(mine).filter((name) => {
    const group = together.find((names) => names.includes(name)) ?? [name];
    return group.some(isTheirs) && group.some(differs);
  });
}
