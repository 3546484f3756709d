import { type BookingId, bookingIdOf, timeOf } from "./ids.ts";

/** What makes two call-backs of payment providers the same one. */
export interface CallbackIdentity {
  readonly provider: string;
  /** The provider's own id of it. */
  readonly callbackId: string;
  /** The payment it is about, UUIDv7. */
  readonly paymentId: string;
  readonly eventNumber: number;
}

/**
 * The id of the command that a provider's call-back is turned into: always the same for the same call-back, so that
 * the ledger takes it once, whenever and wherever it comes in again. It has the time of its payment and 42 bits mixed
 * from the call-back's id; a payment has a handful of call-backs.
 */
export function callbackCommandId({
  provider,
  callbackId,
  paymentId,
  eventNumber,
}: CallbackIdentity): BookingId {
  const text = `${provider}\n${callbackId}\n${paymentId}`;
  return bookingIdOf({
    nowMs: timeOf(paymentId),
    counter: hashOf(text, 1) & 0xfff,
    dice: hashOf(text, 2) >>> 2,
    eventNumber,
  });
}

/** FNV-1a (Fowler, Noll, Vo; public domain) over UTF-16 units, then the finaliser of MurmurHash3. */
function hashOf(text: string, seed: number): number {
  let hash = 0x811c9dc5 ^ seed;
  for (let at = 0; at < text.length; at += 1) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}
