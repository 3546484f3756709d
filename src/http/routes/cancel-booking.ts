import type { RouterContext } from "@koa/router";
import type { CommandId } from "../../domain/ids.ts";
import type { BookingView } from "../../domain/views.ts";
import type { Desk, Standing } from "../desk.ts";
import { findBooking } from "../find-booking.ts";
import { requestKey } from "../idempotency.ts";
import { principalOf } from "../middleware/authenticate.ts";
import { presentBooking } from "../presenters/booking.ts";
import type { Reads } from "../reads.ts";
import { refusalError } from "../refusals.ts";
import { succeed } from "../reply.ts";
import type { AppState } from "../state.ts";
import { expectNoFields } from "../validate.ts";

type Context = RouterContext<AppState>;

export interface CancelBookingOptions {
  readonly desk: Desk;
  readonly reads: Pick<Reads, "booking" | "bookingsByReference">;
  readonly ids: { commandId(): CommandId };
  readonly decisionWaitMs: number;
}

/** Cancels a whole booking, confirmed or still in line; again: the same figures. */
export class CancelBookingRoute {
  readonly #options: CancelBookingOptions;

  constructor(options: CancelBookingOptions) {
    this.#options = options;
  }

  async cancel(ctx: Context): Promise<void> {
    const { desk, reads, ids, decisionWaitMs } = this.#options;
    const principal = principalOf(ctx);
    expectNoFields(ctx.request.body, "must be empty: the whole booking is cancelled");
    const key = requestKey(ctx, principal.userId, {});
    const booking = await findBooking(reads, principal, ctx.params.id ?? "");
    if (booking.status === "rejected")
      throw refusalError({ reason: "BookingRejected", facts: {} }, booking.currency);
    const command = {
      type: "CancelBooking",
      id: ids.commandId(),
      bookingId: booking.id,
      userId: booking.userId,
      by: booking.userId === principal.userId ? "customer" : "organizer",
    } as const;
    const standing = await desk.submit({ eventId: booking.eventId, command, key, waitMs: decisionWaitMs });
    await this.#answer(ctx, standing, booking);
  }

  async #answer(ctx: Context, standing: Standing, booking: BookingView): Promise<void> {
    ctx.set("Cache-Control", "private, no-store");
    if (standing.replayed) ctx.set("Idempotency-Replayed", "true");
    if (standing.type === "queued") {
      ctx.set("Retry-After", "1");
      const data = { booking_id: booking.id, status: booking.status };
      return succeed(ctx, 202, data, { message: "The cancellation is accepted and under way" });
    }
    if (standing.type === "refused") throw refusalError(standing.refusal, booking.currency);
    const [outcome] = standing.entry.decision;
    const after = await this.#options.reads.booking(booking.id);
    if (after === null) throw new Error(`invariant: no booking ${booking.id} after its cancellation`);
    // Refused because it was cancelled before, in line or after: then what was asked for is so.
    if (outcome.type === "CommandRefused" && after.status !== "cancelled") {
      throw refusalError(outcome, booking.currency);
    }
    answerCancelled(ctx, after);
  }
}

function answerCancelled(ctx: Context, booking: BookingView): void {
  const shown = presentBooking(booking);
  const facts = {
    booking_reference: booking.reference,
    refund_amount: shown.refund_amount,
    refunded_amount: shown.refund_amount,
    // A booking withdrawn from the line never held a seat.
    seats_returned: booking.unitPriceMinor === null ? 0 : booking.quantity,
  };
  const message = "Booking cancelled successfully";
  succeed(ctx, 200, { ...shown, ...facts, booking: shown }, { message, ...facts });
}
