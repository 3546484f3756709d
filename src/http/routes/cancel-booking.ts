import { createHash } from "node:crypto";
import type { RouterContext } from "@koa/router";
import type { z } from "zod";
import type { CancelBooking } from "../../domain/command.ts";
import { fromMinor } from "../../domain/money.ts";
import type { BookingReduced } from "../../domain/outcome.ts";
import { seatIdOf } from "../../domain/seat-ids.ts";
import type { BookingView } from "../../domain/views.ts";
import { ApiError } from "../errors.ts";
import type { IdempotencyKey } from "../idempotency.ts";
import { principalOf } from "../middleware/authenticate.ts";
import { messageOf } from "../refusal-words.ts";
import { succeed } from "../reply.ts";
import { CANCEL_NAMES, cancelBody } from "../schemas/bookings.ts";
import type { AppState } from "../state.ts";
import { seatsOf } from "../ticket-wish.ts";
import { expectNoFields, malformed, parseBody } from "../validate.ts";
import { type BookingCommands, type DecidedStanding, refusalOf } from "./booking-commands.ts";

type Context = RouterContext<AppState>;
type Part = Pick<CancelBooking, "seats" | "quantity">;

/** Cancels a booking or a part of it: confirmed, held or still in line; again: the same figures. */
export class CancelBookingRoute {
  readonly #commands: BookingCommands;

  constructor(commands: BookingCommands) {
    this.#commands = commands;
  }

  async cancelAll(ctx: Context): Promise<void> {
    expectNoFields(ctx.request.body, "must be empty: the whole booking is cancelled");
    await this.#cancel(ctx, {});
  }

  async cancel(ctx: Context): Promise<void> {
    const body = parseBody(cancelBody, ctx.request.body, CANCEL_NAMES);
    if (body.quantity !== undefined) {
      if (body.seat_ids !== undefined)
        throw malformed("quantity", "cannot be sent beside seat_ids; leave it out");
      // So many tickets and again so many are two requests or one sent twice: only a key can tell.
      if (this.#commands.keyOf(ctx, body) === null) {
        throw malformed(
          "Idempotency-Key",
          "is required to cancel a number of tickets, so that none go twice",
        );
      }
    }
    await this.#cancel(ctx, body);
  }

  async #cancel(ctx: Context, body: z.output<typeof cancelBody>): Promise<void> {
    const commands = this.#commands;
    const { userId } = principalOf(ctx);
    const key = commands.keyOf(ctx, body);
    const booking = await commands.find(ctx);
    if (booking.status === "rejected") throw refusalOf({ reason: "BookingRejected", facts: {} }, booking);
    const part = partOf(body, booking);
    const command = (): CancelBooking => ({
      type: "CancelBooking",
      id: commands.newId(),
      bookingId: booking.id,
      userId: booking.userId,
      by: booking.userId === userId ? "customer" : "organizer",
      ...part,
    });
    const implied = key ?? (part.seats === undefined ? null : keyOfSeats(booking, part.seats));
    const first = await commands.submit(ctx, booking, command(), implied);
    if (first === null) return;
    const isStale = key === null && isOfEarlierSeats(first, booking, part);
    const standing = isStale ? await commands.submit(ctx, booking, command(), null) : first;
    if (standing !== null) await this.#answer(ctx, standing, booking);
  }

  async #answer(ctx: Context, { entry }: DecidedStanding, booking: BookingView): Promise<void> {
    const [outcome] = entry.decision;
    const after = await this.#commands.after(booking.id);
    if (outcome.type === "BookingReduced") return this.#reduced(ctx, outcome, after);
    // Refused because it was cancelled before, in line or after: then what was asked for is so.
    if (
      outcome.type === "CommandRefused" &&
      (after.status !== "cancelled" || outcome.reason === "PartNotOfBooking")
    ) {
      throw outcome.reason === "BookingExpired" ? expired(after) : refusalOf(outcome, after);
    }
    // A booking withdrawn from the line never held a seat.
    const returned = after.unitPriceMinor === null ? 0 : after.quantity;
    await this.#send(ctx, after, { refundMinor: after.refundMinor, returned, seatIds: [] });
  }

  #reduced(ctx: Context, outcome: BookingReduced, after: BookingView): Promise<void> {
    const { refundMinor, quantity, seats = [] } = outcome;
    const seatIds = seats.map((seat) => seatIdOf(after.eventNumber, seat));
    return this.#send(ctx, after, { refundMinor, returned: quantity, seatIds });
  }

  async #send(
    ctx: Context,
    booking: BookingView,
    cancelled: {
      readonly refundMinor: number;
      readonly returned: number;
      readonly seatIds: readonly string[];
    },
  ): Promise<void> {
    const refund = fromMinor(cancelled.refundMinor, booking.currency);
    const facts = {
      booking_reference: booking.reference,
      refund_amount: refund,
      refunded_amount: refund,
      refund_status: booking.refundStatus,
      seats_returned: cancelled.returned,
      cancelled_quantity: cancelled.returned,
      cancelled_seat_ids: cancelled.seatIds,
    };
    const message =
      booking.status === "cancelled" ? "Booking cancelled successfully" : "Tickets cancelled successfully";
    succeed(ctx, 200, { ...(await this.#commands.show(booking)), ...facts }, { message, ...facts });
  }
}

/** The part that is to be cancelled; nothing where it is all there is. */
function partOf({ seat_ids, quantity }: z.output<typeof cancelBody>, booking: BookingView): Part {
  if (quantity !== undefined) return quantity === booking.quantity ? {} : { quantity };
  if (seat_ids === undefined) return {};
  const seats = seatsOf(seat_ids, booking.eventNumber).toSorted((a, b) => a - b);
  const isAll =
    seats.length === booking.seats?.length && seats.every((seat) => booking.seats?.includes(seat));
  return isAll ? {} : { seats };
}

/** To cancel certain seats of a booking is one request, however often it is sent. */
function keyOfSeats({ id }: BookingView, seats: readonly number[]): IdempotencyKey {
  const digest = createHash("sha256").update(`cancel seats\n${id}\n${seats.join()}`).digest();
  return { digest, fingerprint: digest };
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
