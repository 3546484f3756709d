import { expect } from "chai";
import { auditEvent } from "../support/books.ts";
import { Engine } from "./engine.ts";

describe("poison", () => {
  let engine: Engine;
  before(async () => {
    engine = await Engine.start();
    // Stands for whatever a database may refuse one day: rows of this quantity.
    await engine.pool.query(`
      create function refuse_seven() returns trigger language plpgsql as $$ begin
        if new.quantity = 7 then raise exception 'seven is refused' using errcode = '23514'; end if;
        return new;
      end $$;
      create trigger refuse_seven before insert on booking for each row execute function refuse_seven()`);
  });
  after(() => engine.stop());

  const deadLetters = async (eventId: string) =>
    (await engine.pool.query("select command_id, error from dead_letter where event_id = $1", [eventId]))
      .rows;

  for (const at of [0, 1, 57, 99]) {
    it(`in row ${at} of a batch of 100 is set aside; the others commit, in order`, async () => {
      const eventId = await engine.event({ capacity: 1_000 });
      const commands = Array.from({ length: 100 }, (_, n) => engine.book(eventId, n === at ? 7 : 1));
      await engine.send(eventId, ...commands);
      await engine.worker().turn(eventId);
      expect(await engine.decided(eventId)).to.deep.equal(commands.map(({ id }) => id));
      const [letter, second] = await deadLetters(eventId);
      expect(second).to.equal(undefined);
      expect(letter.command_id).to.equal(commands[at]?.id);
      expect(letter.error).to.include("seven is refused");
      const entry = (await engine.ledger(eventId))[at + 1];
      expect(entry?.decision[0]).to.include({ type: "BookingRejected", reason: "CommandFailed" });
      expect(await engine.waiting(eventId)).to.equal(0);
      expect(await auditEvent(engine.database.url, eventId)).to.include({ sold: 99, rejected: 1 });
    });
  }

  it("several at once are found, each", async () => {
    const eventId = await engine.event({ capacity: 1_000 });
    const commands = Array.from({ length: 64 }, (_, n) => engine.book(eventId, n % 16 === 3 ? 7 : 1));
    await engine.send(eventId, ...commands);
    await engine.worker().turn(eventId);
    expect(await deadLetters(eventId)).to.have.length(4);
    expect(await auditEvent(engine.database.url, eventId)).to.include({ sold: 60 });
  });

  it("of one event does not hold up the events that share its turn", async () => {
    const [bad, good] = [await engine.event(), await engine.event()];
    await engine.send(bad, engine.book(bad, 7), engine.book(bad));
    await engine.send(good, engine.book(good));
    await engine.worker().turn(bad, good);
    expect((await auditEvent(engine.database.url, bad)).sold).to.equal(1);
    expect((await auditEvent(engine.database.url, good)).sold).to.equal(1);
    expect(await deadLetters(good)).to.have.length(0);
  });

  it("that cannot be read is dead-lettered with the reason", async () => {
    const eventId = await engine.event();
    const bad = engine.ids.commandId();
    await engine.boss.insert(`event.${eventId}`, [
      { id: bad, data: { n: 1, at: 1, command: { type: "Nonsense" } } },
    ]);
    await engine.pool.query("update mailbox_counter set bookings_accepted = 1 where event_id = $1", [
      eventId,
    ]);
    await engine.send(eventId, engine.book(eventId));
    await engine.worker().turn(eventId);
    const [letter] = await deadLetters(eventId);
    expect(letter).to.include({ command_id: bad });
    expect(letter.error).to.include("Nonsense");
    expect(await engine.waiting(eventId)).to.equal(0);
    expect((await auditEvent(engine.database.url, eventId)).sold).to.equal(1);
  });

  it("that is delivered again is not decided again", async () => {
    const eventId = await engine.event();
    const command = engine.book(eventId);
    await engine.send(eventId, command);
    const worker = engine.worker();
    await worker.turn(eventId);
    // pg-boss takes an id again once its job was deleted.
    await engine.send(eventId, command, engine.book(eventId));
    await worker.turn(eventId);
    expect(await engine.decided(eventId)).to.have.length(2);
    expect(await engine.waiting(eventId)).to.equal(0);
    expect((await auditEvent(engine.database.url, eventId)).sold).to.equal(2);
  });

  it("that takes its process down is set aside after two counted attempts", async () => {
    const eventId = await engine.event();
    const [deadly, harmless] = [engine.book(eventId), engine.book(eventId)];
    await engine.send(eventId, deadly, harmless);
    // A process that dies in its turn: the activation is marked, the turn leaves nothing.
    const die = async () => {
      const worker = engine.doomedWorker();
      await worker.turn(eventId).catch(() => undefined);
      await worker.tx.close();
    };
    for (let death = 0; death < 4; death += 1) await die();
    const survivor = engine.worker();
    while ((await survivor.turn(eventId)).more.length > 0);
    const [letter] = await deadLetters(eventId);
    expect(letter.command_id).to.equal(deadly.id);
    expect(letter.error).to.include("took its process down");
    expect(await auditEvent(engine.database.url, eventId)).to.include({ sold: 1, rejected: 1 });
  });

  it("that takes its process down is found behind others of its batch, while urgent mail goes on coming", async () => {
    const eventId = await engine.event();
    const before = Array.from({ length: 20 }, () => engine.book(eventId));
    const deadly = engine.book(eventId);
    await engine.send(eventId, ...before, deadly);
    // Every turn that decides about it dies, however the batch is cut; what is decided without it stands.
    let [deaths, turns] = [0, 0];
    const urgent = () => ({ type: "ProcessWaitlist", id: engine.ids.commandId(), ticketsMax: null }) as const;
    const live = async () => {
      const worker = engine.deadlyWorker(deadly.id);
      for (;;) {
        const result = await worker.turn(eventId).catch(() => null);
        if (result === null) break;
        if (result.more.length === 0) return true;
        turns += 1;
        if (turns % 3 === 0) await engine.send(eventId, urgent());
      }
      deaths += 1;
      await worker.tx.close();
      return false;
    };
    while (!(await live())) expect(deaths).to.be.below(8);
    const [letter] = await deadLetters(eventId);
    expect(letter.command_id).to.equal(deadly.id);
    expect(await auditEvent(engine.database.url, eventId)).to.include({ sold: 20, rejected: 1 });
  });

  it("is not what workers are taken for that wake up for the same event together", async () => {
    const eventId = await engine.event({ capacity: 1_000 });
    await engine.send(eventId, ...Array.from({ length: 50 }, () => engine.book(eventId)));
    const workers = Array.from({ length: 6 }, () => engine.worker());
    // Each marks its activation before it knows whether another holds the actor.
    await Promise.all(workers.map(({ ports }) => ports.marks.begin([eventId])));
    const [first] = workers as [(typeof workers)[0]];
    await first.turn(eventId);
    expect(first.reports.map(({ envelopes }) => envelopes)).to.deep.equal([50]);
    await Promise.all(workers.map(({ tx }) => tx.close()));
  });

  it("is not what a healthy actor is taken for after its workers were killed twice", async () => {
    const eventId = await engine.event({ capacity: 1_000 });
    const worker = engine.worker();
    for (let death = 0; death < 5; death += 1) {
      await engine.send(eventId, engine.book(eventId));
      await engine
        .doomedWorker()
        .turn(eventId)
        .catch(() => undefined);
      await worker.turn(eventId);
    }
    await engine.send(eventId, ...Array.from({ length: 50 }, () => engine.book(eventId)));
    await worker.turn(eventId);
    expect(worker.reports.at(-1)?.envelopes).to.equal(50);
    expect(await deadLetters(eventId)).to.have.length(0);
  });
});
