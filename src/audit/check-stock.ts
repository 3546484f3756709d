import { SEAT, type SeatCounts, type SeatMap, seatCounts } from "../domain/seat-map.ts";
import type { EventState } from "../domain/state.ts";
import type { Case } from "./case.ts";
import { said } from "./findings.ts";
import type { StockCount } from "./stock-count.ts";

const STATUS_NAMES = Object.keys(SEAT);
const NO_SEATS: SeatCounts = { free: 0, held: 0, sold: 0, blocked: 0 };

/** Counters of every tier: by themselves, by the bookings, by the seats, and by the ledger. */
export function checkTiers({ eventId, findings, world }: Case, state: EventState, stock: StockCount): void {
  const seats = state.seatMap === null ? [] : seatCounts(state.seatMap);
  for (const [at, tier] of state.tiers.entries()) {
    for (const kind of ["sold", "held", "blocked"] as const) {
      const says: Says = { "counter in table tier": tier[kind] };
      if (kind !== "blocked") says.bookings = stock[kind].get(at) ?? 0;
      if (tier.isSeated) says["table seat_taken"] = (seats[at] ?? NO_SEATS)[kind];
      if (world !== null) says.ledger = world.state.tiers[at]?.[kind] ?? 0;
      if (agree(says)) continue;
      findings.add({
        eventId,
        area: "stock",
        subject: `tier ${tier.name}: tickets ${kind}`,
        says: inText(says),
        means:
          "Tickets are counted differently: the event sells too many or too few as long as the counter is wrong.",
      });
    }
    const { capacity, held, sold, blocked } = tier;
    if (held + sold + blocked <= capacity) continue;
    findings.add({
      eventId,
      area: "stock",
      subject: `tier ${tier.name}: capacity`,
      says: { capacity: `${capacity}`, "held, sold and blocked": `${held + sold + blocked}` },
      means: "More tickets were given away than there are.",
    });
  }
}

/** By who counted, the count. */
type Says = Record<string, number>;

function agree(says: Says): boolean {
  return new Set(Object.values(says)).size === 1;
}

function inText(says: Says): Record<string, string> {
  return Object.fromEntries(Object.entries(says).map(([by, count]) => [by, `${count}`]));
}

/** Uses of promo codes: by their row, by the bookings that stand, and by the ledger. */
export function checkCodes({ eventId, findings, world }: Case, state: EventState, stock: StockCount): void {
  const codes = new Set([
    ...state.promoCodes.keys(),
    ...stock.uses.keys(),
    ...(world?.state.promoCodes.keys() ?? []),
  ]);
  for (const code of codes) {
    const says: Says = {
      "table promo_code": state.promoCodes.get(code)?.used ?? 0,
      bookings: stock.uses.get(code) ?? 0,
    };
    if (world !== null) says.ledger = world.state.promoCodes.get(code)?.used ?? 0;
    if (agree(says)) continue;
    findings.add({
      eventId,
      area: "promo codes",
      subject: `code ${code}: uses`,
      says: inText(says),
      means: "The code can be used more often or less often than its organizer allowed.",
    });
  }
}

/** Every seat: taken by the booking that names it, by nobody else, and as the ledger has it. */
export async function checkSeats(subject: Case, stock: StockCount): Promise<void> {
  const { world } = subject;
  const map = world?.state.seatMap ?? null;
  const blocked = new Set<number>();
  for await (const rows of subject.rows.seats) {
    for (const { seat, status, bookingId } of rows) {
      const holder = stock.seats.get(seat);
      stock.seats.delete(seat);
      if (status === SEAT.blocked) blocked.add(seat);
      const byBooking = holder === undefined ? null : `${statusOf(holder.status)} by ${holder.id}`;
      const byRow = status === SEAT.blocked ? "blocked" : `${STATUS_NAMES[status]} by ${bookingId}`;
      const agrees = status === SEAT.blocked ? byBooking === null : byBooking === byRow;
      const byLedger = map === null ? null : (STATUS_NAMES[map.status[seat] ?? SEAT.free] as string);
      if (agrees && (byLedger === null || byLedger === STATUS_NAMES[status])) continue;
      tell(subject, seat, { "table seat_taken": byRow, bookings: byBooking, ledger: byLedger });
    }
  }
  for (const [seat, { id, status }] of stock.seats) {
    tell(subject, seat, { "table seat_taken": "free", bookings: `${statusOf(status)} by ${id}` });
  }
  if (map !== null) for (const seat of blockedIn(map)) if (!blocked.has(seat)) tellUnblocked(subject, seat);
}

function tellUnblocked(subject: Case, seat: number): void {
  tell(subject, seat, { "table seat_taken": "not blocked", ledger: "blocked" });
}

function* blockedIn({ status }: SeatMap): Generator<number> {
  for (const [seat, of] of status.entries()) if (of === SEAT.blocked) yield seat;
}

function statusOf(booking: string): string {
  return booking === "pending" ? "held" : "sold";
}

function tell({ eventId, findings }: Case, seat: number, says: Readonly<Record<string, string | null>>) {
  const heard = Object.entries(says).filter(([by, what]) => what !== null || by === "bookings");
  findings.add({
    eventId,
    area: "seats",
    subject: `seat ${seat}`,
    says: Object.fromEntries(heard.map(([by, what]) => [by, said(what)])),
    means: "A seat that somebody has can be sold to somebody else, or one that nobody has is off sale.",
  });
}
