import { hash, randomUUID } from "node:crypto";
import { expect } from "chai";
import type { Finding } from "../../src/audit/findings.ts";
import type { EventId, UserId } from "../../src/domain/ids.ts";
import { chainText, NO_DIGEST } from "../../src/domain/ledger-chain.ts";
import { inTransaction } from "../../src/store/database.ts";
import { Engine, type TestWorker } from "../engine/engine.ts";
import { remember, reportOf } from "./support.ts";

const CAPACITY = 2;
const REQUESTS = 6;
/** Numbers of entries: the event's creation, then as many bookings as there are tickets, then refusals. */
const [FIRST_BOOKING, FIRST_REFUSAL, LAST] = [2, CAPACITY + 2, REQUESTS + 1];

/** What somebody does who knows the tables well and leaves everything consistent, but for the digests. */
interface Forgery {
  readonly name: string;
  /** `$1` is the event; each statement has to change something. */
  readonly sql: readonly string[];
  /** The subjects of what is found, and nothing else is. */
  readonly found: readonly RegExp[];
}

const changed = (seq: number) => new RegExp(`^entry ${seq} was changed after the fact$`);
const HEAD = /^digest of the head$/;
const SOMEBODY = randomUUID();
const takeOut = (seq: string) => [
  `delete from ledger where event_id = $1 and seq = ${seq}`,
  "update actor set ledger_seq = ledger_seq - 1, bookings_decided = bookings_decided - 1 where event_id = $1",
  "update mailbox_counter set bookings_accepted = bookings_accepted - 1 where event_id = $1",
];

const FORGERIES: readonly Forgery[] = [
  {
    name: "a ticket that was always somebody else's, wherever that is written",
    sql: [
      `update ledger l set command = replace(command::text, b.user_id::text, '${SOMEBODY}')::json,
                           outcomes = replace(outcomes::text, b.user_id::text, '${SOMEBODY}')::json
         from booking b where b.event_id = $1 and l.event_id = $1 and l.seq = ${FIRST_BOOKING} and b.id = l.command_id`,
      `update booking b set user_id = '${SOMEBODY}' from ledger l
        where l.event_id = $1 and l.seq = ${FIRST_BOOKING} and b.event_id = $1 and b.id = l.command_id`,
    ],
    found: [changed(FIRST_BOOKING)],
  },
  {
    name: "a booking a millisecond earlier",
    sql: [
      `update ledger set decided_at = decided_at - interval '1 ms' where event_id = $1 and seq = ${FIRST_BOOKING}`,
    ],
    found: [changed(FIRST_BOOKING)],
  },
  {
    name: "a space in what was decided",
    sql: [
      `update ledger set outcomes = (outcomes::text || ' ')::json where event_id = $1 and seq = ${FIRST_REFUSAL}`,
    ],
    found: [changed(FIRST_REFUSAL)],
  },
  {
    name: "another digest",
    sql: [`update ledger set digest = sha256(digest) where event_id = $1 and seq = ${FIRST_REFUSAL}`],
    found: [changed(FIRST_REFUSAL), changed(FIRST_REFUSAL + 1)],
  },
  {
    name: "a last refusal that never was, with every counter put right",
    sql: takeOut(`${LAST}`),
    found: [HEAD],
  },
  {
    name: "a refusal taken out, and those behind it numbered anew",
    sql: [
      ...takeOut(`${FIRST_REFUSAL}`),
      // In two steps: a number is there once, at every moment.
      `update ledger set seq = -seq where event_id = $1 and seq > ${FIRST_REFUSAL}`,
      "update ledger set seq = -seq - 1 where event_id = $1 and seq < 0",
    ],
    found: [changed(FIRST_REFUSAL), changed(FIRST_REFUSAL + 1), changed(FIRST_REFUSAL + 2)],
  },
  {
    name: "two refusals in the other order",
    sql: [
      `update ledger set seq = -seq where event_id = $1 and seq in (${FIRST_REFUSAL}, ${FIRST_REFUSAL + 1})`,
      `update ledger set seq = ${2 * FIRST_REFUSAL + 1} + seq where event_id = $1 and seq < 0`,
    ],
    found: [changed(FIRST_REFUSAL), changed(FIRST_REFUSAL + 1), changed(FIRST_REFUSAL + 2)],
  },
  {
    name: "another digest in the actor",
    sql: ["update actor set ledger_digest = sha256(ledger_digest) where event_id = $1"],
    found: [HEAD],
  },
];

