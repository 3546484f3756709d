import type { Check } from "./books.ts";
import { whole } from "./format.ts";
import type { Answer } from "./sale.ts";

/** What the buyers' own answers add up to. */
export interface Tally {
  readonly soldTickets: number;
  readonly bookings: number;
  readonly distinctBookings: number;
  readonly refusedByCode: Readonly<Record<string, number>>;
  readonly refused: number;
  /** The smallest number of tickets that somebody was refused; null where nobody was. */
  readonly smallestRefused: number | null;
  readonly unanswered: readonly string[];
  /** When the last ticket was sold, in milliseconds from the start of the sale; null where none was. */
  readonly lastSoldAtMs: number | null;
}

/** Refusals that say nothing but "not enough tickets left". Any other code in a sale is a fault of the sale. */
const REFUSED_FOR_STOCK = ["EVENT_SOLD_OUT", "BOOKING_SEATS_UNAVAILABLE", "REJECTED"];

export function tallyOf(answers: readonly Answer[]): Tally {
  const confirmed = answers.filter((answer) => answer.type === "confirmed");
  const refused = answers.filter((answer) => answer.type === "refused");
  const refusedByCode: Record<string, number> = {};
  for (const { code } of refused) refusedByCode[code] = (refusedByCode[code] ?? 0) + 1;
  return {
    soldTickets: confirmed.reduce((sum, { quantity }) => sum + quantity, 0),
    bookings: confirmed.length,
    distinctBookings: new Set(confirmed.map(({ bookingId }) => bookingId)).size,
    refusedByCode,
    refused: refused.length,
    smallestRefused: smallest(refused.map(({ quantity }) => quantity)),
    unanswered: answers.flatMap((answer) => (answer.type === "unanswered" ? [answer.why] : [])),
    lastSoldAtMs: confirmed.length === 0 ? null : Math.max(...confirmed.map(({ atMs }) => atMs)),
  };
}

function smallest(numbers: readonly number[]): number | null {
  return numbers.length === 0 ? null : numbers.reduce((least, number) => Math.min(least, number));
}

/**
 * Checks the books with nothing but what any client can see: the buyers' own answers and the event as the API shows it.
 * @param event its capacity and what the API says is left, read after the last answer
 */
export function checkAnswers(
  tally: Tally,
  event: { readonly capacity: number; readonly available: number },
  buyers: number,
): Check[] {
  const { soldTickets, bookings, distinctBookings, refused, unanswered } = tally;
  const gone = event.capacity - event.available;
  return [
    {
      name: "everybody has an answer",
      holds: unanswered.length === 0 && bookings + refused === buyers,
      facts: answered(tally, buyers),
    },
    {
      name: "confirmed to buyers = gone from the event",
      holds: soldTickets === gone,
      facts: `${whole(soldTickets)} = ${whole(gone)} tickets`,
    },
    {
      name: "no booking was confirmed twice",
      holds: bookings === distinctBookings,
      facts: `${whole(distinctBookings)} different of ${whole(bookings)}`,
    },
    soldAsFarAsWanted(tally, event),
    refusedForStock(tally, event.available),
  ];
}

function answered({ bookings, refused, unanswered }: Tally, buyers: number): string {
  const count = `${whole(bookings + refused)} of ${whole(buyers)}`;
  return unanswered.length === 0 ? count : `${count}; ${[...new Set(unanswered)].slice(0, 3).join("; ")}`;
}

/** Nothing comes back during the sale, so whoever was refused had asked for more than is left at the end. */
function soldAsFarAsWanted(
  { smallestRefused }: Tally,
  { capacity, available }: { readonly capacity: number; readonly available: number },
): Check {
  const holds = available >= 0 && (smallestRefused === null || smallestRefused > available);
  const left = `${whole(available)} of ${whole(capacity)} left`;
  if (available === 0) return { name: "sold out to the last ticket", holds, facts: left };
  const wish = smallestRefused === null ? "nobody was refused" : `smallest refused wish ${smallestRefused}`;
  return { name: "nobody was refused who could have been served", holds, facts: `${left}, ${wish}` };
}

function refusedForStock({ refusedByCode }: Tally, available: number): Check {
  const strange = Object.keys(refusedByCode).filter((code) => !REFUSED_FOR_STOCK.includes(code));
  const tooEarly = available > 0 && (refusedByCode.EVENT_SOLD_OUT ?? 0) > 0;
  const facts = tooEarly
    ? `EVENT_SOLD_OUT although ${available} are left`
    : Object.keys(refusedByCode).join(", ") || "nobody was refused";
  return {
    name: "every refusal says that too few are left",
    holds: strange.length === 0 && !tooEarly,
    facts,
  };
}
