/** Why an operation could not be carried out although nothing was wrong with the request. */
export type FaultKind =
  | "StoreUnavailable" // the database refuses or loses connections: the same request may work later
  | "Overloaded" // a bound of ours was reached: back off
  | "Unclassified";

/**
 * An operating failure: thrown, classified once where it is first seen, rendered as 503 or 500.
 * Business refusals are values and never faults.
 */
export class Fault extends Error {
  override readonly name = "Fault";
  readonly kind: FaultKind;
  readonly retryAfterMs: number | null;

  constructor(
    kind: FaultKind,
    message: string,
    options: { readonly retryAfterMs?: number; readonly cause?: unknown } = {},
  ) {
    super(message, { cause: options.cause });
    this.kind = kind;
    this.retryAfterMs = options.retryAfterMs ?? null;
  }
}
