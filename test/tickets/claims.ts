import { createPrivateKey } from "node:crypto";
import type { BookingId, EventId } from "../../src/domain/ids.ts";
import type { TicketClaim } from "../../src/tickets/code.ts";
import { newKeyText, type PublicKey, type SigningKey, signingKeyOf } from "../../src/tickets/keys.ts";

/** The claim of the example in CODES.md. */
export const CLAIM: TicketClaim = {
  eventId: "0197f3a2-5c00-7d4e-8a11-2b3c4d5e6f70" as EventId,
  bookingId: "0197f3a2-6d11-7001-8fe2-0000002a9c4b" as BookingId,
  ticket: 12,
  issue: 2,
  place: "Stalls, row A, seat 12",
};

/** The key pair of RFC 8037, appendix A.1. */
export function keyOfTheRfc(): SigningKey {
  const jwk = {
    kty: "OKP",
    crv: "Ed25519",
    d: "nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A",
    x: "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo",
  };
  const key = createPrivateKey({ key: jwk, format: "jwk" });
  return signingKeyOf(key.export({ format: "der", type: "pkcs8" }).toString("base64"));
}

export function anyKey(): SigningKey {
  return signingKeyOf(newKeyText());
}

export function ringOf(...keys: readonly PublicKey[]): ReadonlyMap<string, PublicKey> {
  return new Map(keys.map((key) => [key.id, key]));
}
