import type { BookTickets } from "../../../../src/domain/command.ts";
import type { BookingRejected } from "../../../../src/domain/outcome.ts";
import { decidedRequests, timelineOf } from "../decided.ts";
import { type Availability, atTheDoor, earlyRefusals } from "../early-refusals.ts";
import type { EventBooks, Evidence } from "../evidence.ts";
import { isForWant } from "../for-want.ts";
import { type Judgement, judged, notJudged } from "../judgement.ts";
import { Line } from "../ledger/line.ts";
import { Stock } from "../ledger/stock.ts";
import { RangeLeast } from "../range-least.ts";

/** A refusal for want of tickets is checked against the stock at its own number, or at every number it can have been. */
export function judgeRefusals(evidence: Evidence): Judgement {
  const early = earlyRefusals(evidence);
  const decided = decidedRequests(evidence);
  const violations = evidence.events.flatMap((books) => {
    const { violations, available } = inLedger(books);
    const timeline = timelineOf(evidence, books.eventId, decided);
    const own = early.filter(({ op }) => op.event === books.eventId);
    return [...violations, ...own.flatMap((refusal) => atTheDoor(refusal, available, timeline))];
  });
  const isTried = early.length > 0 || evidence.events.some(({ ledger }) => ledger.some(isForWant));
  return isTried ? judged(violations) : notJudged("nobody was refused for want of tickets");
}

function inLedger({ eventId, ledger }: EventBooks): {
  readonly violations: string[];
  readonly available: Availability;
} {
  const stock = new Stock();
  const line = new Line(stock);
  const violations: string[] = [];
  const rows: number[][] = [];
  for (const entry of ledger) {
    const [head] = entry.decision;
    if (entry.command.type === "BookTickets") {
      const wrong =
        head.type === "BookingRejected"
          ? wrongRefusal(entry.command, head, stock, line)
          : head.type === "WaitlistJoined"
            ? needlessWait(entry.command, head.tiers, stock, line)
            : null;
      if (wrong !== null)
        violations.push(`event ${eventId}, ledger ${entry.seq}: booking ${entry.command.id} ${wrong}`);
    }
    for (const outcome of entry.decision) {
      line.hear(outcome);
      stock.hear(outcome);
    }
    rows.push(stock.tiers.map((_, at) => stock.available(at)));
  }
  const of = new Map(
    stock.tiers.map((_, at) => [at, new RangeLeast([0, ...rows.map((row) => row[at] ?? 0)])] as const),
  );
  return { violations, available: { of, positionOf: (name) => stock.positionOf(name) } };
}

function wrongRefusal(command: BookTickets, head: BookingRejected, stock: Stock, line: Line): string | null {
  const { userId, quantity } = command;
  // Where stock is kept for the head of the line, seats count as taken that are not.
  if (head.reason === "SeatsTaken") return line.keepsAny ? null : freeAfterAll(head, stock);
  if (head.reason !== "SoldOut" && head.reason !== "SeatsExceedAvailable") return null;
  if (head.reason === "SoldOut") {
    const left = stock.tiers.reduce((sum, _, at) => sum + stock.available(at), 0);
    if (left > 0) return `was told that all is sold out with ${left} tickets left`;
  }
  // Which tier seats or a section mean, and what is left in a section, the counters of tiers do not say.
  if (command.seats !== undefined || command.section !== undefined) return null;
  const at = stock.positionOf(command.tier);
  const left = line.isKept(at, userId) ? 0 : stock.available(at);
  return left >= quantity
    ? `was refused ${quantity} tickets of tier ${stock.tiers[at]?.name} with ${left} left`
    : null;
}

/** The seats that it was told are taken, and that nobody has. */
function freeAfterAll(
  { facts: { seats = [] } }: BookingRejected,
  { bookings, blockedSeats }: Stock,
): string | null {
  const free = seats.filter((seat) => !bookings.owners.has(seat) && !blockedSeats.has(seat));
  return free.length > 0 ? `was told that seats ${free.join(", ")} are taken, which nobody has` : null;
}

function needlessWait(
  { userId, quantity }: BookTickets,
  tiers: readonly number[] | null,
  stock: Stock,
  line: Line,
): string | null {
  const fitting = stock.tiers.findIndex(
    ({ isRestricted }, at) =>
      !isRestricted &&
      (tiers === null || tiers.includes(at)) &&
      !line.isKept(at, userId) &&
      stock.available(at) >= quantity,
  );
  return fitting < 0
    ? null
    : `was put on the waitlist with enough tickets left in tier ${stock.tiers[fitting]?.name}`;
}
