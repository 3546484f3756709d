import { signTestCallback } from "../../src/payments/test-callback.ts";
import type { Reply } from "../support/client.ts";
import type { System } from "./shared-system.ts";

/** What the test provider tells about a payment. */
export interface Report {
  readonly id: string;
  readonly paymentId: string;
  readonly bookingId: string;
  readonly eventId: string;
  readonly result: Readonly<Record<string, unknown>>;
}

export function callbackBody({ id, paymentId, bookingId, eventId, result }: Report): string {
  const ids = { payment_id: paymentId, booking_id: bookingId, event_id: eventId };
  return JSON.stringify({ id, ...ids, provider_ref: `test_${paymentId}`, result });
}

/** The header by which the test provider signs; its secret is in the settings that all processes share. */
export async function signed(
  system: System,
  body: string,
  { secret, atMs = Date.now() }: { readonly secret?: string; readonly atMs?: number } = {},
): Promise<Record<string, string>> {
  const { rows } = await system.pool.query("select value from setting where name = 'test_provider_secret'");
  return { "x-evently-signature": signTestCallback(secret ?? rows[0].value, body, atMs) };
}

/** Sends a call-back as the provider would, without a token. */
export async function sendCallback(
  system: System,
  body: string,
  headers?: Readonly<Record<string, string>>,
  provider = "test",
): Promise<Reply> {
  const path = `/payments/webhook/${provider}`;
  return system.client.request("POST", path, { body, headers: headers ?? (await signed(system, body)) });
}
