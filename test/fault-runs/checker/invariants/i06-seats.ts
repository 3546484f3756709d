import type { EventBooks, Evidence } from "../evidence.ts";
import { type Judgement, judged, notJudged } from "../judgement.ts";
import { Bookings } from "../ledger/changes.ts";

/** Through the whole ledger, in the rows of bookings, and in what is marked as taken. */
export function judgeSeats({ events }: Evidence): Judgement {
  const seated = events.filter(({ ledger }) => isSeated(ledger));
  if (seated.length === 0) return notJudged("no event had seats");
  return judged(seated.flatMap((books) => [...inLedger(books), ...inRows(books)]));
}

function isSeated([first]: EventBooks["ledger"]): boolean {
  const head = first?.decision[0];
  return head?.type === "EventCreated" && head.draft.seating != null;
}

function inLedger({ eventId, ledger }: EventBooks): string[] {
  const bookings = new Bookings();
  const violations: string[] = [];
  for (const { seq, decision } of ledger) {
    for (const outcome of decision) {
      const taken = "seats" in outcome && "bookingId" in outcome && "quantity" in outcome ? outcome : null;
      const others = isTaking(outcome.type)
        ? (taken?.seats ?? []).map((seat) => [seat, bookings.owners.get(seat)])
        : [];
      for (const [seat, owner] of others) {
        if (owner === undefined || owner === taken?.bookingId) continue;
        violations.push(
          `event ${eventId}, ledger ${seq}: seat ${seat} of booking ${owner} was given to ${taken?.bookingId}`,
        );
      }
      const { after = null } = bookings.hear(outcome) ?? {};
      if (after === null || after.seats.length === 0 || after.seats.length === after.quantity) continue;
      violations.push(
        `event ${eventId}, ledger ${seq}: booking ${after.bookingId} has ${after.seats.length} seats for ${after.quantity} tickets`,
      );
    }
  }
  return violations;
}

function isTaking(type: string): boolean {
  return ["BookingConfirmed", "BookingHeld", "OfferMade", "TicketsExchanged"].includes(type);
}

function inRows({ eventId, bookings, seats }: EventBooks): string[] {
  const owners = new Map<number, string>();
  const twice = bookings
    .filter(({ status }) => status === "pending" || status === "confirmed")
    .flatMap(({ id, seats: own }) =>
      (own ?? []).flatMap((seat) => {
        const other = owners.get(seat);
        owners.set(seat, id);
        return other === undefined
          ? []
          : [`event ${eventId}: seat ${seat} is in bookings ${other} and ${id}`];
      }),
    );
  const foreign = seats.flatMap(({ seat, bookingId }) =>
    bookingId === null || owners.get(seat) === bookingId
      ? []
      : [`event ${eventId}: seat ${seat} is marked as booking ${bookingId}'s, which does not have it`],
  );
  return [...twice, ...foreign];
}
