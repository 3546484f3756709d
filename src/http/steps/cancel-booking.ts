import type { RouterContext } from "@koa/router";
import type { CancelBooking } from "../../domain/command.ts";
import type { BookingReduced, CommandRefused } from "../../domain/outcome.ts";
import { seatIdOf } from "../../domain/seat-ids.ts";
import type { BookingView } from "../../domain/views.ts";
import { ApiError } from "../errors.ts";
import type { IdempotencyKey } from "../idempotency.ts";
import { principalOf } from "../middleware/authenticate.ts";
import { messageOf } from "../refusal-words.ts";
import { type BookingCommands, type DecidedStanding, refusalOf } from "../routes/booking-commands.ts";
import type { AppState } from "../state.ts";

type Context = RouterContext<AppState>;

/** A part of a booking; nothing where all of it is meant. */
export type Part = Pick<CancelBooking, "seats" | "quantity">;

/** What became of a cancellation; amounts in minor units. */
export type Cancelled =
  | {
      readonly type: "cancelled";
      /** As it is now. */
      readonly booking: BookingView;
      readonly refundMinor: number;
      /** How many tickets are on sale again by this request. */
      readonly returned: number;
      /** Those that were given back of a booking of which a part is left. */
      readonly seatIds: readonly string[];
    }
  | { readonly type: "queued"; readonly booking: BookingView };

/** Cancels a booking or a part of it, for whichever surface asks: confirmed, held or still in line. */
export class CancelBookingStep {
  readonly #commands: BookingCommands;

  constructor(commands: BookingCommands) {
    this.#commands = commands;
  }

  /**
   * @throws ApiError where it was refused
   */
  async cancel(
    ctx: Context,
    booking: BookingView,
    request: {
      readonly part: Part;
      /** The one that the request was sent with. */
      readonly key: IdempotencyKey | null;
      /** What stands in for a missing one; null where the request may be repeated as it is. */
      readonly implied: IdempotencyKey | null;
    },
  ): Promise<Cancelled> {
    const { part, key, implied } = request;
    if (booking.status === "rejected") throw refusalOf({ reason: "BookingRejected", facts: {} }, booking);
    const first = await this.#send(ctx, booking, part, key ?? implied);
    if (first === null) return { type: "queued", booking };
    const isStale = key === null && isOfEarlierSeats(first, booking, part);
    const standing = isStale ? await this.#send(ctx, booking, part, null) : first;
    return standing === null ? { type: "queued", booking } : await this.#cancelled(standing, booking);
  }

  #send(
    ctx: Context,
    booking: BookingView,
    part: Part,
    key: IdempotencyKey | null,
  ): Promise<DecidedStanding | null> {
    const command: CancelBooking = {
      type: "CancelBooking",
      id: this.#commands.newId(),
      bookingId: booking.id,
      userId: booking.userId,
      by: booking.userId === principalOf(ctx).userId ? "customer" : "organizer",
      ...part,
    };
    return this.#commands.send(ctx, booking, command, key);
  }

  async #cancelled({ entry }: DecidedStanding, booking: BookingView): Promise<Cancelled> {
    const [outcome] = entry.decision;
    const after = await this.#commands.after(booking.id);
    if (outcome.type === "BookingReduced") return reduced(outcome, after);
    // That it is cancelled by now changes no answer to what was refused for another reason: repeated with its key, a request
    // is answered as it was.
    if (outcome.type === "CommandRefused" && !wasCancelledBefore(outcome, after)) {
      throw outcome.reason === "BookingExpired" ? expired(after) : refusalOf(outcome, after);
    }
    // A booking withdrawn from the line never held a seat.
    const returned = after.unitPriceMinor === null ? 0 : after.quantity;
    return { type: "cancelled", booking: after, refundMinor: after.refundMinor, returned, seatIds: [] };
  }
}

/** What was asked for was so: cancelled as a booking, or in line, so that it was turned away when its turn came. */
function wasCancelledBefore({ reason }: CommandRefused, after: BookingView): boolean {
  return reason === "AlreadyCancelled" || (reason === "BookingRejected" && after.status === "cancelled");
}

function reduced({ refundMinor, quantity, seats = [] }: BookingReduced, after: BookingView): Cancelled {
  const seatIds = seats.map((seat) => seatIdOf(after.eventNumber, seat));
  return { type: "cancelled", booking: after, refundMinor, returned: quantity, seatIds };
}

/** Whether the answer is about an earlier time that the booking had these seats: it got them again by an exchange. */
function isOfEarlierSeats(
  { entry, replayed }: DecidedStanding,
  booking: BookingView,
  { seats }: Part,
): boolean {
  return (
    replayed &&
    entry.decidedAt <= booking.updatedAt &&
    seats?.every((seat) => booking.seats?.includes(seat)) === true
  );
}

function expired({ currency }: BookingView): ApiError {
  const message = messageOf({ reason: "BookingExpired", facts: {} }, currency);
  return new ApiError("BOOKING_STATE_CONFLICT", `${message}; there is nothing to cancel`);
}
