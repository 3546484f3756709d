/** What an audit looks at. */
export type Area =
  | "ledger"
  | "chain"
  | "replay"
  | "event"
  | "stock"
  | "bookings"
  | "seats"
  | "payments"
  | "refunds"
  | "waitlist"
  | "promo codes"
  | "mailbox"
  | "idempotency keys"
  | "analytics";

/** One difference: two who should say the same do not. */
export interface Finding {
  readonly eventId: string;
  readonly area: Area;
  /** Of the ledger entry it is about, or that asked for what it is about; null where there is none. */
  readonly seq: number | null;
  /** Which thing, and what of it, such as `booking 0198…: quantity`. */
  readonly subject: string;
  /** By who says it, what is said. */
  readonly says: Readonly<Record<string, string>>;
  /** What that means for whoever runs the installation. */
  readonly means: string;
}

/** A finding as a check states it: `commandId` names what the number is looked up by, where it is not known yet. */
export interface Stated extends Omit<Finding, "seq"> {
  readonly seq?: number;
  readonly commandId?: string;
}

/** One fault may show in every row of an event: so many findings of one area of one event are kept, the rest counted. */
const KEPT_PER_AREA_MAX = 20;
/** And so many of all together: memory stays flat, however broken a database is. */
const KEPT_MAX = 1_000;

/** Where checks put what they find. */
export class Findings {
  readonly #kept: Stated[] = [];
  readonly #counts = new Map<string, Map<Area, number>>();
  #total = 0;

  add(finding: Stated): void {
    const areas = this.#counts.get(finding.eventId) ?? new Map<Area, number>();
    this.#counts.set(finding.eventId, areas);
    const count = (areas.get(finding.area) ?? 0) + 1;
    areas.set(finding.area, count);
    this.#total += 1;
    if (count <= KEPT_PER_AREA_MAX && this.#kept.length < KEPT_MAX) this.#kept.push(finding);
  }

  get total(): number {
    return this.#total;
  }

  /** Of how many events something was found. */
  get events(): number {
    return this.#counts.size;
  }

  get leftOut(): number {
    return this.#total - this.#kept.length;
  }

  /** Those kept that still lack their number in the ledger, by the command to look it up by. */
  unnumbered(eventId: string): string[] {
    return this.#kept.flatMap((one) =>
      one.eventId === eventId && one.seq === undefined && one.commandId !== undefined ? [one.commandId] : [],
    );
  }

  number(seqs: ReadonlyMap<string, number>): void {
    for (const [at, one] of this.#kept.entries()) {
      const seq = one.seq ?? seqs.get(one.commandId ?? "");
      if (seq !== undefined) this.#kept[at] = { ...one, seq };
    }
  }

  get kept(): Finding[] {
    return this.#kept.map(({ commandId: _, seq = null, ...rest }) => ({ ...rest, seq }));
  }
}

const SAID_LENGTH_MAX = 600;

/** A value as a person reads it in a report. */
export function said(value: unknown): string {
  if (value === null || value === undefined) return "nothing";
  const text = typeof value === "string" ? value : JSON.stringify(value);
  return text.length > SAID_LENGTH_MAX ? `${text.slice(0, SAID_LENGTH_MAX)}…` : text;
}

/** The names under which two records of one thing differ, with what either says. */
export function differing(
  one: Readonly<Record<string, unknown>>,
  other: Readonly<Record<string, unknown>>,
): { readonly name: string; readonly one: unknown; readonly other: unknown }[] {
  return Object.keys(one).flatMap((name) => {
    const [a, b] = [one[name], other[name]];
    return a === b || canonical(a) === canonical(b) ? [] : [{ name, one: a, other: b }];
  });
}

/** A value as text, with fields in one order: the database's JSON has another than ours. */
export function canonical(value: unknown): string {
  return JSON.stringify(sorted(value)) ?? "null";
}

function sorted(value: unknown): unknown {
  if (value instanceof Set) return [...value].sort();
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== "object" || value === null) return value;
  const entries = value instanceof Map ? [...value] : Object.entries(value);
  return Object.fromEntries(
    entries.sort(([a], [b]) => (a < b ? -1 : 1)).map(([key, part]) => [key, sorted(part)]),
  );
}
