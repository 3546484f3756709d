import { sign, verify } from "node:crypto";
import type { BookingId, EventId } from "../domain/ids.ts";
import { fromBase32, toBase32 } from "./base32.ts";
import type { PublicKey, SigningKey } from "./keys.ts";

/** What a ticket's code says; CODES.md has the layout byte by byte. */
export interface TicketClaim {
  readonly eventId: EventId;
  readonly bookingId: BookingId;
  /** See `ticketNumbersOf`. */
  readonly ticket: number;
  /** Which issue of the booking's tickets it is of; only the newest is let in. */
  readonly issue: number;
  /** Where it is for, in words: a seat, or a tier. At most PLACE_BYTES_MAX bytes of it are kept. */
  readonly place: string;
}

/** What a code turned out to be. A forged one tells nothing: its claim is nobody's word. */
export type CodeVerdict =
  | { readonly type: "signed"; readonly claim: TicketClaim; readonly keyId: string }
  | { readonly type: "malformed" }
  | { readonly type: "unknownKey"; readonly keyId: string }
  | { readonly type: "forged"; readonly keyId: string };

/** Begins every code of this version, and is signed with the rest: nothing signed for another use is a ticket. */
const PREFIX = "EVT1.";
const KEY_ID_AT = 0;
const EVENT_AT = 4;
const BOOKING_AT = 20;
const TICKET_AT = 36;
const ISSUE_AT = 40;
const PLACE_LENGTH_AT = 42;
const PLACE_AT = 43;
const PLACE_BYTES_MAX = 48;
const SIGNATURE_BYTES = 64;
/** Longer than any code is: what comes is not even looked at. */
export const CODE_LENGTH_MAX = 260;

/** A ticket's code: always the same for the same claim and key (RFC 8032 signatures are deterministic). */
export function encodeTicket(claim: TicketClaim, key: SigningKey): string {
  const place = Buffer.from(shortened(claim.place));
  const said = Buffer.alloc(PLACE_AT + place.length);
  said.write(key.id, KEY_ID_AT, "hex");
  writeUuid(said, claim.eventId, EVENT_AT);
  writeUuid(said, claim.bookingId, BOOKING_AT);
  said.writeUInt32BE(claim.ticket, TICKET_AT);
  said.writeUInt16BE(claim.issue, ISSUE_AT);
  said.writeUInt8(place.length, PLACE_LENGTH_AT);
  place.copy(said, PLACE_AT);
  return PREFIX + toBase32(Buffer.concat([said, sign(null, signedText(said), key.privateKey)]));
}

/** The id of the key that a code says it is signed with; null where it is no code. */
export function keyIdOf(code: string): string | null {
  const bytes = bytesOf(code);
  return bytes === null ? null : keyIdIn(bytes);
}

/** Looks at a code with public keys alone, by key id. */
export function readCode(code: string, keys: ReadonlyMap<string, PublicKey>): CodeVerdict {
  const bytes = bytesOf(code);
  if (bytes === null) return { type: "malformed" };
  const said = bytes.subarray(0, -SIGNATURE_BYTES);
  const keyId = keyIdIn(bytes);
  const key = keys.get(keyId);
  if (key === undefined) return { type: "unknownKey", keyId };
  const signature = bytes.subarray(-SIGNATURE_BYTES);
  if (!verify(null, signedText(said), key.publicKey, signature)) return { type: "forged", keyId };
  return { type: "signed", claim: claimIn(said), keyId };
}

function bytesOf(code: string): Buffer | null {
  if (code.length > CODE_LENGTH_MAX || !code.startsWith(PREFIX)) return null;
  const bytes = fromBase32(code.slice(PREFIX.length));
  if (bytes === null || bytes.length < PLACE_AT + SIGNATURE_BYTES) return null;
  const isWhole = bytes.length === PLACE_AT + (bytes[PLACE_LENGTH_AT] ?? 0) + SIGNATURE_BYTES;
  return isWhole ? Buffer.from(bytes.buffer) : null;
}

function keyIdIn(bytes: Buffer): string {
  return bytes.toString("hex", KEY_ID_AT, EVENT_AT);
}

function claimIn(said: Buffer): TicketClaim {
  return {
    eventId: readUuid(said, EVENT_AT) as EventId,
    bookingId: readUuid(said, BOOKING_AT) as BookingId,
    ticket: said.readUInt32BE(TICKET_AT),
    issue: said.readUInt16BE(ISSUE_AT),
    place: said.toString("utf8", PLACE_AT),
  };
}

function signedText(said: Buffer): Buffer {
  return Buffer.concat([Buffer.from(PREFIX, "ascii"), said]);
}

function writeUuid(into: Buffer, uuid: string, at: number): void {
  into.write(uuid.replaceAll("-", ""), at, "hex");
}

function readUuid(from: Buffer, at: number): string {
  const hex = from.toString("hex", at, at + 16);
  const parts = [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)];
  return parts.join("-");
}

/** What does not fit is cut between characters, and shows that it is cut. */
function shortened(place: string): string {
  if (Buffer.byteLength(place) <= PLACE_BYTES_MAX) return place;
  let kept = "";
  for (const character of place) {
    if (Buffer.byteLength(`${kept}${character}…`) > PLACE_BYTES_MAX) break;
    kept += character;
  }
  return `${kept}…`;
}
