/** What a client asked for with `Prefer` (RFC 7240), as far as this API honours it. */
export interface Preference {
  /** How long to wait for the decision; 0: answer at once with 202. */
  readonly waitMs: number;
  /** The value of `Preference-Applied`; null where nothing was asked for. */
  readonly applied: string | null;
}

const WAIT_S_MAX = 30;

/** Reads `Prefer: respond-async` and `Prefer: wait=N`; what is not understood is ignored, as the RFC says. */
export function preferenceOf(header: string | undefined, defaultWaitMs: number): Preference {
  if (header === undefined) return { waitMs: defaultWaitMs, applied: null };
  const parts = header
    .toLowerCase()
    .split(/[,;]/)
    .map((part) => part.trim());
  const isAsync = parts.includes("respond-async");
  const wait = parts
    .map((part) => /^wait="?(\d{1,4})"?$/.exec(part)?.[1])
    .find((seconds) => seconds !== undefined);
  if (wait === undefined) {
    return isAsync ? { waitMs: 0, applied: "respond-async" } : { waitMs: defaultWaitMs, applied: null };
  }
  const seconds = Math.min(Number(wait), WAIT_S_MAX);
  // Both together ask for an answer later only where it takes longer than this (RFC 7240 §4.3).
  const applied = isAsync ? `respond-async, wait=${seconds}` : `wait=${seconds}`;
  return { waitMs: seconds * 1_000, applied };
}
