/** An event. UUIDv7. */
export type EventId = string & { readonly __brand: "EventId" };
/** A registered person. UUIDv7. */
export type UserId = string & { readonly __brand: "UserId" };
/** A command. UUIDv7. */
export type CommandId = string & { readonly __brand: "CommandId" };
/** A booking: the id of the command that asked for it. It carries its event's number, see `bookingIdOf`. */
export type BookingId = CommandId & { readonly __booking: true };

/** A payment: the id of the command that asked for it. */
export type PaymentId = CommandId & { readonly __payment: true };
/** A place in the waitlist: the id of the command that asked for it. */
export type EntryId = CommandId & { readonly __entry: true };

const HEX = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, "0"));

export interface IdParts {
  readonly nowMs: number;
  /** 0 … 4095, rising within one millisecond of one process. */
  readonly counter: number;
  /** 32 bits: the event's number in a booking id, dice elsewhere. */
  readonly word: number;
  /** 30 bits of dice. */
  readonly dice: number;
}

/**
 * Lays out a UUIDv7 (RFC 9562 §5.7): 48 bits of Unix milliseconds, 12 bits of counter (method 1 of §6.2),
 * then 14 bits of dice, the 32-bit word, and 16 more bits of dice. Ids of one process sort by creation.
 */
export function uuidFrom({ nowMs, counter, word, dice }: IdParts): string {
  const high = Math.floor(nowMs / 0x1_0000_0000);
  const low = nowMs >>> 0;
  return (
    `${HEX[(high >>> 8) & 255]}${HEX[high & 255]}${HEX[low >>> 24]}${HEX[(low >>> 16) & 255]}-` +
    `${HEX[(low >>> 8) & 255]}${HEX[low & 255]}-` +
    `7${((counter >>> 8) & 15).toString(16)}${HEX[counter & 255]}-` +
    `${HEX[0x80 | ((dice >>> 24) & 63)]}${HEX[(dice >>> 16) & 255]}-` +
    `${HEX[word >>> 24]}${HEX[(word >>> 16) & 255]}${HEX[(word >>> 8) & 255]}${HEX[word & 255]}` +
    `${HEX[(dice >>> 8) & 255]}${HEX[dice & 255]}`
  );
}

/** A booking's id: unique, sortable by time, and telling which event it belongs to without a look-up. */
export function bookingIdOf(parts: Omit<IdParts, "word"> & { readonly eventNumber: number }): BookingId {
  return uuidFrom({ ...parts, word: parts.eventNumber }) as BookingId;
}

/** The number of the event that a booking id names. Any UUID gives some number; it need not exist. */
export function eventNumberOf(bookingId: string): number {
  return Number.parseInt(bookingId.slice(24, 32), 16);
}

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

/** Whether a text is a UUID of any version in its canonical, lower-case form. */
export function isUuid(text: string): boolean {
  return UUID.test(text);
}

/** Milliseconds since 1970 that a UUIDv7 was made at. */
export function timeOf(uuid: string): number {
  return Number.parseInt(uuid.slice(0, 8) + uuid.slice(9, 13), 16);
}

/** Crockford's base 32: no letter that reads like another. */
const BASE32 = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

/** The finaliser of MurmurHash3 (Austin Appleby, public domain). */
function mix(word: number): number {
  let h = word;
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return (h ^ (h >>> 16)) >>> 0;
}

function base32(word: number): string {
  let text = "";
  for (let shift = 25; shift >= 0; shift -= 5) text += BASE32[(word >>> shift) & 31];
  return text;
}

const DAY_MS = 86_400_000;
let knownDay = Number.NaN;
let knownText = "";

/** `20261121`. Bookings that are shown one after the other were mostly made on the same day, so that one is kept. */
function dayOf(ms: number): string {
  const day = Math.floor(ms / DAY_MS);
  if (day !== knownDay) {
    knownText = new Date(day * DAY_MS).toISOString().slice(0, 10).replaceAll("-", "");
    knownDay = day;
  }
  return knownText;
}

/**
 * What a customer reads out: `EVT`, the day, and twelve characters made of the booking id. Two bookings
 * of a day share one with a chance of 2⁻⁶⁰; nothing breaks if they do, look-ups then say which is theirs.
 */
export function referenceOf(bookingId: string): string {
  const word = (from: number, to: number) =>
    Number.parseInt(`${bookingId.slice(from, from + 4)}${bookingId.slice(to, to + 4)}`, 16);
  const [a, b, c, d] = [word(0, 4), word(9, 14), word(19, 24), word(28, 32)];
  return `EVT${dayOf(timeOf(bookingId))}${base32(mix(a ^ mix(c)) ^ mix(d + 1))}${base32(mix(b ^ mix(d)) ^ mix(c + 7))}`;
}

/** Whether a text has the form of a booking reference; 001's shorter ones included. */
export function isReference(text: string): boolean {
  return /^EVT\d{8}[0-9A-Z]{4,24}$/.test(text);
}
