import { randomUUID } from "node:crypto";
import { expect } from "chai";
import pg from "pg";
import { checkProductBooks } from "../../bench/lib/books.ts";
import { createTestDatabase, type TestDatabase } from "../support/postgres.ts";

const EVENT = randomUUID();

/** Gives the event's tier seats, and each booking its own: 0 to the one of one ticket, 1 and 2 to the other. */
const SEATED = `update tier set is_seated = true;
  update booking set seats = case quantity when 1 then '{0}' else '{1,2}' end::int[];
  insert into seat_taken select event_id, unnest(seats), 2, id from booking`;

describe("the check of the books in the database", () => {
  let database: TestDatabase;
  let db: pg.Client;

  before(async () => {
    database = await createTestDatabase();
    db = new pg.Client({ connectionString: database.url });
    await db.connect();
    await db.query(
      `insert into event (event_id, name, venue, starts_at, currency, tickets_per_booking_max, sale_status,
                          created_by, created_at, updated_at)
       values ($1, 'E', 'V', now(), 'USD', 10, 'open', $1, now(), now())`,
      [EVENT],
    );
    await db.query("insert into actor (event_id, ledger_seq) values ($1, 2)", [EVENT]);
    await db.query(
      "insert into tier (event_id, position, name, price_minor, capacity, sold) values ($1, 0, 'General', 100, 5, 3)",
      [EVENT],
    );
    await book(1, 1);
    await book(2, 2);
  });
  after(async () => {
    await db?.end();
    await database?.drop();
  });

  async function book(seq: number, quantity: number): Promise<void> {
    const id = randomUUID();
    const outcomes = JSON.stringify([{ type: "BookingConfirmed", bookingId: id, quantity }]);
    await db.query(
      `insert into ledger (event_id, seq, command_id, type, command, outcomes, decided_at)
       values ($1, $2, $3, 'BookingConfirmed', '{}', $4, now())`,
      [EVENT, seq, id, outcomes],
    );
    await db.query(
      `insert into booking (event_id, id, user_id, reference, tier, quantity, unit_price_minor, total_minor, status,
                            created_at, updated_at)
       values ($1, $2, $2, 'EVT', 0, $3, 100, 100, 'confirmed', now(), now())`,
      [EVENT, id, quantity],
    );
  }

  /** The names of the checks that fail while `tamper` is in force. */
  async function failingAfter(tamper: string): Promise<string[]> {
    await db.query("begin");
    try {
      if (tamper !== "") await db.query(tamper);
      const checks = await checkProductBooks(db, [EVENT]);
      return checks.filter(({ holds }) => !holds).map(({ name }) => name);
    } finally {
      await db.query("rollback");
    }
  }

  it("finds nothing wrong with right books", async () => {
    expect(await failingAfter("")).to.deep.equal([]);
  });

  const wrongs: readonly (readonly [string, string, string])[] = [
    ["a counter that is one too low", "update tier set sold = 2", "ledger = counters = bookings"],
    ["a booking that is missing", "delete from booking where quantity = 1", "ledger = counters = bookings"],
    [
      "a booking twice the size",
      "update booking set quantity = 4 where quantity = 2",
      "ledger = counters = bookings",
    ],
    [
      "a cancelled booking the ledger knows nothing of",
      "update booking set status = 'cancelled'",
      "ledger = counters = bookings",
    ],
    ["a ledger that starts late", "update ledger set seq = 3 where seq = 1", "the ledger has no gap"],
    ["a ledger behind its actor", "update actor set ledger_seq = 3", "the ledger has no gap"],
    [
      "more sold than there is",
      "alter table tier drop constraint tier_check; update tier set capacity = 2",
      "nothing is oversold",
    ],
  ];
  const seatWrongs: readonly (readonly [string, string])[] = [
    ["a booking without seats", "update booking set seats = null where quantity = 1"],
    ["a seat that two bookings have", "update booking set seats = '{0,1}' where quantity = 2"],
    ["a seat too many in a booking", "update booking set seats = '{0,7}' where quantity = 1"],
    ["a sold seat that nobody booked", `insert into seat_taken values ('${EVENT}', 7, 2, null)`],
    ["a booked seat that is free", "delete from seat_taken where seat = 0"],
    ["a booked seat that is only held", "update seat_taken set status = 1 where seat = 2"],
    [
      "a seat sold to another booking",
      "update seat_taken set booking_id = (select id from booking where quantity = 1) where seat = 2",
    ],
    [
      "two bookings that changed seats",
      "update booking set seats = case quantity when 1 then '{1}' else '{0,2}' end::int[]",
    ],
  ];
  for (const [what, tamper] of seatWrongs) {
    it(`finds ${what}`, async () => {
      expect(await failingAfter(`${SEATED}; ${tamper}`)).to.deep.equal(["every ticket has its own seat"]);
    });
  }

  it("finds nothing wrong with seats that are right, and looks at them only where there are seats", async () => {
    expect(await failingAfter(SEATED)).to.deep.equal([]);
    await db.query("begin");
    const without = await checkProductBooks(db, [EVENT]);
    await db.query(SEATED);
    const withSeats = await checkProductBooks(db, [EVENT]);
    await db.query("rollback");
    expect([without.length, withSeats.length]).to.deep.equal([3, 4]);
    expect(withSeats[3]?.facts).to.equal(
      "3 tickets, 3 different of 3 seats booked, 3 sold, 0 of them to others",
    );
  });

  for (const [what, tamper, check] of wrongs) {
    it(`finds ${what}`, async () => {
      expect(await failingAfter(tamper)).to.deep.equal([check]);
    });
  }
});
