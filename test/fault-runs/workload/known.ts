import type { Told } from "../history/entry.ts";
import type { EventOnSale, Hall } from "./hall.ts";

/** A booking as its clients know it; what they know may be old. */
export interface KnownBooking {
  readonly id: string;
  readonly event: EventOnSale;
  /** Whose it is. */
  user: string;
  state: string;
  quantity: number;
  payment: string | null;
  /** Of the payment. */
  paymentState: string | null;
  /** In the currency. */
  amount: number | null;
}

/** What the clients of a run know together: any of them may act on what another one booked. */
export class Known {
  readonly #bookings = new Map<string, KnownBooking>();
  readonly #events: ReadonlyMap<string, EventOnSale>;

  constructor(hall: Hall) {
    this.#events = new Map(Object.values(hall).map((event) => [event.id, event]));
  }

  get bookings(): readonly KnownBooking[] {
    return [...this.#bookings.values()];
  }

  /** @throws where it is no event of this run */
  event(id: string): EventOnSale {
    const event = this.#events.get(id);
    if (event === undefined) throw new Error(`invariant: no event ${id}`);
    return event;
  }

  /** Takes in what a reply says about a booking; null where it names none. */
  learn(event: EventOnSale, user: string, told: Told): KnownBooking | null {
    if (told.booking === undefined || told.state === undefined) return null;
    const known = this.#bookings.get(told.booking);
    if (known === undefined) {
      const { booking: id, state, quantity = 1, payment = null, totalAmount: amount = null } = told;
      const booking = { id, event, user, state, quantity, payment, paymentState: null, amount };
      this.#bookings.set(id, booking);
      return booking;
    }
    known.state = told.state;
    known.quantity = told.quantity ?? known.quantity;
    known.payment = told.payment ?? known.payment;
    known.amount = told.totalAmount ?? known.amount;
    return known;
  }

  /** One of those bookings that are so; null where there is none. @param at taken modulo their number */
  pick(at: number, isSo: (booking: KnownBooking) => boolean): KnownBooking | null {
    const found = this.bookings.filter(isSo);
    return found[at % Math.max(1, found.length)] ?? null;
  }
}
