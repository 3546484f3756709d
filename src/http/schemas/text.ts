import { z } from "zod";

export const STORABLE = "must not contain NUL characters or broken Unicode (lone surrogates)";

/** PostgreSQL takes neither NUL nor ill-formed Unicode; one such string would fail everything it shares a statement with. */
export function isStorable(value: string): boolean {
  return value.isWellFormed() && !value.includes("\0");
}

/** Text of 1 to `maxLength` characters, trimmed, that can be stored. */
export function text(maxLength: number) {
  return z.string().trim().min(1).max(maxLength).refine(isStorable, STORABLE);
}

/** Text of at most `maxLength` characters taken exactly as it came: secrets and tokens. */
export function verbatimText(maxLength: number) {
  return z.string().max(maxLength).refine(isStorable, STORABLE);
}
