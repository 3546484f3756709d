import type { RouterContext } from "@koa/router";
import type { z } from "zod";
import type { ExchangeTickets, TransferBooking } from "../../domain/command.ts";
import type { UserId } from "../../domain/ids.ts";
import type { LedgerEntry } from "../../domain/ledger.ts";
import { fromMinor } from "../../domain/money.ts";
import type { BookingView } from "../../domain/views.ts";
import { ApiError } from "../errors.ts";
import { bookingsNamed } from "../find-booking.ts";
import type { IdempotencyKey } from "../idempotency.ts";
import { principalOf } from "../middleware/authenticate.ts";
import { underAllNames } from "../names.ts";
import type { Reads } from "../reads.ts";
import { succeed } from "../reply.ts";
import { EXCHANGE_NAMES, exchangeBody, TRANSFER_NAMES, transferBody } from "../schemas/bookings.ts";
import type { AppState } from "../state.ts";
import { wishOf } from "../ticket-wish.ts";
import { malformed, parseBody } from "../validate.ts";
import { type BookingCommands, refusalOf } from "./booking-commands.ts";

type Context = RouterContext<AppState>;
type TransferBody = z.output<typeof transferBody>;

export interface ChangeHandsOptions {
  readonly commands: BookingCommands;
  readonly reads: Pick<Reads, "booking" | "bookingsByReference" | "priorityOf" | "userIdByEmail">;
}

/** Hands a booking to somebody else, or gives it other tickets. Only its owner can. */
export class ChangeHandsRoutes {
  readonly #options: ChangeHandsOptions;

  constructor(options: ChangeHandsOptions) {
    this.#options = options;
  }

  async transfer(ctx: Context): Promise<void> {
    const { commands } = this.#options;
    const body = parseBody(transferBody, ctx.request.body, TRANSFER_NAMES);
    if ((body.to_user_id === undefined) === (body.to_email === undefined)) {
      throw malformed("to_user_id", "is required, or to_email; send one of the two");
    }
    const key = commands.keyOf(ctx, body);
    const handedOver = key === null ? null : await this.#handedOver(ctx, key);
    const booking = handedOver?.booking ?? (await commands.findOwn(ctx));
    const entry = handedOver?.entry ?? (await this.#handOver(ctx, booking, { body, key }));
    if (entry === null) return;
    const [outcome] = entry.decision;
    if (outcome.type === "CommandRefused") throw refusalOf(outcome, booking);
    if (outcome.type !== "BookingTransferred")
      throw new Error(`invariant: a transfer was decided as ${outcome.type}`);
    // It is no longer the caller's to look at: the reply says what was handed over, and nothing of the other person.
    const { id, reference, eventId } = booking;
    const names = { id, booking_id: id, booking_reference: reference, booking_code: reference };
    const data = {
      ...names,
      event_id: eventId,
      quantity: outcome.quantity,
      transferred: true,
      ...body,
    };
    succeed(ctx, 200, data, { message: "Booking transferred successfully" });
  }

  /**
   * What the caller's request with this key led to, where the booking is not theirs, or not any more. Only the key is
   * looked up: whoever never handed the booking over learns of neither it nor the other person.
   */
  async #handedOver(
    ctx: Context,
    key: IdempotencyKey,
  ): Promise<{ readonly booking: BookingView; readonly entry: LedgerEntry } | null> {
    const { commands, reads } = this.#options;
    const { userId } = principalOf(ctx);
    // The key first: to look the booking up would take longer where there is none, and tell whether there is.
    const entry = await commands.earlier(ctx, key);
    if (entry?.command.type !== "TransferBooking") return null;
    const named = await bookingsNamed(reads, ctx.params.id ?? "");
    if (named.some((one) => one.userId === userId)) return null;
    const { bookingId } = entry.command;
    const booking = named.find(({ id }) => id === bookingId);
    return booking === undefined ? null : { booking, entry };
  }

  /** Null: there is no decision yet, and the request was answered. */
  async #handOver(
    ctx: Context,
    booking: BookingView,
    { body, key }: { readonly body: TransferBody; readonly key: IdempotencyKey | null },
  ): Promise<LedgerEntry | null> {
    const { commands } = this.#options;
    const command: TransferBooking = {
      type: "TransferBooking",
      id: commands.newId(),
      bookingId: booking.id,
      userId: booking.userId,
      toUserId: await this.#recipient(body),
    };
    return (await commands.submit(ctx, booking, command, key))?.entry ?? null;
  }

  async #recipient({ to_user_id, to_email }: TransferBody): Promise<UserId> {
    const { reads } = this.#options;
    if (to_email !== undefined) {
      const userId = await reads.userIdByEmail(to_email);
      if (userId !== null) return userId as UserId;
    } else if (to_user_id !== undefined && (await reads.priorityOf(to_user_id)) !== null) {
      return to_user_id as UserId;
    }
    throw new ApiError("USER_NOT_FOUND", "There is nobody to transfer the booking to");
  }

  async exchange(ctx: Context): Promise<void> {
    const { commands } = this.#options;
    const body = parseBody(exchangeBody, ctx.request.body, EXCHANGE_NAMES);
    const { seat_ids, tier, section, best_available } = body;
    if (seat_ids === undefined && tier === undefined && section === undefined && best_available !== true) {
      throw malformed(
        "seat_ids",
        "is required, or tier, section or best_available: what to exchange the tickets for",
      );
    }
    const key = commands.keyOf(ctx, body);
    const booking = await commands.findOwn(ctx);
    const command: ExchangeTickets = {
      type: "ExchangeTickets",
      id: commands.newId(),
      bookingId: booking.id,
      userId: booking.userId,
      ...wishOf(body, { number: booking.eventNumber, currency: booking.currency }),
    };
    const standing = await commands.submit(ctx, booking, command, key);
    if (standing === null) return;
    const [outcome] = standing.entry.decision;
    if (outcome.type === "CommandRefused") throw refusalOf(outcome, booking);
    if (outcome.type !== "TicketsExchanged")
      throw new Error(`invariant: an exchange was decided as ${outcome.type}`);
    const refund_amount = fromMinor(outcome.refundMinor, booking.currency);
    const shown = await commands.show(await commands.after(booking.id));
    const message = "Tickets exchanged successfully";
    const refunded = underAllNames("booking", { refund_amount });
    succeed(ctx, 200, { ...shown, ...refunded }, { message, refund_amount });
  }
}
