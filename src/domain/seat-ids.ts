/**
 * The id of a seat outside the engine: a UUID of version 8 (RFC 9562 §5.8), always the same for the same seat. 32 bits
 * of seat lead, so ids of an event sort in layout order; the event's number stands where a booking id has it (see
 * `eventNumberOf`); the other 58 bits are mixed from both and tell a seat's id from any other UUID. It is no secret.
 */
export function seatIdOf(eventNumber: number, seat: number): string {
  const one = mixed(seat ^ mixed(eventNumber));
  const two = mixed(one + eventNumber);
  return (
    `${hex(seat, 8)}-${hex(one >>> 16, 4)}-8${hex((one >>> 4) & 0xfff, 3)}-` +
    `${hex(0x8000 | (two >>> 18), 4)}-${hex(eventNumber, 8)}${hex(two & 0xffff, 4)}`
  );
}

/**
 * The seat that a lower-case id names, or null where it is the id of another event's seat or of no seat. Whether the
 * event has that many seats, its seating knows.
 */
export function seatOf(eventNumber: number, seatId: string): number | null {
  const seat = Number.parseInt(seatId.slice(0, 8), 16);
  return seatIdOf(eventNumber, seat) === seatId ? seat : null;
}

function hex(bits: number, digits: number): string {
  return (bits >>> 0).toString(16).padStart(digits, "0");
}

/** Spreads every bit of a word over 32 bits: the finalizer of MurmurHash3 (Austin Appleby, public domain). */
function mixed(word: number): number {
  let bits = word;
  bits = Math.imul(bits ^ (bits >>> 16), 0x85eb_ca6b);
  bits = Math.imul(bits ^ (bits >>> 13), 0xc2b2_ae35);
  return (bits ^ (bits >>> 16)) >>> 0;
}
