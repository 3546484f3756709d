import { expect } from "chai";
import type { BookTickets, Command } from "../../src/domain/command.ts";
import type { BookingId, EventId, PaymentId, UserId } from "../../src/domain/ids.ts";
import { readSubject } from "../../src/rehearsal/read-subject.ts";
import { rehearse } from "../../src/rehearsal/rehearse.ts";
import { createRehearsalPool, createRehearsalSource } from "../../src/store/rehearsals/source.ts";
import { Engine, type TestWorker } from "../engine/engine.ts";
import { silent } from "../support/postgres.ts";
import { planOf } from "./past-sale.ts";

const BUYERS = 40;
const CAPACITY = 30;

describe("the rehearsal of a sale that PostgreSQL has", () => {
  let engine: Engine;
  let worker: TestWorker;
  let eventId: EventId;
  let pool: ReturnType<typeof createRehearsalPool>;

  before(async () => {
    engine = await Engine.start();
    pool = createRehearsalPool(engine.database.url, silent);
    worker = engine.worker();
    eventId = await engine.event({
      capacity: CAPACITY,
      requiresPayment: true,
      holdTtlMs: 400,
      offerTtlMs: 400,
      holdsPerUserMax: 4,
    });
    await sell();
  });
  after(async () => {
    await pool.end();
    await engine.stop();
  });

  const newId = () => engine.ids.bookingId(1) as BookingId;

  function booking(): BookTickets {
    return {
      type: "BookTickets",
      id: newId(),
      userId: engine.ids.newId() as UserId,
      quantity: 2,
      waitlistIfFull: { priority: "basic", offerId: newId() },
    };
  }

  async function send(...commands: readonly Command[]): Promise<void> {
    await engine.send(eventId, ...commands);
    await engine.drain(eventId, worker);
  }

  /** Half of the holds are paid, the others expire and go to those who wait; some of these pay; some cancel. */
  async function sell(): Promise<void> {
    const bookings = Array.from({ length: BUYERS }, booking);
    await send(...bookings);
    await pay(bookings.slice(0, 8));
    const [first] = bookings as [BookTickets];
    await send({
      type: "CancelBooking",
      id: engine.ids.commandId(),
      bookingId: first.id,
      userId: first.userId,
      by: "customer",
    });
    await new Promise((later) => setTimeout(later, 600));
    await engine.drain(eventId, worker);
    const offers = await offersNow();
    await pay(offers.slice(0, 3));
    await new Promise((later) => setTimeout(later, 600));
    await engine.drain(eventId, worker);
  }

  async function offersNow(): Promise<{ id: BookingId; userId: UserId }[]> {
    const { rows } = await engine.pool.query(
      `select id, user_id as "userId" from booking where event_id = $1 and status = 'pending' order by id`,
      [eventId],
    );
    return rows;
  }

  async function pay(holds: readonly { readonly id: BookingId; readonly userId: UserId }[]): Promise<void> {
    for (const { id: bookingId, userId } of holds) {
      const paymentId = engine.ids.commandId() as unknown as PaymentId;
      const resultId = newId();
      await send({
        type: "ConfirmBooking",
        id: paymentId,
        bookingId,
        userId,
        payment: { provider: "test", method: "token" },
        resultId,
      });
      const { rows } = await engine.pool.query("select amount_minor as minor from payment where id = $1", [
        paymentId,
      ]);
      if (rows[0] === undefined) continue;
      const result = { type: "captured", amountMinor: Number(rows[0].minor) } as const;
      await send({ type: "RecordPayment", id: resultId, paymentId, bookingId, result });
    }
  }

  /** Every row of every table but the statistics of the server itself. */
  async function everything(): Promise<string> {
    const { rows: tables } = await engine.pool.query<{ name: string }>(
      `select quote_ident(table_schema) || '.' || quote_ident(table_name) as name from information_schema.tables
        where table_type = 'BASE TABLE' and table_schema not in ('pg_catalog', 'information_schema') order by 1`,
    );
    const digests: string[] = [];
    for (const { name } of tables) {
      const { rows } = await engine.pool.query(
        `select count(*) || ' ' || coalesce(md5(string_agg(t::text, '|' order by t::text)), '') as digest from ${name} t`,
      );
      digests.push(`${name} ${rows[0].digest}`);
    }
    return digests.join("\n");
  }

  it("comes to what the tables say, with holds that expired and offers that were taken and lapsed", async () => {
    const subject = await readSubject(createRehearsalSource(pool), { id: eventId, present: false });
    const { check, rules } = rehearse(subject, planOf());
    expect(check?.differences).to.deep.equal([]);
    const { rows } = await engine.pool.query(
      `select count(*) filter (where status = 'confirmed')::int as confirmed,
              count(*) filter (where status = 'expired')::int as expired,
              (sum(total_minor) filter (where status in ('confirmed', 'cancelled') and (status = 'confirmed' or refund_minor > 0))
               - sum(refund_minor))::int as net,
              (select count(*)::int from waitlist_entry w where w.event_id = $1) as joined
         from booking where event_id = $1`,
      [eventId],
    );
    const [asItWas] = rules;
    expect(asItWas?.revenue.netMinor).to.equal(rows[0].net).and.be.greaterThan(0);
    expect((asItWas?.holds.expired ?? 0) + (asItWas?.offers.expired ?? 0)).to.equal(rows[0].expired);
    expect(asItWas?.offers.paid).to.be.greaterThan(0);
    expect(asItWas?.offers.expired).to.be.greaterThan(0);
    expect(asItWas?.waitlist.joined).to.equal(rows[0].joined).and.be.greaterThan(0);
    expect((asItWas?.tiers[0]?.sold ?? 0) / 2).to.equal(rows[0].confirmed);
  });

  it("changes no row of any table, and could not", async () => {
    const before = await everything();
    const source = createRehearsalSource(pool);
    for (const times of [1, 3]) {
      const subject = await readSubject(source, { id: eventId, present: true });
      rehearse(subject, planOf({ wanted: { type: "recorded", times }, rules: [] }));
    }
    expect(await everything()).to.equal(before);
    for (const text of ["delete from ledger", "update event set name = ''", "create table mine ()"]) {
      const refused = await pool.query(text).then(
        () => null,
        (error) => error.code,
      );
      expect(refused, text).to.equal("25006");
    }
  });

  it("goes on from now with what is left", async () => {
    const subject = await readSubject(createRehearsalSource(pool), { id: eventId, present: true });
    const before = structuredClone(subject.present?.state.tiers);
    const rows = Array.from({ length: 50 }, (_, at) => ({
      where: () => "",
      seconds: at,
      quantity: 1,
      paysAfterS: 0.1,
    }));
    const { rules } = rehearse(
      subject,
      planOf({ wanted: { type: "stated", rows }, from: "now", rules: ["fixed"] }),
    );
    const [{ sold = 0, capacity = 0 } = {}] = before ?? [];
    expect(rules[0]?.tiers[0]?.sold).to.equal(Math.min(capacity, sold + 50));
    expect(subject.present?.state.tiers).to.deep.equal(before);
  });
});
