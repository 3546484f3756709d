import { createHmac, timingSafeEqual } from "node:crypto";
import { z } from "zod";
import { CallbackForged, CallbackUnreadable } from "./faults.ts";
import type { CallbackHeaders, PaymentResult, ProviderCallback } from "./provider.ts";

/** The header of the test provider's call-backs: `t=<Unix s>,v1=<hex of HMAC-SHA-256 over "t.body">`. */
export const TEST_SIGNATURE_HEADER = "X-Evently-Signature";
const SIGNATURE_AGE_MS_MAX = 300_000;
const DELIVERY_MS_MAX = 5_000;

export interface SignedCallback {
  readonly body: string;
  readonly headers: Readonly<Record<string, string>>;
}

/** @returns the value of `X-Evently-Signature` for a body. */
export function signTestCallback(secret: string, body: string, nowMs: number): string {
  const t = Math.floor(nowMs / 1_000);
  return `t=${t},v1=${macOf(secret, t, body).toString("hex")}`;
}

function macOf(secret: string, t: number, body: string | Buffer): Buffer {
  return createHmac("sha256", secret).update(`${t}.`).update(body).digest();
}

/** @throws CallbackForged. */
export function verifyTestCallback(
  secret: string,
  raw: Buffer,
  headers: CallbackHeaders,
  nowMs: number,
): void {
  const header = headers[TEST_SIGNATURE_HEADER.toLowerCase()] ?? headers[TEST_SIGNATURE_HEADER];
  if (typeof header !== "string") throw new CallbackForged("the call-back has no signature");
  const [, t, mac] = /^t=(\d{1,12}),v1=([0-9a-f]{64})$/.exec(header) ?? [];
  if (t === undefined || mac === undefined) throw new CallbackForged("the signature is malformed");
  const expected = macOf(secret, Number(t), raw);
  if (!timingSafeEqual(expected, Buffer.from(mac, "hex"))) throw new CallbackForged("the signature is wrong");
  const age = nowMs - Number(t) * 1_000;
  if (Math.abs(age) > SIGNATURE_AGE_MS_MAX) throw new CallbackForged("the signature is too old");
}

const schema = z.object({
  id: z.string(),
  payment_id: z.string(),
  booking_id: z.string(),
  event_id: z.string(),
  provider_ref: z.string(),
  result: z.discriminatedUnion("type", [
    z.object({ type: z.literal("captured"), amount_minor: z.number().int() }),
    z.object({ type: z.literal("declined"), reason: z.string() }),
    z.object({ type: z.literal("pending") }),
    z.object({ type: z.literal("cancelled") }),
  ]),
});

export type TestCallbackBody = z.output<typeof schema>;

/** @throws CallbackUnreadable. */
export function readTestCallback(raw: Buffer): ProviderCallback {
  const parsed = schema.safeParse(parseJson(raw));
  if (!parsed.success) throw new CallbackUnreadable("the call-back is not of the documented form");
  const { id, payment_id, booking_id, event_id, provider_ref, result } = parsed.data;
  return {
    callbackId: id,
    paymentId: payment_id,
    bookingId: booking_id,
    eventId: event_id,
    providerRef: provider_ref,
    result: resultOf(result, provider_ref),
  };
}

function resultOf(result: TestCallbackBody["result"], providerRef: string): PaymentResult {
  return result.type === "captured"
    ? { type: "captured", providerRef, amountMinor: result.amount_minor }
    : { ...result, providerRef };
}

function parseJson(raw: Buffer): unknown {
  try {
    return JSON.parse(raw.toString("utf8"));
  } catch {
    throw new CallbackUnreadable("the call-back is no JSON");
  }
}

/** Delivers the test provider's call-backs as a remote provider would: a POST to this installation's own route. */
export function postCallbacks(url: string): (callback: SignedCallback) => Promise<void> {
  return async ({ body, headers }) => {
    const signal = AbortSignal.timeout(DELIVERY_MS_MAX);
    const answer = await fetch(url, { method: "POST", body, headers, signal });
    if (!answer.ok) throw new Error(`the call-back was answered ${answer.status}`);
  };
}
