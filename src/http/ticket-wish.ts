import type { TicketWish } from "../domain/command.ts";
import { toMinor } from "../domain/money.ts";
import { seatOf } from "../domain/seat-ids.ts";
import type { EventView } from "../domain/views.ts";
import { malformed } from "./validate.ts";

/** Which tickets a request asks for, as the schemas let it through. */
export interface AskedTickets {
  readonly quantity?: number | undefined;
  readonly tier?: string | undefined;
  readonly seat_ids?: readonly string[] | undefined;
  readonly best_available?: boolean | undefined;
  readonly section?: string | undefined;
  readonly expected_total_amount?: number | undefined;
}

type OfEvent = Pick<EventView, "number" | "currency">;

/** How many tickets are asked for. @throws ApiError where neither a number nor seats are, or they differ. */
export function quantityOf({ quantity, seat_ids }: AskedTickets): number {
  const asked = quantity ?? seat_ids?.length;
  if (asked === undefined) throw malformed("quantity", "is required: a whole number, or seat_ids");
  if (seat_ids !== undefined && asked !== seat_ids.length) {
    throw malformed("quantity", `differs from the ${seat_ids.length} seat_ids; leave it out`);
  }
  return asked;
}

/** The rest of a wish in the engine's terms. @throws ApiError where its parts contradict each other. */
export function wishOf(asked: AskedTickets, event: OfEvent): Omit<TicketWish, "quantity"> {
  const { tier, seat_ids, best_available, section, expected_total_amount } = asked;
  if (seat_ids !== undefined) checkSeatsAlone(asked);
  return {
    ...(tier === undefined ? {} : { tier }),
    ...(seat_ids === undefined ? {} : { seats: seatsOf(seat_ids, event.number) }),
    ...(best_available === true ? { adjacent: true } : {}),
    ...(section === undefined ? {} : { section }),
    ...(expected_total_amount === undefined
      ? {}
      : { expectedTotalMinor: minorOf(expected_total_amount, event.currency) }),
  };
}

function checkSeatsAlone({ tier, best_available, section }: AskedTickets): void {
  const besides = Object.entries({ tier, section, best_available: best_available || undefined });
  const field = besides.find(([, value]) => value !== undefined)?.[0];
  if (field !== undefined)
    throw malformed(field, "cannot be chosen beside seat_ids, which say it all; leave it out");
}

/** The seats that ids name. @throws ApiError VALIDATION_ERROR saying which of them are no seats of the event. */
export function seatsOf(seatIds: readonly string[], eventNumber: number): number[] {
  return seatIds.map((id, at) => {
    const seat = seatOf(eventNumber, id);
    if (seat === null) throw malformed(`seat_ids.${at}`, "is not the id of a seat of this event");
    return seat;
  });
}

function minorOf(amount: number, currency: string): number {
  const minor = toMinor(amount, currency);
  if (minor === null) throw malformed("expected_total_amount", `has more decimals than ${currency} has`);
  return minor;
}
