import type { RouterContext } from "@koa/router";
import type { Command } from "../../domain/command.ts";
import type { BookingId, CommandId } from "../../domain/ids.ts";
import type { LedgerEntry } from "../../domain/ledger.ts";
import type { BookingView, PaymentView } from "../../domain/views.ts";
import { type BookingContext, showBooking } from "../booking-reply.ts";
import type { Desk, Standing } from "../desk.ts";
import { ApiError } from "../errors.ts";
import { type BookingFinder, bookingNotFound, findBooking, findOwnBooking } from "../find-booking.ts";
import { type IdempotencyKey, requestKey } from "../idempotency.ts";
import { principalOf } from "../middleware/authenticate.ts";
import type { Reads } from "../reads.ts";
import { refusalError } from "../refusals.ts";
import { succeed } from "../reply.ts";
import type { AppState } from "../state.ts";

type Context = RouterContext<AppState>;

export interface BookingCommandOptions {
  readonly desk: Desk;
  readonly reads: BookingFinder & BookingContext & Pick<Reads, "payment" | "bookingsOfUser" | "keyUse">;
  readonly ids: { commandId(): CommandId; bookingId(eventNumber: number): BookingId };
  readonly decisionWaitMs: number;
}

/** Among so many of a person's newest bookings the one is looked for that a late payment bought. */
const REPLACEMENTS_MAX = 100;

export type DecidedStanding = Extract<Standing, { type: "decided" }>;

/** What all commands about a booking that exists have in common. */
export class BookingCommands {
  readonly #options: BookingCommandOptions;

  constructor(options: BookingCommandOptions) {
    this.#options = options;
  }

  newId(): CommandId {
    return this.#options.ids.commandId();
  }

  /** An id that tells its event, like a booking's. */
  newIdIn({ eventNumber }: BookingView): BookingId {
    return this.#options.ids.bookingId(eventNumber);
  }

  /** @param body what the checks made of the request's body */
  keyOf(ctx: Context, body: unknown): IdempotencyKey | null {
    return requestKey(ctx, principalOf(ctx).userId, body);
  }

  /** The booking of the path, for whoever may read it. */
  find(ctx: Context): Promise<BookingView> {
    return findBooking(this.#options.reads, principalOf(ctx), ctx.params.id ?? "");
  }

  /** The booking of the path, for its owner only. */
  findOwn(ctx: Context): Promise<BookingView> {
    return findOwnBooking(this.#options.reads, principalOf(ctx), ctx.params.id ?? "");
  }

  /** A booking as it is after a decision about it. */
  async after(bookingId: BookingId): Promise<BookingView> {
    const booking = await this.#options.reads.booking(bookingId);
    if (booking === null) throw new Error(`invariant: no booking ${bookingId} after a decision about it`);
    return booking;
  }

  /**
   * Sends a command about a booking and waits for its decision; null where there is none yet.
   * @throws ApiError where it was refused before it was put in line.
   */
  async send(
    ctx: Context,
    booking: BookingView,
    command: Command,
    key: IdempotencyKey | null,
  ): Promise<DecidedStanding | null> {
    const { desk, decisionWaitMs } = this.#options;
    const standing = await desk.submit({ eventId: booking.eventId, command, key, waitMs: decisionWaitMs });
    if (standing.replayed) ctx.set("Idempotency-Replayed", "true");
    if (standing.type === "decided") return standing;
    if (standing.type === "refused") throw refusalOf(standing.refusal, booking);
    ctx.set("Retry-After", "1");
    return null;
  }

  /** The same; null: there is no decision yet, and the request was answered with 202. */
  async submit(...asked: Parameters<BookingCommands["send"]>): Promise<DecidedStanding | null> {
    const standing = await this.send(...asked);
    const [ctx, booking] = asked;
    if (standing === null) underWay(ctx, booking);
    return standing;
  }

  /**
   * The decision that an earlier request of the caller's with this key led to; null where there was none. Nothing is
   * sent: this is for callers who may no longer ask for what they once asked for.
   * @throws ApiError IDEMPOTENCY_KEY_REUSED where that was another request.
   */
  async earlier(ctx: Context, { digest, fingerprint }: IdempotencyKey): Promise<LedgerEntry | null> {
    const { desk, reads, decisionWaitMs } = this.#options;
    const use = await reads.keyUse(digest);
    if (use === null) return null;
    if (!use.fingerprint.equals(fingerprint)) {
      throw new ApiError("IDEMPOTENCY_KEY_REUSED", "This Idempotency-Key was used for another request");
    }
    const entry = await desk.decisionOf(use.eventId, use.commandId, decisionWaitMs);
    if (entry === null) return null;
    ctx.set("Idempotency-Replayed", "true");
    return entry;
  }

  /** The decision about another command that was sent for this booking's sake; null where there is none in time. */
  decisionOf({ eventId }: BookingView, commandId: CommandId, wait: boolean): Promise<LedgerEntry | null> {
    const { desk, decisionWaitMs } = this.#options;
    return desk.decisionOf(eventId, commandId, wait ? decisionWaitMs : 0);
  }

  payment(paymentId: string): Promise<PaymentView | null> {
    return this.#options.reads.payment(paymentId);
  }

  /** The booking that was made in place of one that lapsed before its money came, however it stands; null: there is none. */
  async replacementOf({ id, userId }: BookingView): Promise<BookingView | null> {
    const newest = { userId, status: null, limit: REPLACEMENTS_MAX, offset: 0 };
    const { bookings } = await this.#options.reads.bookingsOfUser(newest);
    return bookings.find(({ replaces }) => replaces === id) ?? null;
  }

  show(booking: BookingView): Promise<Record<string, unknown>> {
    return showBooking(this.#options.reads, booking);
  }
}

/** Answers that a command about a booking is in line: 202 with the booking as it is so far. */
export function underWay(ctx: Context, booking: BookingView): void {
  const data = { id: booking.id, booking_id: booking.id, status: booking.status };
  succeed(ctx, 202, { ...data, booking: data }, { message: "The request is accepted and under way" });
}

/** The error reply of a refusal about a booking. */
export function refusalOf(
  refusal: Parameters<typeof refusalError>[0],
  { currency, eventNumber }: BookingView,
): Error {
  if (refusal.reason === "BookingNotFound") return bookingNotFound();
  return refusalError(refusal, currency, eventNumber);
}
