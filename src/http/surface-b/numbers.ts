import { malformed } from "../validate.ts";

/** More seats than an event can have, and so few that the largest number of all is the largest safe integer. */
const SEATS_PER_EVENT = 4_194_304;

/** The integer of a seat: made of its event's number and its own, so that none has to be given out or kept. */
export function seatNumberOf(eventNumber: number, seat: number): number {
  return eventNumber * SEATS_PER_EVENT + seat;
}

/** The seat of this event that an integer names; null where it is another event's. Whether there is such a seat, its seating knows. */
export function seatOfNumber(eventNumber: number, number: number): number | null {
  const seat = number - eventNumber * SEATS_PER_EVENT;
  return seat >= 0 && seat < SEATS_PER_EVENT ? seat : null;
}

/** Nothing has this number. */
const NOBODYS = 0;

/** The integer that a text is; one that nothing can have is 0. @throws ApiError VALIDATION_ERROR where it is none. */
export function integerOf(field: string, text: string): number {
  if (!/^[+-]?\d+$/.test(text)) throw malformed(field, "must be a whole number");
  const number = Number(text);
  return Number.isSafeInteger(number) ? number : NOBODYS;
}
