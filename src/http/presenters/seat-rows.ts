import { fromMinor } from "../../domain/money.ts";
import { seatIdOf } from "../../domain/seat-ids.ts";
import type { Seating, SeatRow } from "../../domain/seating.ts";
import type { EventView } from "../../domain/views.ts";

/** By seat status, the word for it. */
export const SEAT_WORDS = ["available", "held", "booked", "blocked"] as const;
export type SeatWord = (typeof SEAT_WORDS)[number];

/**
 * The rows of an event's seats as JSON in UTF-8, showing the seats of one status or of all. A row is written anew only
 * where a seat of it or a price has changed since it was last asked for: of 60,000 seats mostly a few have.
 */
export class SeatRows {
  readonly #seating: Seating;
  readonly #wanted: number;
  readonly #rows: (Buffer | null)[];
  #status: Uint8Array;
  #tiers = "";

  constructor(seating: Seating, wanted: SeatWord | "all") {
    this.#seating = seating;
    this.#wanted = wanted === "all" ? -1 : SEAT_WORDS.indexOf(wanted);
    this.#rows = seating.rows.map(() => null);
    this.#status = new Uint8Array(seating.count);
  }

  /**
   * By row of the seating; empty where no seat of it has the status asked for.
   * @param status by seat; kept, so nobody may change it afterwards
   */
  rows(event: EventView, status: Uint8Array): readonly Buffer[] {
    const tiers = JSON.stringify(event.tiers.map(({ name, priceMinor }) => [name, priceMinor]));
    if (tiers !== this.#tiers) this.#rows.fill(null);
    const rows = this.#seating.rows.map((row, at) => {
      const known = this.#rows[at] ?? null;
      if (known !== null && isSame(this.#status, status, row)) return known;
      const rendered = Buffer.from(renderRow(row, event, { status, wanted: this.#wanted }));
      this.#rows[at] = rendered;
      return rendered;
    });
    this.#status = status;
    this.#tiers = tiers;
    return rows;
  }
}

function isSame(before: Uint8Array, after: Uint8Array, { first, count }: SeatRow): boolean {
  for (let seat = first; seat < first + count; seat += 1) if (before[seat] !== after[seat]) return false;
  return true;
}

function renderRow(
  { first, count, label, tier }: SeatRow,
  event: EventView,
  { status, wanted }: { readonly status: Uint8Array; readonly wanted: number },
): string {
  const { name, priceMinor } = event.tiers[tier]!;
  const price = fromMinor(priceMinor, event.currency);
  let seats = "";
  for (let seat = first; seat < first + count; seat += 1) {
    const is = status[seat]!;
    if (wanted >= 0 && is !== wanted) continue;
    if (seats !== "") seats += ",";
    const id = seatIdOf(event.number, seat);
    seats += `{"id":"${id}","seat_number":"${seat - first + 1}","price":${price},"status":"${SEAT_WORDS[is]}"}`;
  }
  if (seats === "") return "";
  return `{"row":${JSON.stringify(label)},"price_tier":${JSON.stringify(name)},"seats":[${seats}]}`;
}
