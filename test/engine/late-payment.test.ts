import { setTimeout as sleep } from "node:timers/promises";
import { expect } from "chai";
import type { Command, PaymentResult } from "../../src/domain/command.ts";
import type { BookingId, EventId, PaymentId } from "../../src/domain/ids.ts";
import type { Outcome } from "../../src/domain/outcome.ts";
import { auditEvent } from "../support/books.ts";
import { Engine, type TestWorker } from "./engine.ts";

const HOLD_MS = 1_000;

describe("a payment that is captured after its hold has lapsed", () => {
  let engine: Engine;
  let workers: readonly [TestWorker, TestWorker];

  before(async () => {
    engine = await Engine.start();
    workers = [engine.worker(), engine.worker()];
  });
  after(() => engine.stop());

  /** One seat, held and lapsed, with a payment that its provider said would never come. */
  async function lapsed() {
    const eventId = await engine.event({
      requiresPayment: true,
      holdTtlMs: HOLD_MS,
      tiers: [{ name: "Box", priceMinor: 4_000, capacity: 1, isSeated: true }],
      seating: { sections: [{ name: "Box", tier: 0, rows: [{ label: "A", seats: 1 }] }] },
    });
    const booking = engine.book(eventId);
    const paymentId = engine.ids.commandId() as PaymentId;
    await turn(eventId, booking);
    await turn(eventId, {
      type: "ConfirmBooking",
      id: paymentId,
      bookingId: booking.id,
      userId: booking.userId,
      payment: { provider: "test", method: "checkout" },
      resultId: engine.book(eventId).id,
    });
    await turn(eventId, report(eventId, paymentId, booking.id, { type: "cancelled" }));
    await sleep(HOLD_MS);
    await turn(eventId);
    expect((await auditEvent(engine.database.url, eventId)).outcomes.HoldExpired).to.equal(1);
    return { eventId, booking, paymentId };
  }

  /** Turns go to the workers by turns, so that each has to read what the other wrote. */
  async function turn(eventId: EventId, ...commands: Command[]): Promise<void> {
    if (commands.length > 0) await engine.send(eventId, ...commands);
    for (const worker of workers) await worker.turn(eventId);
  }

  const report = (eventId: EventId, paymentId: PaymentId, bookingId: BookingId, result: PaymentResult) =>
    ({ type: "RecordPayment", id: engine.book(eventId).id, paymentId, bookingId, result }) as const;

  const last = async (eventId: EventId): Promise<readonly Outcome[]> =>
    (await engine.ledger(eventId)).at(-1)?.decision ?? [];

  it("buys the seat again, in a booking that stands in for the lapsed one; a second one goes back", async () => {
    const { eventId, booking, paymentId } = await lapsed();
    const late = report(eventId, paymentId, booking.id, { type: "captured", amountMinor: 4_000 });
    await turn(eventId, late);
    expect((await last(eventId))[0]).to.include({
      type: "BookingConfirmed",
      bookingId: late.id,
      replaces: booking.id,
    });
    expect((await auditEvent(engine.database.url, eventId)).sold).to.equal(1);
    const cancel = { type: "CancelBooking", id: engine.ids.commandId(), by: "customer" } as const;
    await turn(eventId, { ...cancel, bookingId: late.id, userId: booking.userId });
    expect((await last(eventId)).map(({ type }) => type)).to.deep.equal(["BookingCancelled", "RefundOwed"]);
    await auditEvent(engine.database.url, eventId);
  });

  it("counts against what one person may have, also where the hold lapses in the turn that hears of it", async () => {
    const eventId = await engine.event({
      capacity: 10,
      requiresPayment: true,
      holdTtlMs: HOLD_MS,
      ticketsPerUserMax: 4,
    });
    const first = engine.book(eventId, 4);
    const paymentId = engine.ids.commandId() as PaymentId;
    await turn(eventId, first);
    const pay = { provider: "test", method: "checkout" } as const;
    const { id: bookingId, userId } = first;
    const resultId = engine.book(eventId).id;
    await turn(eventId, { type: "ConfirmBooking", id: paymentId, bookingId, userId, payment: pay, resultId });
    await turn(eventId, report(eventId, paymentId, first.id, { type: "cancelled" }));
    const changes = { ticketsPerUserMax: 3 };
    await turn(eventId, { type: "ChangeEvent", id: engine.ids.commandId(), changes });
    await sleep(HOLD_MS);
    // In one turn the hold lapses and its payment turns out to be captured; but so many one person may not have any more.
    await turn(eventId, report(eventId, paymentId, first.id, { type: "captured", amountMinor: 8_000 }));
    expect((await last(eventId)).map(({ type }) => type)).to.deep.equal(["PaymentCaptured", "RefundOwed"]);
    const books = await auditEvent(engine.database.url, eventId);
    expect(books).to.include({ sold: 0, held: 0 });
    expect(books.outcomes.HoldExpired).to.equal(1);
  });

  it("goes back where the seat has gone", async () => {
    const { eventId, booking, paymentId } = await lapsed();
    await turn(eventId, engine.book(eventId));
    await turn(eventId, report(eventId, paymentId, booking.id, { type: "captured", amountMinor: 4_000 }));
    expect((await last(eventId)).map(({ type }) => type)).to.deep.equal(["PaymentCaptured", "RefundOwed"]);
    const { rows } = await engine.pool.query("select refund_status from booking where id = $1", [booking.id]);
    expect(rows[0].refund_status).to.equal("processing");
    await auditEvent(engine.database.url, eventId);
  });
});
