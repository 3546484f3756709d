import { createHash } from "node:crypto";
import type { RouterContext } from "@koa/router";
import type { z } from "zod";
import { fromMinor } from "../../domain/money.ts";
import type { BookingView } from "../../domain/views.ts";
import type { IdempotencyKey } from "../idempotency.ts";
import { underAllNames } from "../names.ts";
import { succeed } from "../reply.ts";
import { CANCEL_NAMES, cancelBody } from "../schemas/bookings.ts";
import type { AppState } from "../state.ts";
import { CancelBookingStep, type Cancelled, type Part } from "../steps/cancel-booking.ts";
import { seatsOf } from "../ticket-wish.ts";
import { expectNoFields, malformed, parseBody } from "../validate.ts";
import { type BookingCommands, underWay } from "./booking-commands.ts";

type Context = RouterContext<AppState>;

/** Cancels a booking or a part of it: confirmed, held or still in line; again: the same figures. */
export class CancelBookingRoute {
  readonly #commands: BookingCommands;
  readonly #step: CancelBookingStep;

  constructor(commands: BookingCommands) {
    this.#commands = commands;
    this.#step = new CancelBookingStep(commands);
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
    const key = commands.keyOf(ctx, body);
    const booking = await commands.find(ctx);
    const part = booking.status === "rejected" ? {} : partOf(body, booking);
    const implied = part.seats === undefined ? null : keyOfSeats(booking, part.seats);
    const cancelled = await this.#step.cancel(ctx, booking, { part, key, implied });
    if (cancelled.type === "queued") return underWay(ctx, booking);
    await this.#answer(ctx, cancelled);
  }

  async #answer(ctx: Context, cancelled: Extract<Cancelled, { type: "cancelled" }>): Promise<void> {
    const { booking, returned, seatIds } = cancelled;
    const facts = underAllNames("booking", {
      booking_reference: booking.reference,
      refund_amount: fromMinor(cancelled.refundMinor, booking.currency),
      refund_status: booking.refundStatus,
      seats_returned: returned,
      cancelled_quantity: returned,
      cancelled_seat_ids: seatIds,
    });
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
