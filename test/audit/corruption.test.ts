import { randomBytes } from "node:crypto";
import { expect } from "chai";
import type { Area, Finding } from "../../src/audit/findings.ts";
import type { EntryId, EventId } from "../../src/domain/ids.ts";
import { Engine } from "../engine/engine.ts";
import { dice, Storm, seatedEvent } from "../engine/storm.ts";
import { remember, reportOf, verify } from "./support.ts";

const TURNS = 60;
const COMMANDS_PER_TURN = 12;

interface Corruption {
  readonly name: string;
  /** The table that is changed, and put back afterwards. */
  readonly table: string;
  /** `$1` is the event. */
  readonly sql: string;
  /** Of some difference that has to be found: where, and what its subject and its voices say. */
  readonly area: Area;
  readonly found: RegExp;
  /** Of the event with a line instead of the one with everything. */
  readonly isOfLine?: true;
  /** Whether the difference has a number in the ledger. */
  readonly hasNumber?: true;
}

const one = (where: string) =>
  `(select id from booking where event_id = $1 and ${where} order by id limit 1)`;

const CORRUPTIONS: readonly Corruption[] = [
  {
    name: "a ledger row deleted",
    table: "ledger",
    sql: "delete from ledger where event_id = $1 and seq = 40",
    area: "ledger",
    found: /entry 40 is missing/,
    hasNumber: true,
  },
  {
    name: "the last ledger row deleted",
    table: "ledger",
    sql: `delete from ledger where event_id = $1 and seq = (select ledger_seq from actor where event_id = $1)`,
    area: "ledger",
    found: /head of the ledger/,
    hasNumber: true,
  },
  {
    name: "what a ledger row decided changed",
    table: "ledger",
    sql: `update ledger set outcomes = replace(outcomes::text, '"quantity":', '"quantity":1')::json
           where event_id = $1 and seq = (select min(seq) from ledger
             where event_id = $1 and outcomes::text like '%"BookingHeld"%')`,
    area: "replay",
    found: /what BookTickets was decided to.*BookingHeld/,
    hasNumber: true,
  },
  {
    name: "the command of a ledger row changed",
    table: "ledger",
    sql: `update ledger set command = replace(command::text, '"quantity":', '"quantity":1')::json
           where event_id = $1 and seq = (select min(seq) from ledger
             where event_id = $1 and outcomes::text like '%"BookingHeld"%')`,
    area: "replay",
    found: /what BookTickets was decided to/,
    hasNumber: true,
  },
  {
    name: "the type of a ledger row changed",
    table: "ledger",
    sql: "update ledger set type = 'BookingConfirmed' where event_id = $1 and seq = 1",
    area: "ledger",
    found: /what was decided.*BookingConfirmed by.*EventCreated by/,
    hasNumber: true,
  },
  {
    name: "a counter one too low",
    table: "tier",
    sql: `update tier set sold = sold - 1 where event_id = $1
             and position = (select min(position) from tier where event_id = $1 and sold > 0)`,
    area: "stock",
    found: /tier \w+: tickets sold.*counter in table tier.*bookings.*ledger/,
  },
  {
    name: "a price that nobody decided",
    table: "tier",
    sql: "update tier set price_minor = price_minor + 1 where event_id = $1 and position = 2",
    area: "event",
    found: /tier 2/,
  },
  {
    name: "a currency that nobody decided",
    table: "event",
    sql: "update event set currency = 'JPY' where event_id = $1",
    area: "event",
    found: /currency.*ledger.*table event JPY/,
  },
  {
    name: "a name that nobody decided",
    table: "event",
    sql: "update event set name = name || ', sold out' where event_id = $1",
    area: "event",
    found: /event: name;.*, sold out/,
  },
  {
    name: "somebody else's event",
    table: "event",
    sql: "update event set created_by = gen_random_uuid() where event_id = $1",
    area: "event",
    found: /createdBy/,
  },
  {
    name: "a seat free that was sold",
    table: "seat_taken",
    sql: `delete from seat_taken where event_id = $1 and seat =
            (select min(seat) from seat_taken where event_id = $1 and status = 2)`,
    area: "seats",
    found: /seat \d+.*free.*sold by/,
  },
  {
    name: "a seat of somebody else",
    table: "seat_taken",
    sql: `update seat_taken set booking_id = gen_random_uuid() where event_id = $1 and seat =
            (select min(seat) from seat_taken where event_id = $1 and status = 2)`,
    area: "seats",
    found: /seat \d+.*sold by.*sold by/,
  },
  {
    name: "a seat that the event does not have",
    table: "seat_taken",
    sql: "insert into seat_taken values ($1, 4000, 2, null)",
    area: "event",
    found: /as its actor would load it.*no seat 4000/,
  },
  {
    name: "a seat in two bookings",
    table: "booking",
    sql: `update booking b set seats[1] = o.seats[1]
            from (select id, seats from booking where event_id = $1 and seats is not null
                     and status in ('pending', 'confirmed') order by id limit 1) o
           where b.event_id = $1 and b.id = (select id from booking where event_id = $1 and seats is not null
             and status in ('pending', 'confirmed') order by id desc limit 1) and b.id <> o.id`,
    area: "seats",
    found: /seat \d+.*has it.*has it/,
    hasNumber: true,
  },
  {
    name: "a booking's quantity changed",
    table: "booking",
    sql: `update booking set quantity = quantity + 1 where event_id = $1 and id = ${one("status = 'confirmed'")}`,
    area: "bookings",
    found: /booking .*: quantity.*ledger.*table booking/,
    hasNumber: true,
  },
  {
    name: "a booking's status changed",
    table: "booking",
    sql: `update booking set status = 'cancelled' where event_id = $1 and id = ${one("status = 'confirmed'")}`,
    area: "bookings",
    found: /booking .*: status.*confirmed.*cancelled/,
    hasNumber: true,
  },
  {
    name: "a booking's person changed",
    table: "booking",
    sql: `update booking set user_id = gen_random_uuid() where event_id = $1 and id = ${one("status = 'confirmed'")}`,
    area: "bookings",
    found: /booking .*: userId/,
    hasNumber: true,
  },
  {
    name: "a booking's row gone",
    table: "booking",
    sql: `delete from booking where event_id = $1 and id = ${one("status = 'confirmed'")}`,
    area: "bookings",
    found: /booking .*tickets of user.*nothing/,
    hasNumber: true,
  },
  {
    name: "a booking that nobody decided",
    table: "booking",
    sql: `insert into booking (event_id, id, user_id, reference, tier, quantity, unit_price_minor, total_minor, status,
                               created_at, updated_at)
          values ($1, gen_random_uuid(), gen_random_uuid(), 'EVT', 2, 1, 0, 0, 'confirmed', now(), now())`,
    area: "bookings",
    found: /booking .*nothing.*1 tickets, confirmed/,
  },
  {
    name: "check-ins removed",
    table: "booking",
    sql: "update booking set check_ins = null where event_id = $1 and check_ins is not null",
    area: "bookings",
    found: /booking .*: checkIns/,
    hasNumber: true,
  },
  {
    name: "a replaced ticket made valid again",
    table: "booking",
    sql: "update booking set issue = issue - 1 where event_id = $1 and issue > 1",
    area: "bookings",
    found: /booking .*: issue/,
    hasNumber: true,
  },
  {
    name: "a payment captured without a ticket",
    table: "payment",
    sql: `update payment set state = 'captured', captured_minor = amount_minor where event_id = $1
             and id = (select id from payment where event_id = $1 and state = 'failed' order by id limit 1)`,
    area: "payments",
    found: /where captured money is.*captured.*tickets \+ refunds \+ kept by policy/,
    hasNumber: true,
  },
  {
    name: "a ticket cut off from its payment",
    table: "booking",
    sql: `update booking set payment_id = null where event_id = $1
             and id = ${one("status = 'confirmed' and payment_id is not null")}`,
    area: "payments",
    found: /where captured money is/,
    hasNumber: true,
  },
  {
    name: "a refund's row removed",
    table: "refund",
    sql: "delete from refund where event_id = $1 and id = (select min(id::text)::uuid from refund where event_id = $1)",
    area: "payments",
    found: /payment .*: refunds.*sum of table refund/,
    hasNumber: true,
  },
  {
    name: "a refund called paid that is owed",
    table: "refund",
    sql: "update refund set state = 'refunded' where event_id = $1 and id = (select min(id::text)::uuid from refund where event_id = $1)",
    area: "refunds",
    found: /refund .*: state.*owed.*refunded/,
    hasNumber: true,
  },
  {
    name: "two who wait in another order",
    table: "waitlist_entry",
    sql: `update waitlist_entry w set joined_seq = m.least + m.most - w.joined_seq
            from (select min(joined_seq) as least, max(joined_seq) as most from waitlist_entry
                   where event_id = $1 and status = 'waiting') m
           where event_id = $1 and w.joined_seq in (m.least, m.most)`,
    area: "waitlist",
    found: /waitlist: order/,
    isOfLine: true,
  },
  {
    name: "somebody who waits taken out of the line",
    table: "waitlist_entry",
    sql: "update waitlist_entry set status = 'left' where event_id = $1 and status = 'waiting'",
    area: "waitlist",
    found: /waitlist_entry .*: status.*waiting.*left/,
    isOfLine: true,
    hasNumber: true,
  },
  {
    name: "a code used more often",
    table: "promo_code",
    sql: "update promo_code set used = used + 1 where event_id = $1 and (uses_max is null or used < uses_max)",
    area: "promo codes",
    found: /code CODE\d+: uses.*table promo_code.*bookings.*ledger/,
  },
  {
    name: "the actor's head behind the ledger",
    table: "actor",
    sql: "update actor set ledger_seq = ledger_seq - 1 where event_id = $1",
    area: "ledger",
    found: /head of the ledger/,
    hasNumber: true,
  },
  {
    name: "an actor that would never wake",
    table: "actor",
    sql: "update actor set next_due_at = null where event_id = $1",
    area: "event",
    found: /when the actor is next woken.*never/,
  },
  {
    name: "a sale that nobody paused",
    table: "actor",
    sql: "update actor set is_paused = not is_paused where event_id = $1",
    area: "event",
    found: /isPaused/,
  },
  {
    name: "an envelope lost",
    table: "mailbox.job",
    sql: `delete from mailbox.job where name = 'event.' || $1::uuid
             and id = (select min(id::text)::uuid from mailbox.job where name = 'event.' || $1::uuid)`,
    area: "mailbox",
    found: /envelopes, .*accepted.*decided and waiting/,
  },
  {
    name: "a key whose command is gone",
    table: "mailbox.job",
    sql: "delete from mailbox.job where name = 'event.' || $1::uuid",
    area: "idempotency keys",
    found: /key of command/,
  },
];

