import { expect } from "chai";
import fc from "fast-check";
import { fold } from "../../src/analytics/fold.ts";
import { bookingsOfLastDay, FoldedEvent } from "../../src/analytics/folded-event.ts";
import { addTo, noSales, standing } from "../../src/analytics/measures.ts";
import type { LedgerEntry } from "../../src/domain/ledger.ts";
import type { World } from "../../src/domain/state.ts";
import { inOrder } from "../../src/domain/waitlist.ts";
import { SaleCount } from "../../src/statements/sale-count.ts";
import { draft, play, steps } from "../domain/play.ts";
import { ledgerOf } from "../domain/scenario.ts";
import { folded, totalOf } from "./folding.ts";

const nothing = () => undefined;

function historyOf([event, list]: readonly [Parameters<typeof play>[0], Parameters<typeof play>[1]]) {
  const ledger = ledgerOf(event);
  const { world, decided } = play(event, list, nothing, nothing);
  for (const { command, decision, now } of decided)
    ledger.push({ eventId: event.eventId, seq: ledger.length + 1, command, decision, decidedAt: now });
  return { world, ledger };
}

/** The figures of a signed statement, which are counted by other code. */
function statedOf(ledger: readonly LedgerEntry[]) {
  const count = new SaleCount();
  for (const { command, decision: outcomes } of ledger) count.take({ command, outcomes });
  return count.figures({ seq: ledger.length, digest: "", decidedAt: 0 });
}

describe("what an event's ledger is added up to", () => {
  it("is what a statement counts and what the event's actor has, in any story", () => {
    fc.assert(
      fc.property(fc.tuple(draft, steps), (story) => {
        const { world, ledger } = historyOf(story);
        const event = folded(ledger);
        expectAsStated(event, ledger);
        expectAsActor(event, world);
      }),
      { numRuns: 300 },
    );
  });

  it("is the same in whatever pieces it is folded", () => {
    fc.assert(
      fc.property(fc.tuple(draft, steps), fc.integer({ min: 1, max: 7 }), (story, size) => {
        const { ledger } = historyOf(story);
        const whole = folded(ledger);
        const total = totalOf(whole);
        const summed = totalOf(folded([]));
        let event = new FoldedEvent(structuredClone(folded([]).standing), {
          bookings: new Map(),
          refunds: new Map(),
        });
        for (let at = 0; at < ledger.length; at += size) {
          const before = structuredClone(event.standing);
          event = new FoldedEvent(before, { bookings: event.bookings, refunds: event.refunds });
          for (const entry of ledger.slice(at, at + size)) fold(event, entry);
          addTo(summed, totalOf(event));
        }
        expect(summed).to.deep.equal(total);
        expect({ ...event.standing, eventId: "" }).to.deep.equal({ ...whole.standing, eventId: "" });
      }),
      { numRuns: 100 },
    );
  });

  it("refuses an entry that is not the next one", () => {
    const [created] = ledgerOf(fc.sample(draft, { numRuns: 1, seed: 7 })[0] as never);
    const event = folded([created as LedgerEntry]);
    expect(() => fold(event, created as LedgerEntry)).to.throw("entry 2 of event");
  });

  it("counts the hours of the last day, and the first of the best", () => {
    const event = folded([]);
    const hour = 3_600_000;
    const start = Date.UTC(2026, 10, 20, 10);
    for (const at of [start + 5, start + hour, start + hour + 60_000, start + 3 * hour, start + 3 * hour + 1])
      event.countHour(at);
    expect(event.standing).to.include({ peakAt: start + hour, peakBookings: 2, hourAt: start + 3 * hour });
    expect(bookingsOfLastDay(event.standing, start + 3 * hour)).to.equal(5);
    expect(bookingsOfLastDay(event.standing, start + 24 * hour)).to.equal(4);
    expect(bookingsOfLastDay(event.standing, start + 26 * hour)).to.equal(2);
    expect(bookingsOfLastDay(event.standing, start + 27 * hour)).to.equal(0);
    event.countHour(start + 40 * hour);
    expect(bookingsOfLastDay(event.standing, start + 40 * hour)).to.equal(1);
  });
});

function expectAsStated(event: FoldedEvent, ledger: readonly LedgerEntry[]): void {
  const stated = statedOf(ledger);
  const total = totalOf(event);
  expect(standing(total).tickets, "tickets").to.equal(stated.tiers.reduce((sum, { sold }) => sum + sold, 0));
  expect(standing(total).minor, "money").to.equal(
    stated.tiers.reduce((sum, { soldMinor }) => sum + soldMinor, 0),
  );
  expect(total.cancelled_tickets, "cancelled").to.equal(
    stated.tiers.reduce((sum, tier) => sum + tier.cancelled, 0),
  );
  expect(total.captured_minor).to.equal(stated.capturedMinor);
  expect(total.refunded_minor).to.equal(stated.refundedMinor);
  expect(total.refunds_owed_minor - total.refunded_minor).to.equal(stated.refundsOwedMinor);
  expect(total.refused).to.equal(stated.refusals.reduce((sum, { requests }) => sum + requests, 0));
  expect(total.refused_tickets).to.equal(stated.refusals.reduce((sum, { tickets }) => sum + tickets, 0));
  for (const [at, { sold, soldMinor, capacity, priceMinor, tier: name }] of stated.tiers.entries()) {
    const sales = noSales();
    for (const one of event.tierDays.values()) if (one.tier === at) addTo(sales, one.sales);
    const tickets = sales.tickets - sales.cancelled_tickets + sales.exchanged_tickets;
    const minor = sales.booked_minor - sales.cancelled_minor + sales.exchanged_minor;
    expect({ tickets, minor, ...event.standing.tiers[at] }).to.deep.equal({
      tickets: sold,
      minor: soldMinor,
      name,
      capacity,
      priceMinor,
    });
  }
}

function expectAsActor(event: FoldedEvent, { state, bookings }: World): void {
  const total = totalOf(event);
  const confirmed = [...bookings.values()].filter(({ status }) => status === "confirmed");
  expect(standing(total).bookings, "bookings").to.equal(confirmed.length);
  expect(event.standing.waiting, "waiting").to.equal([...inOrder(state.line)].length);
  expect(event.standing.status).to.equal(state.status);
  const live = [...event.bookings].flatMap(([id, booking]) => (booking === null ? [] : [{ id, ...booking }]));
  expect(live.filter(({ isHeld }) => isHeld).length, "holds").to.equal(state.holds.size);
  for (const { id, userId, tier, quantity, unitPriceMinor } of confirmed) {
    expect(live).to.deep.include({
      id,
      userId,
      tier,
      quantity,
      unitPriceMinor,
      isHeld: false,
      isOffer: event.bookings.get(id)?.isOffer,
    });
  }
  for (const [userId, { bookings: count, tickets, spendMinor }] of event.people) {
    const own = confirmed.filter((booking) => booking.userId === userId);
    const sum = (of: (booking: (typeof own)[number]) => number) => own.reduce((all, one) => all + of(one), 0);
    expect({ count, tickets, spendMinor }).to.deep.equal({
      count: own.length,
      tickets: sum(({ quantity }) => quantity),
      spendMinor: sum(({ quantity, unitPriceMinor }) => quantity * unitPriceMinor),
    });
  }
}
