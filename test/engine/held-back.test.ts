import { expect } from "chai";
import type { Command } from "../../src/domain/command.ts";
import type { EntryId, EventId } from "../../src/domain/ids.ts";
import { auditEvent } from "../support/books.ts";
import { Engine, type TestWorker } from "./engine.ts";

const CAPACITY = 10;
const WAITING = 150;
const RAISED = 200;
const PUBLIC = 100;

describe("what a turn leaves in line", () => {
  let engine: Engine;
  let worker: TestWorker;

  before(async () => {
    engine = await Engine.start();
    worker = engine.worker();
  });
  after(() => engine.stop());

  const drain = (eventId: EventId) => engine.drain(eventId, worker);
  const simple = (type: "PauseSale" | "ResumeSale"): Command => ({ type, id: engine.ids.commandId() });

  it("is bookings, until a long waitlist has been offered what was freed, also those of the same batch", async () => {
    const eventId = await engine.event({ capacity: CAPACITY });
    await engine.send(eventId, engine.book(eventId, CAPACITY));
    await drain(eventId);
    const entries = Array.from(
      { length: WAITING },
      (): Command => ({
        type: "JoinWaitlist",
        id: engine.ids.commandId() as EntryId,
        userId: engine.user(),
        quantity: 1,
        priority: "basic",
        offerId: engine.book(eventId).id,
      }),
    );
    await engine.send(eventId, ...entries);
    await drain(eventId);
    await engine.send(eventId, {
      type: "ChangeEvent",
      id: engine.ids.commandId(),
      changes: { capacity: RAISED },
      isConfirmed: true,
    });
    // Apart from the change, or the look before the line would still see the event sold out.
    await engine.send(eventId, ...Array.from({ length: PUBLIC }, () => engine.book(eventId)));
    expect(await drain(eventId)).to.be.above(1);
    const books = await auditEvent(engine.database.url, eventId);
    expect(books.outcomes.WaitlistToContinue).to.equal(1);
    expect(books).to.include({ held: WAITING, sold: RAISED - WAITING, available: 0 });
    expect(await engine.waiting(eventId)).to.equal(0);
    const ledger = await engine.ledger(eventId);
    const heads = ledger.map(({ decision }) => decision[0].type);
    expect(heads.lastIndexOf("WaitlistProcessed")).to.be.below(heads.lastIndexOf("BookingConfirmed"));
  });

  it("is nothing where somebody leaves a waitlist and joins it again in one batch: that is no conflict", async () => {
    const eventId = await engine.event({ capacity: 1 });
    await engine.send(eventId, engine.book(eventId));
    await drain(eventId);
    const userId = engine.user();
    const join = (): Command => ({
      type: "JoinWaitlist",
      id: engine.ids.commandId() as EntryId,
      userId,
      quantity: 1,
      priority: "basic",
      offerId: engine.book(eventId).id,
    });
    await engine.send(eventId, join());
    await drain(eventId);
    worker.reports.length = 0;
    await engine.send(eventId, { type: "LeaveWaitlist", id: engine.ids.commandId(), userId }, join());
    await worker.turn(eventId);
    expect(
      worker.reports.map(({ envelopes }) => envelopes),
      "one turn, not halved",
    ).to.deep.equal([2]);
    const { outcomes } = await auditEvent(engine.database.url, eventId);
    expect(outcomes).to.include({ WaitlistJoined: 2, WaitlistLeft: 1 });
  });

  it("is bookings, while the sale is paused, also those of the batch that pauses it, and keep their order", async () => {
    const eventId = await engine.event({ capacity: 100 });
    const bookings = Array.from({ length: 20 }, () => engine.book(eventId));
    await engine.send(eventId, ...bookings.slice(0, 10), simple("PauseSale"));
    await drain(eventId);
    expect(await engine.waiting(eventId)).to.equal(10);
    const [first] = bookings;
    const cancel = { id: engine.ids.commandId(), bookingId: first!.id, userId: first!.userId };
    await engine.send(eventId, { type: "CancelBooking", by: "customer", ...cancel });
    await drain(eventId);
    expect(await engine.waiting(eventId), "the cancellation is decided, bookings are not").to.equal(10);
    const [refused] = await engine.send(eventId, engine.book(eventId));
    expect(refused).to.deep.include({ type: "refused", refusal: { reason: "SalePaused", facts: {} } });
    await engine.send(eventId, simple("ResumeSale"));
    await drain(eventId);
    expect(await engine.waiting(eventId)).to.equal(0);
    const decided = (await engine.decided(eventId)).filter((id) => bookings.some((one) => one.id === id));
    expect(decided).to.deep.equal(bookings.slice(0, 10).map(({ id }) => id));
    expect((await auditEvent(engine.database.url, eventId)).sold, "all but the withdrawn one").to.equal(9);
  });
});