describe("npm run verify on books that were tampered with", () => {
  let engine: Engine;
  let everything: EventId;
  let line: EventId;

  before(async () => {
    engine = await Engine.start();
    everything = await seatedEvent(engine);
    const storm = new Storm(engine, everything, dice(3));
    const worker = engine.worker();
    for (let turn = 0; turn < TURNS; turn += 1) {
      await storm.look();
      await engine.send(everything, ...Array.from({ length: COMMANDS_PER_TURN }, () => storm.command()));
      await worker.turn(everything);
    }
    await engine.send(everything, { type: "ResumeSale", id: engine.ids.commandId() });
    await engine.drain(everything, worker);
    // What waits: by key, so that a lost envelope leaves a key that leads nowhere.
    const id = engine.ids.commandId();
    const key = { digest: randomBytes(32), fingerprint: randomBytes(32) };
    await engine.post.send({ eventId: everything, command: { type: "ResumeSale", id }, key });
    await engine.send(everything, ...Array.from({ length: 5 }, () => storm.command()));
    line = await engine.event({ capacity: 1 });
    await engine.send(line, engine.book(line));
    await engine.drain(line, worker);
    await engine.send(line, ...Array.from({ length: 3 }, () => joining(engine)));
    await engine.drain(line, worker);
  });
  after(() => engine.stop());

  it("says that they are clean before", async () => {
    const { code, text, shown } = await verify(engine.database.url);
    expect(code, text).to.equal(0);
    expect(text).to.match(/^The books are clean: [\d,]+ decisions of 2 events decided again/);
    expect(shown).to.equal("");
  });

  for (const corruption of CORRUPTIONS) {
    const { name, table, sql, area, found, isOfLine, hasNumber } = corruption;
    it(`finds and names ${name}`, async () => {
      const eventId = isOfLine ? line : everything;
      const restore = await remember(engine, table);
      try {
        // The checks of the tables themselves would not even let some of it in.
        const changed = await engine.pool.query(sql, [eventId]);
        expect(changed.rowCount, "rows that were tampered with").to.be.greaterThan(0);
        const { code, text } = await verify(engine.database.url);
        expect(code, text).to.equal(1);
        expect(text).to.include(eventId);
        const { listed } = await reportOf(engine.database.url, eventId);
        const match = listed.find((finding) => finding.area === area && found.test(asLine(finding)));
        expect(match, `${listed.map(asLine).join("\n")}`).not.to.equal(undefined);
        if (hasNumber) expect(match?.seq).to.be.a("number");
      } finally {
        await restore();
      }
    });
  }

  it("finds what was sold of an event that was taken away", async () => {
    const tables = ["event", "tier", "actor", "mailbox_counter"];
    const restore = await Promise.all(tables.map((table) => remember(engine, table)));
    try {
      const removals = tables.map((table) => `delete from ${table} where event_id = '${line}'`);
      await engine.pool.query(`set local session_replication_role = replica; ${removals.join("; ")}`);
      const { code, text } = await verify(engine.database.url);
      expect(code, text).to.equal(1);
      const { listed } = await reportOf(engine.database.url, null);
      const orphaned = listed.filter(
        ({ subject, eventId }) => subject === "there is none" && eventId === line,
      );
      expect(orphaned.flatMap(({ says }) => Object.keys(says))).to.include.members([
        "table ledger",
        "table booking",
      ]);
    } finally {
      for (const put of restore) await put();
    }
  });

  it("counts what is too much to list, and still sees that the tables disagree among themselves", async () => {
    const { url } = engine.database;
    const restore = [await remember(engine, "ledger"), await remember(engine, "booking")];
    try {
      await engine.pool.query("update ledger set outcomes = '[]' where event_id = $1 and seq = 2", [
        everything,
      ]);
      await engine.pool.query("update booking set reference = '', quantity = quantity + 1");
      const { code, text } = await verify(url);
      expect(code).to.equal(1);
      expect(text).to.match(/\d more differences like these: not listed\./);
      const { listed, differences } = await reportOf(url, everything);
      const areas = Object.groupBy(listed, ({ area }) => area);
      expect(areas.bookings).to.have.length(20);
      expect(differences).to.be.greaterThan(listed.length);
      expect(areas.replay).to.have.length(1);
      expect(areas.stock?.[0]?.says).to.have.all.keys(
        "counter in table tier",
        "bookings",
        "table seat_taken",
      );
    } finally {
      for (const put of restore.reverse()) await put();
    }
  });

  it("says that they are clean again", async () => {
    expect((await verify(engine.database.url)).code).to.equal(0);
  });
});

function asLine({ area, subject, says }: Finding): string {
  return `${area}: ${subject}; ${Object.entries(says).flat().join(" ")}`;
}

function joining(engine: Engine) {
  const ids = engine.ids;
  return {
    type: "JoinWaitlist",
    id: ids.commandId() as EntryId,
    userId: engine.user(),
    quantity: 1,
    priority: "basic",
    offerId: ids.bookingId(1),
  } as const;
}
