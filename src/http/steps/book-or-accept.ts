import type { RouterContext } from "@koa/router";
import type { BookingView } from "../../domain/views.ts";
import { isDue } from "../presenters/booking.ts";
import type { Reads } from "../reads.ts";
import { admit, type Sheds, UNSHED } from "../shedding/shed.ts";
import type { AppState } from "../state.ts";
import { quantityOf } from "../ticket-wish.ts";
import { type BookingRequest, type BookTicketsOptions, BookTicketsStep } from "./book-tickets.ts";
import type { Booked } from "./booked.ts";

export type BookOrAcceptOptions = BookTicketsOptions & { readonly reads: Pick<Reads, "booking"> };

/**
 * Books tickets on surfaces that have no other way to take an offer of the waitlist: whoever has one for as many
 * tickets, and books, takes it. One that has to be paid is answered as it stands, with where it is paid.
 */
export class BookOrAcceptStep {
  readonly #reads: BookOrAcceptOptions["reads"];
  readonly #booking: BookTicketsStep;
  readonly #sheds: Sheds;

  constructor(options: BookOrAcceptOptions) {
    this.#reads = options.reads;
    this.#booking = new BookTicketsStep(options);
    this.#sheds = options.sheds ?? UNSHED;
  }

  /** @throws ApiError where it was refused */
  async book(ctx: RouterContext<AppState>, request: BookingRequest): Promise<Booked> {
    const offer = await this.#offerOf(request);
    if (offer === null) {
      admit(this.#sheds, "entering");
      return await this.#booking.book(ctx, request);
    }
    const event = await this.#reads.eventCard(offer.eventId);
    if (!isDue(offer, event?.requiresPayment ?? false))
      return await this.#booking.accept(ctx, request, offer);
    return { type: "booked", booking: offer, seating: await this.#reads.seating(offer.eventId) };
  }

  /** The offer that this request means; null where there is none. */
  async #offerOf({ userId, asked }: BookingRequest): Promise<BookingView | null> {
    if (asked.seat_ids !== undefined) return null;
    const entry = await this.#reads.waitlistEntry(asked.event_id, userId);
    if (entry?.status !== "offered" || entry.offer === null || entry.quantity !== quantityOf(asked))
      return null;
    const offer = await this.#reads.booking(entry.offer.bookingId);
    return offer?.status === "pending" ? offer : null;
  }
}
