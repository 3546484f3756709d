import { expect } from "chai";
import type { CancelBooking } from "../../src/domain/command.ts";
import type { EventId } from "../../src/domain/ids.ts";
import { auditEvent } from "../support/books.ts";
import { Engine } from "./engine.ts";

describe("a turn", () => {
  let engine: Engine;
  before(async () => {
    engine = await Engine.start();
  });
  after(() => engine.stop());

  const cancelOf = (booking: {
    id: CancelBooking["bookingId"];
    userId: CancelBooking["userId"];
  }): CancelBooking => ({
    type: "CancelBooking",
    id: engine.ids.commandId(),
    bookingId: booking.id,
    userId: booking.userId,
    by: "customer",
  });

  it("decides what waits in accept order, in one commit, and empties the mailbox", async () => {
    const eventId = await engine.event({ capacity: 1_000 });
    const commands = Array.from({ length: 300 }, () => engine.book(eventId));
    for (const command of commands.slice(0, 20)) await engine.send(eventId, command);
    await engine.send(eventId, ...commands.slice(20));
    const worker = engine.worker();
    const result = await worker.turn(eventId);
    expect(result).to.deep.equal({ more: [], held: [] });
    expect(await engine.decided(eventId)).to.deep.equal(commands.map(({ id }) => id));
    expect(worker.published).to.deep.equal([{ eventId, from: 2, to: 301 }]);
    expect(worker.reports[0]?.envelopes).to.equal(300);
    expect(await engine.waiting(eventId)).to.equal(0);
    expect((await auditEvent(engine.database.url, eventId)).sold).to.equal(300);
  });

  it("tells the place in line exactly", async () => {
    const eventId = await engine.event();
    const [first] = await engine.send(eventId, engine.book(eventId));
    const rest = await engine.send(eventId, engine.book(eventId), engine.book(eventId));
    expect([first, ...rest].map((answer) => (answer as { position: number }).position)).to.deep.equal([
      1, 2, 3,
    ]);
    await engine.worker().turn(eventId);
    const [later] = await engine.send(eventId, engine.book(eventId));
    expect(later).to.include({ type: "accepted", ordinal: 4, position: 1 });
    await engine.worker().turn(eventId);
  });

  it("decides urgent commands before a backlog of bookings", async () => {
    const eventId = await engine.event({ capacity: 3 });
    const booked = engine.book(eventId, 3);
    await engine.send(eventId, booked);
    const worker = engine.worker({ batchMax: 5 });
    await worker.turn(eventId);
    // The stock is gone, so these wait in line only because a cancellation is ahead of them.
    const cancel = cancelOf(booked);
    await engine.send(eventId, cancel);
    const hopeful = Array.from({ length: 9 }, () => engine.book(eventId));
    await engine.send(eventId, ...hopeful);
    const late = { ...cancelOf(booked), id: engine.ids.commandId() };
    await engine.send(eventId, late);
    expect((await worker.turn(eventId)).more).to.deep.equal([eventId]);
    const [, , first, second, third] = await engine.ledger(eventId);
    expect([first?.command.id, second?.command.id]).to.deep.equal([cancel.id, late.id]);
    expect(third?.command.id).to.equal(hopeful[0]?.id);
    while ((await worker.turn(eventId)).more.length > 0);
    const books = await auditEvent(engine.database.url, eventId);
    expect(books).to.include({ sold: 3, confirmed: 4, rejected: 6 });
  });

  it("lets a cancellation overtake its own booking, which then never confirms", async () => {
    const eventId = await engine.event({ capacity: 3 });
    const command = engine.book(eventId, 2);
    await engine.send(eventId, command);
    await engine.send(eventId, cancelOf(command));
    await engine.worker().turn(eventId);
    const types = (await engine.ledger(eventId)).map(({ decision }) => decision[0].type);
    expect(types).to.deep.equal(["EventCreated", "BookingWithdrawn", "BookingRejected"]);
    expect((await auditEvent(engine.database.url, eventId)).sold).to.equal(0);
  });

  it("keeps the limit per person within a batch and over turns", async () => {
    const eventId = await engine.event({ ticketsPerUserMax: 3 });
    const buyer = engine.user();
    await engine.send(eventId, ...Array.from({ length: 5 }, () => engine.book(eventId, 1, buyer)));
    const worker = engine.worker();
    await worker.turn(eventId);
    await engine.send(eventId, engine.book(eventId, 1, buyer), engine.book(eventId, 1));
    await worker.turn(eventId);
    expect(await auditEvent(engine.database.url, eventId)).to.include({ sold: 4, rejected: 3 });
  });

  it("serves several waiting events with one commit", async () => {
    const events = await Promise.all(Array.from({ length: 8 }, () => engine.event()));
    await Promise.all(events.flatMap((id) => [1, 2, 3].map(() => engine.send(id, engine.book(id)))));
    const worker = engine.worker();
    await worker.turn(...events);
    expect(worker.reports).to.have.length(1);
    expect(worker.reports[0]).to.include({ events: 8, envelopes: 24 });
    for (const id of events) expect((await auditEvent(engine.database.url, id)).sold).to.equal(3);
  });

  it("leaves an event alone that another worker holds, and takes it when it is free", async () => {
    const eventId = await engine.event();
    await engine.send(eventId, engine.book(eventId));
    const [one, other] = [engine.worker(), engine.worker()];
    await one.tx.lock([eventId]);
    expect(await other.turn(eventId)).to.deep.equal({ more: [], held: [eventId] });
    expect(await engine.decided(eventId)).to.have.length(0);
    await one.tx.abandon();
    await other.turn(eventId);
    expect(await engine.decided(eventId)).to.have.length(1);
  });

  it("rereads what another worker has changed: a stale activation is not used", async () => {
    const eventId = await engine.event({ capacity: 2 });
    const [one, other] = [engine.worker(), engine.worker()];
    for (const worker of [one, other, one]) {
      await engine.send(eventId, engine.book(eventId));
      await worker.turn(eventId);
    }
    expect(await auditEvent(engine.database.url, eventId)).to.include({ sold: 2 });
  });

  it("is refused by the fence where the version is not the one that was read", async () => {
    const eventId = await engine.event();
    await engine.send(eventId, engine.book(eventId));
    const worker = engine.worker();
    const lock = worker.tx.lock.bind(worker.tx);
    worker.tx.lock = async (ids) =>
      (await lock(ids)).map((actor) => ({ ...actor, version: actor.version - 1 }));
    const error = await worker.turn(eventId).then(
      () => null,
      (reason: Error) => reason,
    );
    expect(String(error)).to.include("fenced off");
    expect(await engine.decided(eventId)).to.have.length(0);
    worker.tx.lock = lock;
    await worker.turn(eventId);
    expect(await engine.decided(eventId)).to.have.length(1);
  });

  it("knows that COMMIT of an aborted transaction is no commit", async () => {
    const eventId = await engine.event();
    const worker = engine.worker();
    await worker.tx.lock([eventId]);
    await worker.tx.decidedBefore(eventId, ["no uuid" as never]).catch(() => undefined);
    const error = await worker.tx.commit([]).then(
      () => null,
      (reason: Error) => reason,
    );
    expect(String(error)).to.include("rolled back");
    await worker.tx.abandon();
  });

  it("opens and closes a sale when the time has come, without being asked", async () => {
    const soon = Date.now() + 300;
    const eventId = await engine.event({ saleStartsAt: soon, saleEndsAt: soon + 300 });
    const worker = engine.worker();
    await engine.send(eventId, engine.book(eventId));
    await worker.turn(eventId);
    const statusAfter = async (ms: number) => {
      await new Promise((resolve) => setTimeout(resolve, Math.max(0, ms - Date.now())));
      await worker.turn(eventId);
      const { rows } = await engine.pool.query("select sale_status from event where event_id = $1", [
        eventId,
      ]);
      return rows[0].sale_status;
    };
    expect(await statusAfter(soon + 20)).to.equal("open");
    await engine.send(eventId, engine.book(eventId));
    await worker.turn(eventId);
    expect(await statusAfter(soon + 320)).to.equal("closed");
    await engine.send(eventId, engine.book(eventId));
    await worker.turn(eventId);
    const types = (await engine.ledger(eventId)).map(({ decision }) => decision[0].type);
    expect(types.slice(1)).to.deep.equal([
      "BookingRejected",
      "SaleOpened",
      "BookingConfirmed",
      "SaleClosed",
      "BookingRejected",
    ]);
    await auditEvent(engine.database.url, eventId);
  });

  it("cancels the bookings of a cancelled event in bounded turns", async () => {
    const eventId = await engine.event({ capacity: 50 });
    await engine.send(eventId, ...Array.from({ length: 25 }, () => engine.book(eventId, 2)));
    const worker = engine.worker({ batchMax: 10 });
    while ((await worker.turn(eventId)).more.length > 0);
    await engine.send(eventId, { type: "CancelEvent", id: engine.ids.commandId() });
    let turns = 0;
    do turns += 1;
    while ((await worker.turn(eventId)).more.length > 0);
    expect(turns).to.be.within(3, 5);
    const { rows } = await engine.pool.query(
      "select cancellation_done, cancellation_total, refunds_minor from event where event_id = $1",
      [eventId],
    );
    expect(rows[0]).to.deep.equal({ cancellation_done: 25, cancellation_total: 25, refunds_minor: 100_000 });
    expect((await auditEvent(engine.database.url, eventId)).sold).to.equal(0);
  });

  it("does nothing where nothing waits, and writes nothing", async () => {
    const eventId = await engine.event();
    const worker = engine.worker();
    await worker.turn(eventId);
    const version = async () =>
      (await engine.pool.query("select version from actor where event_id = $1", [eventId])).rows[0].version;
    const before = await version();
    await worker.turn(eventId as EventId);
    expect(await version()).to.equal(before);
  });
});
