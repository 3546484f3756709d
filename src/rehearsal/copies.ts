/** Stands between a recorded id and the number of the copy; no id has it. */
const MARK = "#";

/** The id that a copy of somebody or something has; copy 0 is the original. */
export function copyId<T extends string>(id: T, copy: number): T {
  return copy === 0 ? id : (`${id}${MARK}${copy}` as T);
}

/** Of what an id is a copy, and what makes other ids of its record those of the same copy. */
export function copyOf(id: string): { readonly origin: string; readonly tag: string } {
  const at = id.indexOf(MARK);
  return at < 0 ? { origin: id, tag: "" } : { origin: id.slice(0, at), tag: id.slice(at) };
}
