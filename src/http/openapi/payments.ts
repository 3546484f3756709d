import { z } from "zod";
import { CONFIRM_NAMES, confirmBody, initiateBody } from "../schemas/payments.ts";
import { bookingReply, bookingReplyFields, bookingUnderWay } from "./components/booking.ts";
import { paymentReply } from "./components/payment.ts";
import { bookingId, named, uuid } from "./components/scalars.ts";
import type { DocumentedReply, Operation } from "./operation.ts";

const tag = "Payments";

const byId = z.object({ id: bookingId });
/** What became of a call-back. */
export const receipt = z.enum(["accepted", "duplicate", "ignored"]);

const PAYMENT: DocumentedReply = { description: "The payment as it is now", data: paymentReply };

const PAYING_ERRORS = [
  "BOOKING_NOT_FOUND",
  "AUTH_UNAUTHORIZED",
  "PAYMENT_FAILED",
  "BOOKING_STATE_CONFLICT",
  "BOOKING_EXPIRED",
  "EVENT_NOT_ON_SALE",
] as const;

export const PAYMENT_OPERATIONS: readonly Operation[] = [
  {
    method: "POST",
    path: "/bookings/:id/confirm",
    operationId: "confirmBooking",
    tag,
    summary: "Pay for a held booking with a provider's token, or accept an offer",
    description:
      "Card numbers are refused and never repeated. Confirmed again: 200. After a decline it stays pending.",
    params: byId,
    body: {
      name: "ConfirmBooking",
      schema: confirmBody,
      otherNames: CONFIRM_NAMES,
      examples: [{ payment_token: "tok_success", provider: "test" }, {}],
      required: false,
    },
    headers: ["Idempotency-Key"],
    replies: {
      200: { description: "The confirmed booking", data: bookingReply, headers: ["Idempotency-Replayed"] },
      202: {
        description: "The payment is under way, or needs another step at payment_url",
        data: z.union([
          z
            .strictObject({ ...bookingReplyFields, payment_url: z.string(), payment_id: uuid })
            .meta({ id: "BookingInPayment" }),
          bookingUnderWay,
        ]),
        headers: ["Retry-After", "Idempotency-Replayed"],
      },
    },
    errors: [...PAYING_ERRORS, "PAYMENT_REQUIRED"],
  },
  {
    method: "POST",
    path: "/payments/initiate/:id",
    operationId: "initiatePayment",
    tag,
    summary: "Open the provider's own page for a held booking",
    params: byId,
    body: {
      name: "InitiatePayment",
      schema: initiateBody,
      examples: [{ provider: "test" }, {}],
      required: false,
    },
    headers: ["Idempotency-Key"],
    replies: {
      200: { ...PAYMENT, headers: ["Location", "Idempotency-Replayed"] },
      201: {
        description: "A new payment",
        data: paymentReply,
        headers: ["Location", "Idempotency-Replayed"],
      },
      202: {
        description: "The payment, or the request for it, is under way",
        data: z.union([paymentReply, bookingUnderWay]),
        headers: ["Retry-After", "Idempotency-Replayed"],
      },
    },
    errors: PAYING_ERRORS,
  },
  {
    method: "GET",
    path: "/payments/:paymentId",
    operationId: "getPayment",
    tag,
    summary: "One payment",
    params: z.object({ paymentId: uuid.meta({ description: "The payment" }) }),
    replies: { 200: PAYMENT },
    errors: ["PAYMENT_NOT_FOUND"],
  },
  {
    method: "GET",
    path: "/bookings/:id/payment",
    operationId: "getPaymentOfBooking",
    tag,
    summary: "The latest payment of a booking",
    params: byId,
    replies: { 200: PAYMENT },
    errors: ["BOOKING_NOT_FOUND", "PAYMENT_NOT_FOUND"],
  },
  {
    method: "POST",
    path: "/payments/webhook/:provider",
    operationId: "receivePaymentCallback",
    tag,
    summary: "Where providers report, in their own format and signed; 200 says that it is kept",
    params: z.object({ provider: named("test").meta({ description: "The provider" }) }),
    isLimited: false,
    replies: {
      200: {
        description: "Kept, kept before, or none of ours",
        data: z.strictObject({ received: z.literal(true), receipt }),
      },
    },
    errors: ["WEBHOOK_SIGNATURE_INVALID", "NOT_FOUND", "PAYLOAD_TOO_LARGE", "UNSUPPORTED_MEDIA_TYPE"],
  },
];
