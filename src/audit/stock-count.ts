import type { BookingRow } from "./ports.ts";

/** Who has a seat, by the bookings. */
export interface SeatHolder {
  readonly id: string;
  readonly status: string;
}

/** Adds up what the stored bookings hold: tickets by tier, seats, uses of codes. */
export class StockCount {
  readonly held = new Map<number, number>();
  readonly sold = new Map<number, number>();
  readonly uses = new Map<string, number>();
  readonly seats = new Map<number, SeatHolder>();
  #confirmed = 0;
  #rows = 0;

  get confirmed(): number {
    return this.#confirmed;
  }

  get rows(): number {
    return this.#rows;
  }

  /** @returns the seats that a live booking before has as well */
  add({ id, status, tier, quantity, seats, promoCode }: BookingRow): { seat: number; other: string }[] {
    this.#rows += 1;
    if (status !== "pending" && status !== "confirmed") return [];
    if (status === "confirmed") this.#confirmed += 1;
    const tickets = status === "pending" ? this.held : this.sold;
    tickets.set(tier, (tickets.get(tier) ?? 0) + quantity);
    if (promoCode !== null) this.uses.set(promoCode, (this.uses.get(promoCode) ?? 0) + 1);
    const shared: { seat: number; other: string }[] = [];
    for (const seat of seats ?? []) {
      const other = this.seats.get(seat);
      if (other !== undefined) shared.push({ seat, other: other.id });
      this.seats.set(seat, { id, status });
    }
    return shared;
  }
}
