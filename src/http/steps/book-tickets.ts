import type { RouterContext } from "@koa/router";
import type { BookTickets, ConfirmBooking } from "../../domain/command.ts";
import type { BookingId, PaymentId, UserId } from "../../domain/ids.ts";
import { normalCode } from "../../domain/promo-code.ts";
import type { BookingView, EventView } from "../../domain/views.ts";
import { reached } from "../../ops/points.ts";
import type { Desk } from "../desk.ts";
import { ApiError } from "../errors.ts";
import { type IdempotencyKey, requestKey } from "../idempotency.ts";
import { preferenceOf } from "../prefer.ts";
import type { Reads } from "../reads.ts";
import type { Sheds } from "../shedding/shed.ts";
import type { AppState } from "../state.ts";
import { type AskedTickets, quantityOf, wishOf } from "../ticket-wish.ts";
import { type Booked, type BookedReads, bookedOf } from "./booked.ts";

type Context = RouterContext<AppState>;

export interface BookTicketsOptions {
  readonly desk: Desk;
  readonly reads: BookedReads & Pick<Reads, "eventCard" | "priorityOf">;
  readonly ids: { bookingId(eventNumber: number): BookingId };
  readonly decisionWaitMs: number;
  /** Who says whether there is room, where only further in it is known that a request is for a new booking. */
  readonly sheds?: Sheds;
}

/** What somebody asks for, as the schemas of a surface let it through. */
export interface AskedBooking extends AskedTickets {
  readonly event_id: string;
  readonly promo_code?: string | undefined;
  readonly waitlist_if_full?: boolean | undefined;
}

export interface BookingRequest {
  readonly userId: string;
  readonly asked: AskedBooking;
  /** The wait of a client that prefers none. */
  readonly waitMs: number;
}

/** Books tickets, for whichever surface asks. */
export class BookTicketsStep {
  readonly #options: BookTicketsOptions;

  constructor(options: BookTicketsOptions) {
    this.#options = options;
  }

  /**
   * Puts a booking in line and waits for its decision as long as the client prefers.
   * @throws ApiError where it was refused
   */
  async book(ctx: Context, request: BookingRequest): Promise<Booked> {
    reached("request.parsed");
    const { ids } = this.#options;
    const { userId, asked } = request;
    const quantity = quantityOf(asked);
    const key = requestKey(ctx, userId, asked);
    const event = found(await this.#options.reads.eventCard(asked.event_id));
    const command: BookTickets = {
      type: "BookTickets",
      id: ids.bookingId(event.number),
      userId: userId as UserId,
      quantity,
      ...wishOf(asked, event),
      ...(asked.promo_code === undefined ? {} : { promoCode: normalCode(asked.promo_code) }),
      ...(asked.waitlist_if_full === true ? await this.#waiting(userId, event) : {}),
    };
    return this.#submit(ctx, event, { command, key, waitMs: request.waitMs });
  }

  /** Takes the offer that somebody who waited has, in place of booking. @throws ApiError where it was refused */
  async accept(ctx: Context, request: BookingRequest, offer: BookingView): Promise<Booked> {
    const { ids } = this.#options;
    const { userId, asked, waitMs } = request;
    const key = requestKey(ctx, userId, asked);
    const event = found(await this.#options.reads.eventCard(asked.event_id));
    const command: ConfirmBooking = {
      type: "ConfirmBooking",
      id: ids.bookingId(event.number) as string as PaymentId,
      bookingId: offer.id,
      userId: userId as UserId,
      payment: null,
      resultId: ids.bookingId(event.number),
    };
    const booked = await this.#submit(ctx, event, { command, key, waitMs });
    if (booked.type !== "queued") return booked;
    // No booking will have the command's id: what there is to look at, before and after the decision, is the offer's.
    return { ...booked, standing: { ...booked.standing, commandId: offer.id } };
  }

  async #submit(
    ctx: Context,
    event: EventView,
    request: {
      readonly command: BookTickets | ConfirmBooking;
      readonly key: IdempotencyKey | null;
      readonly waitMs: number;
    },
  ): Promise<Booked> {
    const { command, key } = request;
    const preference = preferenceOf(ctx.get("Prefer") || undefined, request.waitMs);
    const { waitMs, applied } = preference;
    const standing = await this.#options.desk.submit({ eventId: event.eventId, command, key, waitMs });
    if (applied !== null) ctx.set("Preference-Applied", applied);
    if (standing.replayed) ctx.set("Idempotency-Replayed", "true");
    return bookedOf(this.#options.reads, standing, event);
  }

  /** The place in line that a buyer takes where the event is full. */
  async #waiting(userId: string, event: EventView): Promise<Required<Pick<BookTickets, "waitlistIfFull">>> {
    const { reads, ids } = this.#options;
    const priority = (await reads.priorityOf(userId)) ?? "basic";
    return { waitlistIfFull: { priority, offerId: ids.bookingId(event.number) } };
  }
}

function found(event: EventView | null): EventView {
  if (event === null) throw new ApiError("EVENT_NOT_FOUND", "Event not found");
  return event;
}
