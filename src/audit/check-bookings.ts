import { referenceOf } from "../domain/ids.ts";
import type { Booking, World } from "../domain/state.ts";
import type { Case } from "./case.ts";
import { expectedRow, refundStatesOf } from "./expected-booking.ts";
import { differing, said } from "./findings.ts";
import type { BookingRow } from "./ports.ts";
import type { StockCount } from "./stock-count.ts";

/**
 * Holds every stored booking against the ledger's, and counts what all of them hold. Those of the ledger are taken out
 * of the world as they are found, so that what is left has no row: nothing looks at the world's bookings afterwards.
 */
export async function checkBookings(subject: Case, stock: StockCount): Promise<void> {
  const { world } = subject;
  const refundStates = refundStatesOf(subject);
  for await (const rows of subject.rows.bookings) {
    for (const row of rows) {
      checkItself(subject, row);
      for (const seat of stock.add(row)) tellDoubleSeat(subject, row, seat);
      if (world === null) continue;
      checkAgainstLedger(subject, row, refundStates.get(row.id) ?? null);
      world.bookings.delete(row.id as Booking["id"]);
      world.state.holds.delete(row.id as Booking["id"]);
    }
  }
  if (world === null) return;
  for (const [id, { quantity, userId }] of [...world.state.holds, ...world.bookings]) {
    subject.findings.add({
      eventId: subject.eventId,
      area: "bookings",
      commandId: id,
      subject: `booking ${id}`,
      says: { ledger: `${quantity} tickets of user ${userId}`, "table booking": "nothing" },
      means: "The row of a booking is gone. Whoever made it no longer sees it, and it cannot be cancelled.",
    });
  }
}

function checkItself({ eventId, findings }: Case, row: BookingRow): void {
  const one = { totalMinor: row.totalMinor, reference: row.reference };
  const other = { totalMinor: row.unitPriceMinor * row.quantity, reference: referenceOf(row.id) };
  for (const { name, one: stored, other: due } of differing(one, other)) {
    findings.add({
      eventId,
      area: "bookings",
      commandId: row.id,
      subject: `booking ${row.id}: ${name}`,
      says: { "table booking": said(stored), "the rest of its row": said(due) },
      means: "The row contradicts itself: it was changed outside of a turn.",
    });
  }
  if (row.seats !== null && row.seats.length !== row.quantity) {
    findings.add({
      eventId,
      area: "bookings",
      commandId: row.id,
      subject: `booking ${row.id}: seats`,
      says: { quantity: `${row.quantity}`, seats: said(row.seats) },
      means: "A booking has another number of seats than of tickets: somebody has no seat, or two.",
    });
  }
}

function tellDoubleSeat({ eventId, findings }: Case, { id }: BookingRow, { seat, other }: SharedSeat): void {
  findings.add({
    eventId,
    area: "seats",
    commandId: id,
    subject: `seat ${seat}`,
    says: { [`booking ${other}`]: "has it", [`booking ${id}`]: "has it" },
    means: "Two live bookings have the same seat: it was sold twice.",
  });
}

interface SharedSeat {
  readonly seat: number;
  readonly other: string;
}

function checkAgainstLedger(
  { eventId, findings, ...rest }: Case,
  row: BookingRow,
  refundStatus: string | null,
) {
  const told = { ...rest, world: rest.world as World };
  const expected = expectedRow(told, row.id as Booking["id"]);
  if (expected === null) {
    findings.add({
      eventId,
      area: "bookings",
      subject: `booking ${row.id}`,
      says: { ledger: "nothing", "table booking": `${row.quantity} tickets, ${row.status}` },
      means:
        "No decision made this booking: somebody wrote it into the table. Its tickets are worth nothing.",
    });
    return;
  }
  for (const { name, one, other } of differing({ ...expected, refundStatus }, { ...row })) {
    findings.add({
      eventId,
      area: "bookings",
      commandId: row.id,
      subject: `booking ${row.id}: ${name}`,
      says: { ledger: said(one), "table booking": said(other) },
      means: MEANS[name] ?? "The row was changed outside of a turn, or one of its changes was lost.",
    });
  }
}

const MEANS: Readonly<Record<string, string>> = {
  status:
    "The booking counts as something else than was decided: tickets are lost to their buyer, or given away.",
  quantity: "The booking has another number of tickets than was decided.",
  userId: "The tickets belong to another person than was decided.",
  checkIns: "What the door let in is not what the table says: tickets could be used twice, or are refused.",
  priceVersion: "The price receipt names another price than the one that the booking was made at.",
  issue: "Codes that were replaced could be valid again, or valid ones refused.",
  paymentId:
    "Money and tickets are not tied together as was decided: a cancellation would not find what to refund.",
};
