/** `name of a surface → name in the canonical presentation`. */
export type PickedNames = Readonly<Record<string, string>>;

/**
 * The fields of a canonical presentation that a surface shows, by the names it has for them: the same fact, the same
 * value. @throws Error where the presentation has no such field
 */
export function picked(
  names: PickedNames,
  shown: Readonly<Record<string, unknown>>,
): Record<string, unknown> {
  const fields: Record<string, unknown> = {};
  for (const [name, from] of Object.entries(names)) {
    if (!(from in shown)) throw new Error(`invariant: nothing is presented as ${from}`);
    fields[name] = shown[from];
  }
  return fields;
}
