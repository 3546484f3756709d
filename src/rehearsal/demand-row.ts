import type { Priority } from "../domain/waitlist.ts";

/** Somebody who comes, as an organiser states it; what is absent is assumed. */
export interface DemandRow {
  /** Where it stands in what was given, for complaints: the name of a field is put behind it. */
  readonly where: (field: string) => string;
  /** Unix milliseconds; else `seconds` from when the sale opens. */
  readonly at?: number;
  readonly seconds?: number;
  /** Whoever has the same name is the same person. Absent: somebody else. */
  readonly user?: string;
  readonly quantity: number;
  readonly tier?: string;
  /** As on tickets: `section/row/number`. */
  readonly seats?: readonly string[];
  readonly section?: string;
  readonly adjacent?: boolean;
  readonly promoCode?: string;
  /** The most that they pay for one ticket, in the event's currency. */
  readonly willingToPay?: number;
  /** Joins the waitlist where there is nothing. */
  readonly waitlist?: Priority;
  /** Null: never pays. */
  readonly paysAfterS?: number | null;
  /** Null: keeps it. */
  readonly cancelsAfterS?: number | null;
}

/** The columns of a file and fields of a request, with what each takes; see docs/rehearsal.md. */
export const DEMAND_COLUMNS = {
  at: "a time such as 2026-05-01T10:00:00Z",
  seconds: "seconds from when the sale opens, such as 12.5",
  user: "a name; equal names are one person",
  quantity: "a whole number from 1 to 1000",
  tier: "the name of a tier",
  seats: "section/row/number, several apart by ;",
  section: "the name of a section",
  adjacent: "yes or no",
  promo_code: "a code",
  willing_to_pay: "an amount such as 49.90 for one ticket",
  waitlist: "no, basic, premium or vip",
  pays_after_s: "seconds, or never",
  cancels_after_s: "seconds, or never",
} as const;
export type DemandColumn = keyof typeof DEMAND_COLUMNS;

export const QUANTITY_MAX = 1_000;
/** Ten years: more is a slip. */
export const SECONDS_MAX = 315_360_000;