describe("the chain of an event's ledger", () => {
  let engine: Engine;
  let worker: TestWorker;
  let eventId: EventId;

  beforeEach(async () => {
    engine = await Engine.start();
    eventId = await engine.event({ capacity: CAPACITY });
    worker = engine.worker();
    // At once: a request for an event that is sold out is not even let into the line.
    await engine.send(eventId, ...Array.from({ length: REQUESTS }, () => engine.book(eventId)));
    await engine.drain(eventId, worker);
    expect((await reportOf(engine.database.url)).listed).to.deep.equal([]);
  });
  afterEach(() => engine.stop());

  async function findings(): Promise<readonly Finding[]> {
    return (await reportOf(engine.database.url, eventId)).listed;
  }

  it("shows what was changed, taken out, moved and cut off by somebody who left all else consistent", async () => {
    for (const { name, sql, found } of FORGERIES) {
      const tables = ["ledger", "actor", "mailbox_counter", "booking"];
      const restore = [];
      for (const table of tables) restore.push(await remember(engine, table));
      for (const text of sql) {
        expect((await engine.pool.query(text, [eventId])).rowCount, text).to.be.greaterThan(0);
      }
      const listed = await findings();
      expect(
        listed.map(({ area }) => area),
        name,
      ).to.deep.equal(found.map(() => "chain"));
      for (const [at, subject] of found.entries()) expect(listed[at]?.subject, name).to.match(subject);
      for (const put of restore) await put();
      expect(await findings(), `after ${name}`).to.deep.equal([]);
    }
  });

  it("says which digests there are", async () => {
    await engine.pool.query("update ledger set decided_at = now() where event_id = $1 and seq = $2", [
      eventId,
      LAST,
    ]);
    const [{ says, seq } = { says: {}, seq: 0 }] = await findings();
    expect(seq).to.equal(LAST);
    expect(says).to.have.all.keys("its digest", "digest of what stands there");
    for (const digest of Object.values(says)) expect(digest).to.match(/^[0-9a-f]{64}$/);
  });

  it("cannot show what somebody does who computes every digest anew: that is what statements are for", async () => {
    const { rows } = await engine.pool.query<{ id: UserId }>(
      "select command->>'userId' as id from ledger where event_id = $1 and seq = $2",
      [eventId, FIRST_REFUSAL],
    );
    await engine.pool.query(
      `update ledger set command = replace(command::text, $2, $3)::json, outcomes = replace(outcomes::text, $2, $3)::json
        where event_id = $1`,
      [eventId, rows[0]?.id, SOMEBODY],
    );
    expect(await findings()).to.have.length(1);
    for (let seq = FIRST_REFUSAL; seq <= LAST; seq += 1) {
      await engine.pool.query(
        `update ledger l set digest = ledger_digest(p.digest, l)
           from ledger p where l.event_id = $1 and l.seq = $2 and p.event_id = $1 and p.seq = $2 - 1`,
        [eventId, seq],
      );
    }
    await engine.pool.query(
      "update actor a set ledger_digest = l.digest from ledger l where l.event_id = a.event_id and l.seq = a.ledger_seq",
    );
    expect(await findings()).to.deep.equal([]);
  });

  it("is the same in SQL, whatever is written there", async () => {
    const texts = ["{}", '"é ☕ 😀"', '"\\u0000\\ud800"', " [ 1,\n2 ]\t", `"${"long ".repeat(20_000)}"`];
    for (const [at, command] of texts.entries()) {
      const row = {
        eventId: randomUUID(),
        seq: 2 ** at,
        commandId: randomUUID(),
        type: `Type\n${at} ☕`,
        command,
        outcomes: texts.at(-at) ?? "",
        decidedAt: 1_700_000_000_000 + at * 333,
      };
      const previous = at === 0 ? NO_DIGEST : hash("sha256", command);
      const { rows } = await engine.pool.query(
        `select encode(ledger_digest(decode($1, 'hex'), ($2::uuid, $3::bigint, $4::uuid, $5::text, $6::json, $7::json,
                       $8::timestamptz, null)::ledger), 'hex') as digest`,
        [
          previous,
          row.eventId,
          row.seq,
          row.commandId,
          row.type,
          row.command,
          row.outcomes,
          new Date(row.decidedAt),
        ],
      );
      expect(rows[0].digest).to.equal(hash("sha256", chainText(previous, row)));
    }
  });

  it("is that of what committed, where parts of a turn were refused, taken back and taken again", async () => {
    const culprits = [engine.user(), engine.user()];
    await engine.pool.query(
      `create function refuse_some() returns trigger language plpgsql as $$ begin
         if new.user_id in ('${culprits.join("','")}') then raise sqlstate '22023' using message = 'not this one'; end if;
         return new;
       end $$;
       create trigger refuse_some before insert on booking for each row execute function refuse_some()`,
    );
    eventId = await engine.event();
    const innocent = () => engine.book(eventId);
    const [first, second] = culprits.map((userId) => engine.book(eventId, 1, userId));
    const batch = [innocent(), innocent(), first, innocent(), innocent(), second, innocent()] as const;
    await engine.send(eventId, ...batch.filter((command) => command !== undefined));
    await engine.drain(eventId, worker);
    await engine.send(eventId, innocent());
    await engine.drain(eventId, worker);
    const heads = (await engine.ledger(eventId)).map(({ decision: [head] }) => head.type);
    expect(heads.filter((type) => type === "BookingConfirmed")).to.have.length(6);
    expect(heads.filter((type) => type === "BookingRejected")).to.have.length(2);
    expect(await findings()).to.deep.equal([]);
  });

  it("goes on where a worker of the version before wrote, which knows of no digests", async () => {
    await inTransaction(engine.pool, async (tx) => {
      await tx.query(
        `select pass_fence(array[event_id], array[version], array[ledger_seq + 2], array[0], array[2], array[bookings_live],
                           array[next_due_at], array[decided_per_s], array[turned_at]) from actor where event_id = $1`,
        [eventId],
      );
      await tx.query(
        `insert into ledger (event_id, seq, command_id, type, command, outcomes, decided_at)
         select event_id, ledger_seq - 2 + n, id, 'WaitlistProcessed',
                json_build_object('type', 'ProcessWaitlist', 'id', id, 'ticketsMax', null), '[{"type":"WaitlistProcessed"}]',
                turned_at
           from actor, unnest($2::uuid[]) with ordinality as u (id, n) where event_id = $1 order by n`,
        [eventId, [randomUUID(), randomUUID()]],
      );
      await tx.query("update mailbox_counter set urgent_accepted = urgent_accepted + 2 where event_id = $1", [
        eventId,
      ]);
    });
    expect(await findings()).to.deep.equal([]);
    await engine.send(eventId, { type: "ResumeSale", id: engine.ids.commandId() });
    await engine.drain(eventId, worker);
    expect((await engine.ledger(eventId)).at(-1)?.seq).to.equal(LAST + 3);
    expect(await findings()).to.deep.equal([]);
  });
});
