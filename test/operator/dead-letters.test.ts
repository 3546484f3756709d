import { setTimeout as sleep } from "node:timers/promises";
import { expect } from "chai";
import type { Command } from "../../src/domain/command.ts";
import { type EventId, eventNumberOf } from "../../src/domain/ids.ts";
import { commandAgain } from "../../src/operator/letter.ts";
import type { StoredLetter } from "../../src/store/dead-letters.ts";
import { decidedBooking } from "../../src/store/queries/bookings.ts";
import { Engine } from "../engine/engine.ts";
import { auditEvent } from "../support/books.ts";
import { EXIT, operatorOn } from "./operator.ts";

describe("dead letters, in an operator's hands", () => {
  let engine: Engine;
  let evently: ReturnType<typeof operatorOn>;

  before(async () => {
    engine = await Engine.start();
    evently = operatorOn(engine.database.url);
  });
  after(() => engine.stop());

  /** Runs a command while the event's actor takes its turns, as a worker elsewhere would. */
  async function whileDeciding<T>(eventId: EventId, work: Promise<T>): Promise<T> {
    const worker = engine.worker();
    let isOver = false;
    const turns = (async () => {
      while (!isOver) {
        await worker.turn(eventId);
        await sleep(20);
      }
    })();
    try {
      return await work;
    } finally {
      isOver = true;
      await turns;
    }
  }

  /** Puts a booking into the mailbox that no worker of this version can read; decided, it is a dead letter. */
  async function unreadable(eventId: EventId, change: object) {
    const command = { ...engine.book(eventId, 2), tier: "General" };
    await engine.send(eventId, command);
    await engine.pool.query(
      "update mailbox.job set data = jsonb_set(data, '{command}', data->'command' || $2) where id = $1",
      [command.id, JSON.stringify(change)],
    );
    await engine.worker().turn(eventId);
    return command;
  }

  /** A booking that the database refused: it was told that it failed. */
  async function failed(eventId: EventId) {
    await engine.pool.query(
      `create or replace function refuse_seven() returns trigger language plpgsql as
       $$ begin if new.quantity = 7 then raise exception 'seven' using errcode = '22000'; end if; return new; end $$`,
    );
    await engine.pool.query(
      "create or replace trigger no_seven before insert on booking for each row execute function refuse_seven()",
    );
    const command = engine.book(eventId, 7);
    await engine.send(eventId, command);
    await engine.worker().turn(eventId);
    await engine.pool.query("drop trigger no_seven on booking");
    return command;
  }

  const auditOf = async (id: string) =>
    (await engine.pool.query("select actor, action, changes from admin_audit where subject_id = $1", [id]))
      .rows;

  it("are listed and shown with the reason, and whether they were decided", async () => {
    const eventId = await engine.event();
    const lost = await unreadable(eventId, { quantity: 0 });
    const refused = await failed(eventId);
    const listed = await evently(["dead-letters", "list", eventId, "--json"]);
    expect(listed.code).to.equal(EXIT.done);
    const byId = new Map(listed.json.dead_letters.map((one: { id: string }) => [one.id, one]));
    expect(byId.get(lost.id)).to.include({ decided: null, settlement: null });
    expect(byId.get(refused.id)).to.include({ decided: "BookingRejected: CommandFailed" });
    const shown = await evently(["dead-letters", "show", lost.id]);
    expect(shown.out).to.contain("quantity 0 is no whole number").and.to.contain(lost.userId);
  });

  it("count as what they came as: what was urgent does not wait for ever, nor moves anybody's place", async () => {
    const eventId = await engine.event({ capacity: 2 });
    const cancel = { bookingId: engine.book(eventId).id, userId: engine.user(), by: "customer" } as const;
    const id = engine.ids.commandId();
    await engine.send(eventId, { type: "CancelBooking", id, ...cancel });
    await engine.pool.query(
      "update mailbox.job set data = jsonb_set(data, '{command,type}', '\"CancelLater\"') where id = $1",
      [id],
    );
    const paused = { type: "PauseSale", id: engine.ids.commandId() } as const;
    await engine.send(eventId, paused, engine.book(eventId));
    await engine.worker().turn(eventId);
    expect((await evently(["dead-letters", "list", eventId, "--json"])).json.dead_letters).to.have.length(1);
    const { rows } = await engine.pool.query(
      `select urgent_accepted::integer - urgent_decided::integer as urgent,
              bookings_accepted::integer - bookings_decided::integer as bookings
         from mailbox_counter join actor using (event_id) where event_id = $1`,
      [eventId],
    );
    expect(rows).to.deep.equal([{ urgent: 0, bookings: 1 }]);
    const [refused] = await engine.send(eventId, engine.book(eventId));
    expect(refused, "the look before the line sees that nothing urgent waits").to.have.property(
      "type",
      "refused",
    );
    await auditEvent(engine.database.url, eventId);
  });

  it("found among bookings that are held back are set aside all the same", async () => {
    const eventId = await engine.event();
    await engine.send(eventId, { type: "PauseSale", id: engine.ids.commandId() });
    await engine.worker().turn(eventId);
    const [first, second] = [engine.ids.commandId(), engine.ids.commandId()];
    const leave = { type: "LeaveWaitlist", userId: engine.user() } as const;
    await engine.send(eventId, { ...leave, id: first }, { ...leave, id: second });
    const booking = engine.book(eventId);
    await engine.pool.query("update actor set is_paused = false where event_id = $1", [eventId]);
    await engine.send(eventId, booking);
    await engine.pool.query("update actor set is_paused = true where event_id = $1", [eventId]);
    await engine.pool.query(
      "update mailbox.job set data = jsonb_set(data, '{command,type}', '\"LeaveLater\"') where id = $1",
      [first],
    );
    await engine.worker().turn(eventId);
    expect(await engine.waiting(eventId), "only the booking").to.equal(1);
    expect(await engine.decided(eventId)).to.include(second);
  });

  it("dropped: a booking that was never decided is rejected, once, and its buyer finds it so", async () => {
    const eventId = await engine.event();
    const lost = await unreadable(eventId, { quantity: 0 });
    expect(await decidedBooking(engine.pool, eventId, lost.id)).to.equal(null);
    const dropping = evently([
      "dead-letters",
      "drop",
      lost.id,
      "--why",
      "made by a bad proxy",
      "--by",
      "ann",
      "--json",
    ]);
    const dropped = await whileDeciding(eventId, dropping);
    expect(dropped.code).to.equal(EXIT.done);
    expect(dropped.json).to.include({ settlement: "dropped", decided: "BookingRejected: CommandFailed" });
    const found = await decidedBooking(engine.pool, eventId, lost.id);
    expect(found).to.include({ status: "rejected", reason: "CommandFailed", userId: lost.userId });
    expect(await auditOf(lost.id)).to.deep.equal([
      {
        actor: "operator ann",
        action: "dead_letter.dropped",
        changes: {
          settlement: { from: null, to: "dropped" },
          event_id: { from: eventId, to: eventId },
          why: { from: null, to: "made by a bad proxy" },
        },
      },
    ]);
    const again = await evently(["dead-letters", "drop", lost.id, "--why", "again"]);
    expect(again.code).to.equal(EXIT.refused);
    expect(again.out).to.match(/^it was dropped by operator ann at /);
    expect((await evently(["dead-letters", "list", eventId])).out).to.contain("there are no dead letters");
    expect(await auditEvent(engine.database.url, eventId)).to.include({ sold: 0, rejected: 1 });
  });

  it("dropped after they were decided keep the outcome that they had", async () => {
    const eventId = await engine.event();
    const refused = await failed(eventId);
    const dropped = await evently(["dead-letters", "drop", refused.id, "--why", "sold elsewhere", "--json"]);
    expect(dropped.json).to.include({ settlement: "dropped", decided: "BookingRejected: CommandFailed" });
    expect(await engine.waiting(eventId)).to.equal(0);
    expect(await auditEvent(engine.database.url, eventId)).to.include({ sold: 0, rejected: 1 });
  });

  it("retried after they were decided become a new booking, whoever retries them how often at once", async () => {
    const eventId = await engine.event();
    const refused = await failed(eventId);
    const tries = Array.from({ length: 5 }, () => evently(["dead-letters", "retry", refused.id, "--json"]));
    const answers = await whileDeciding(eventId, Promise.all(tries));
    const done = answers.filter(({ code }) => code === EXIT.done);
    expect(done).to.have.length(1);
    expect(answers.filter(({ code }) => code === EXIT.refused)).to.have.length(4);
    const [{ json }] = done as [(typeof done)[0]];
    expect(json.command_id).not.to.equal(refused.id);
    expect(json.decided).to.equal("BookingConfirmed");
    const booked = await decidedBooking(engine.pool, eventId, json.command_id);
    expect(booked).to.include({ status: "confirmed", quantity: 7, userId: refused.userId });
    expect(await decidedBooking(engine.pool, eventId, refused.id)).to.include({ status: "rejected" });
    expect(await auditOf(refused.id)).to.have.length(1);
    expect(await auditEvent(engine.database.url, eventId)).to.include({ sold: 7, rejected: 1 });
  });

  it("retried before they were decided keep their id, so that their key leads to what comes of it", async () => {
    const eventId = await engine.event();
    const lost = await unreadable(eventId, { type: "BookTicketsOfALaterVersion" });
    const tooEarly = await evently(["dead-letters", "retry", lost.id]);
    expect(tooEarly.code).to.equal(EXIT.refused);
    expect(tooEarly.out).to.contain("this version cannot read it").and.to.contain("only be dropped");
    // The version that can read it comes.
    await engine.pool.query(
      `update dead_letter set envelope = jsonb_set(envelope::jsonb, '{command,type}', '"BookTickets"')::json
        where command_id = $1`,
      [lost.id],
    );
    const retried = await whileDeciding(eventId, evently(["dead-letters", "retry", lost.id, "--json"]));
    expect(retried.json).to.include({ command_id: lost.id, decided: "BookingConfirmed" });
    expect(await decidedBooking(engine.pool, eventId, lost.id)).to.include({
      status: "confirmed",
      quantity: 2,
    });
    expect(await auditEvent(engine.database.url, eventId)).to.include({ sold: 2 });
  });

  it("that fail once more are open once more", async () => {
    const eventId = await engine.event();
    const lost = await unreadable(eventId, { type: "Nonsense" });
    await engine.pool.query(
      `update dead_letter set envelope = jsonb_set(envelope::jsonb, '{command,type}', '"BookTickets"')::json
        where command_id = $1`,
      [lost.id],
    );
    const [retried] = await Promise.all([
      evently(["dead-letters", "retry", lost.id, "--json"]),
      sleep(300).then(async () => {
        await engine.pool.query(
          "update mailbox.job set data = jsonb_set(data, '{command,type}', '\"Nonsense\"') where id = $1",
          [lost.id],
        );
        await engine.worker().turn(eventId);
      }),
    ]);
    expect(retried.code).to.equal(EXIT.underWay);
    const listed = await evently(["dead-letters", "list", eventId, "--json"]);
    expect(listed.json.dead_letters[0]).to.include({ id: lost.id, settlement: null });
  });

  it("of late money keep telling the event by their id, which is that of the tickets it buys", async () => {
    const eventId = await engine.event();
    const letter = {
      eventNumber: 77,
      commandId: engine.ids.commandId(),
      outcome: "CommandRefused",
      envelope: {
        type: "RecordPayment",
        paymentId: engine.ids.commandId(),
        bookingId: engine.book(eventId).id,
        result: { type: "captured", amountMinor: 100 },
      },
    } as unknown as StoredLetter;
    const again = commandAgain(letter, engine.ids) as Command;
    expect(eventNumberOf(again.id)).to.equal(77);
    const confirmed = { ...letter, envelope: { type: "ConfirmBooking", bookingId: engine.book(eventId).id } };
    expect(commandAgain(confirmed, engine.ids)).to.match(/its buyer has to pay again/);
  });

  it("keep the price that their buyer saw when they are sent again", async () => {
    const eventId = await engine.event();
    const refused = await failed(eventId);
    const change = {
      type: "ChangeEvent",
      id: engine.ids.commandId(),
      changes: { tiers: [{ name: "General", priceMinor: 9_000 }] },
    };
    await engine.send(eventId, change as never);
    await engine.worker().turn(eventId);
    const retried = await whileDeciding(eventId, evently(["dead-letters", "retry", refused.id, "--json"]));
    expect(retried.json.decided).to.equal("BookingRejected: PriceChanged");
    expect(retried.code).to.equal(EXIT.refused);
  });

  it("are told apart from what never was one", async () => {
    const nobody = engine.ids.newId();
    for (const verb of ["show", "retry"]) {
      const said = await evently(["dead-letters", verb, nobody]);
      expect(said.code, verb).to.equal(EXIT.refused);
      expect(said.out).to.equal(`there is no dead letter ${nobody}\n`);
    }
    const wrong = await evently(["dead-letters", "show", "'; drop table event"]);
    expect(wrong.code).to.equal(EXIT.unusable);
    expect(wrong.err).to.contain("a command's id (a UUID)");
  });
});
