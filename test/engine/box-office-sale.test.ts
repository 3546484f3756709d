import { expect } from "chai";
import type { BookTickets } from "../../src/domain/command.ts";
import type { EventId } from "../../src/domain/ids.ts";
import type { Outcome } from "../../src/domain/outcome.ts";
import { auditEvent } from "../support/books.ts";
import { Engine, type TestWorker } from "./engine.ts";

const ROWS = 50;
const SEATS_PER_ROW = 20;
const BUYERS = 20_000;
const HOLDS = 5_000;

describe("a box office at an on-sale", function () {
  this.timeout(120_000);
  let engine: Engine;
  let worker: TestWorker;

  before(async () => {
    engine = await Engine.start();
    worker = engine.worker();
  });
  after(() => engine.stop());

  async function drain(eventId: EventId): Promise<void> {
    await engine.drain(eventId, worker);
    expect(await engine.waiting(eventId)).to.equal(0);
  }

  async function sendAll(eventId: EventId, commands: readonly BookTickets[]): Promise<void> {
    for (let at = 0; at < commands.length; at += 2_000) {
      await engine.send(eventId, ...commands.slice(at, at + 2_000));
    }
  }

  it(`gives ${BUYERS.toLocaleString("en")} buyers of best seats every seat, no needless orphan and no false refusal`, async () => {
    const row = (_: unknown, at: number) => ({ label: String(at + 1), seats: SEATS_PER_ROW });
    const capacity = ROWS * SEATS_PER_ROW;
    const eventId = await engine.event({
      tiers: [{ name: "Stalls", priceMinor: 5_000, capacity, isSeated: true }],
      seating: { sections: [{ name: "Stalls", tier: 0, rows: Array.from({ length: ROWS }, row) }] },
    });
    const commands = Array.from(
      { length: BUYERS },
      (_, at): BookTickets => ({ ...engine.book(eventId, 1 + (at % 4)), adjacent: true }),
    );
    const started = performance.now();
    await sendAll(eventId, commands);
    await drain(eventId);
    console.log(`        accepted and decided in ${Math.round(performance.now() - started)} ms`);
    const books = await auditEvent(engine.database.url, eventId);
    expect(books.sold).to.equal(capacity);
    checkSeats((await engine.ledger(eventId)).flatMap(({ decision }) => decision));
  });

  it(`returns the stock of ${HOLDS.toLocaleString("en")} holds that expire together, once each`, async () => {
    const eventId = await engine.event({ capacity: HOLDS, requiresPayment: true, holdTtlMs: 4_000 });
    await sendAll(
      eventId,
      Array.from({ length: HOLDS }, () => engine.book(eventId)),
    );
    await drain(eventId);
    expect((await auditEvent(engine.database.url, eventId)).held).to.equal(HOLDS);
    await engine.pool.query(
      "select pg_sleep(greatest(0, extract(epoch from max(expires_at) - clock_timestamp()))) from booking where event_id = $1",
      [eventId],
    );
    const started = performance.now();
    await drain(eventId);
    console.log(`        released in ${Math.round(performance.now() - started)} ms`);
    const books = await auditEvent(engine.database.url, eventId);
    expect(books).to.include({ held: 0, sold: 0, available: HOLDS });
    const expired = (await engine.ledger(eventId)).flatMap(({ decision }) =>
      decision[0].type === "HoldExpired" ? [decision[0].bookingId] : [],
    );
    expect(expired).to.have.length(HOLDS);
    expect(new Set(expired).size).to.equal(HOLDS);
    expect(performance.now() - started).to.be.below(10_000);
  });

  it("takes as long for a stadium of 60,000 seats as for any event", async () => {
    const row = (_: unknown, at: number) => ({ label: String(at + 1), seats: 30 });
    const sections = Array.from({ length: 20 }, (_, at) => ({
      name: `Block ${at + 1}`,
      tier: 0,
      rows: Array.from({ length: 100 }, row),
    }));
    const started = performance.now();
    const eventId = await engine.event({
      tiers: [{ name: "Stadium", priceMinor: 5_000, capacity: 60_000, isSeated: true }],
      seating: { sections },
    });
    const createdMs = performance.now() - started;
    await sendAll(
      eventId,
      Array.from({ length: 1_000 }, () => engine.book(eventId, 2)),
    );
    await drain(eventId);
    console.log(`        created in ${Math.round(createdMs)} ms`);
    expect(createdMs).to.be.below(2_000);
    expect((await auditEvent(engine.database.url, eventId)).sold).to.equal(2_000);
  });
});

/** Goes through the decisions seat by seat, with rows as plain lists of what is free. */
function checkSeats(outcomes: readonly Outcome[]): void {
  const free = Array.from({ length: ROWS }, () => Array<boolean>(SEATS_PER_ROW).fill(true));
  for (const outcome of outcomes) {
    if (outcome.type === "BookingConfirmed") take(free, outcome.seats ?? []);
    if (outcome.type === "BookingRejected") {
      expect(longestRun(free), `a false refusal: ${JSON.stringify(outcome)}`).to.be.below(outcome.quantity);
    }
  }
}

function take(free: boolean[][], seats: readonly number[]): void {
  const couldAvoid = free.some((row) => placesWithoutOrphan(row, seats.length));
  const first = Math.min(...seats);
  const row = free[Math.floor(first / SEATS_PER_ROW)] as boolean[];
  const before = singles(row);
  for (const seat of seats) {
    const at = seat - Math.floor(first / SEATS_PER_ROW) * SEATS_PER_ROW;
    expect(row[at], `seat ${seat} is free, in the same row`).to.equal(true);
    row[at] = false;
  }
  expect(Math.max(...seats) - first, "seats beside each other").to.equal(seats.length - 1);
  const orphans = [...singles(row)].filter((seat) => !before.has(seat));
  if (couldAvoid) expect(orphans, `orphans after ${JSON.stringify(seats)}`).to.deep.equal([]);
}

/** Whether so many seats beside each other can be taken of a row so that no new single seat stays. */
function placesWithoutOrphan(row: readonly boolean[], quantity: number): boolean {
  for (let first = 0; first + quantity <= row.length; first += 1) {
    if (!row.slice(first, first + quantity).every(Boolean)) continue;
    const after = row.map((isFree, at) => isFree && (at < first || at >= first + quantity));
    const before = singles(row);
    if ([...singles(after)].every((seat) => before.has(seat))) return true;
  }
  return false;
}

function singles(row: readonly boolean[]): Set<number> {
  return new Set(row.flatMap((isFree, at) => (isFree && !row[at - 1] && !row[at + 1] ? [at] : [])));
}

function longestRun(free: readonly (readonly boolean[])[]): number {
  let longest = 0;
  for (const row of free) {
    let run = 0;
    for (const isFree of row) {
      run = isFree ? run + 1 : 0;
      longest = Math.max(longest, run);
    }
  }
  return longest;
}
