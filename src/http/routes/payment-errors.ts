import type { PaymentFailed } from "../../domain/outcome.ts";
import type { BookingView } from "../../domain/views.ts";
import { CARD_NUMBER_REFUSED, findCardNumber } from "../../payments/card-numbers.ts";
import { ApiError } from "../errors.ts";
import type { PaymentPorts } from "../payment-desk.ts";
import { iso } from "../presenters/time.ts";
import { malformed } from "../validate.ts";
import { type BookingCommands, refusalOf } from "./booking-commands.ts";

/** @throws ApiError where a request never became a booking that could be paid. */
export function refuseUndecided(booking: BookingView): void {
  const wrong = UNPAYABLE[booking.status];
  if (wrong !== undefined) throw new ApiError("BOOKING_STATE_CONFLICT", wrong);
}

const UNPAYABLE: Readonly<Partial<Record<BookingView["status"], string>>> = {
  queued: "The booking is still in line; pay once it is pending",
  rejected: "The booking was rejected; there is nothing to pay",
  waitlisted: "You are on the waitlist; an offer will be a booking of its own",
};

export type Failure = Pick<PaymentFailed, "paymentId" | "reason" | "expiresAt">;

/** The error reply of a payment by which no money moved. */
export function paymentFailed({ paymentId, reason, expiresAt }: Failure, booking: BookingView): ApiError {
  return new ApiError("PAYMENT_FAILED", `The payment failed: ${reason}`, {
    details: { reason },
    extra: {
      payment_id: paymentId,
      booking_id: booking.id,
      status: expiresAt === null ? booking.status : "pending",
      expires_at: iso(expiresAt),
    },
  });
}

/** The error reply of a payment whose booking ended without it. */
export async function paymentLost(commands: BookingCommands, booking: BookingView): Promise<Error> {
  const after = await commands.after(booking.id);
  if (after.status !== "expired") return refusalOf({ reason: "AlreadyCancelled", facts: {} }, after);
  const { id, status, refundStatus } = after;
  return new ApiError("BOOKING_EXPIRED", `The booking has expired; ${MONEY_WORDS[refundStatus ?? "none"]}`, {
    extra: { booking_id: id, status, refund_status: refundStatus },
  });
}

/** By how the refund stands, what becomes of the money. */
const MONEY_WORDS = {
  none: "should its payment go through, a booking in its place or a refund follows",
  processing: "its payment came too late and goes back",
  refunded: "its payment came too late and was paid back",
  failed: "its payment came too late and could not be paid back yet",
} as const;

/** @throws ApiError where a body holds a card number, which it neither repeats nor keeps. */
export function refuseCardNumbers(body: unknown): void {
  if (findCardNumber(body) !== null) throw malformed("body", CARD_NUMBER_REFUSED);
}

/** The provider that a request names, or the usual one. @throws ApiError where there is none of that name. */
export function providerOf({ providers, defaultProvider }: PaymentPorts, asked: string | undefined): string {
  if (asked === undefined) return defaultProvider;
  if (providers.has(asked)) return asked;
  throw malformed("provider", `must be one of ${[...providers.keys()].join(", ")}`);
}
