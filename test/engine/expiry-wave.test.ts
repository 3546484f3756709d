import { setTimeout as sleep } from "node:timers/promises";
import { expect } from "chai";
import type { EventId } from "../../src/domain/ids.ts";
import { Engine, type TestWorker } from "./engine.ts";

const BATCH_MAX = 10;
const HOLD_TTL_MS = 50;
const HOLDS = 30;
const EACH = 3;

/** An on-sale's holds end together, a while after it; more of them than one turn lets expire. */
describe("bookings behind holds that end together", () => {
  let engine: Engine;
  before(async () => {
    engine = await Engine.start();
  });
  after(() => engine.stop());

  const smallTurns = () => engine.worker({ batchMax: BATCH_MAX, sharedBatchMax: BATCH_MAX });

  /** An event that is held to the last ticket by people who did not pay in time, and as many tickets wanted again. */
  async function heldAndWanted(worker: TestWorker): Promise<EventId> {
    const eventId = await engine.event({
      requiresPayment: true,
      holdTtlMs: HOLD_TTL_MS,
      tiers: [{ name: "General", priceMinor: 2_000, capacity: HOLDS }],
    });
    await engine.send(eventId, ...Array.from({ length: HOLDS }, () => engine.book(eventId)));
    while ((await engine.waiting(eventId)) > 0) await worker.turn(eventId);
    await sleep(2 * HOLD_TTL_MS);
    // While something urgent waits nobody is refused before the line.
    await engine.send(eventId, { type: "LeaveWaitlist", id: engine.ids.commandId(), userId: engine.user() });
    await engine.send(eventId, ...Array.from({ length: HOLDS / EACH }, () => engine.book(eventId, EACH)));
    await engine.pool.query("update event set hold_ttl_ms = 60000 where event_id = $1", [eventId]);
    return eventId;
  }

  const outcomesOf = async (eventId: EventId) =>
    Object.entries(
      Object.groupBy(await engine.ledger(eventId), ({ command, decision }) =>
        command.type === "BookTickets" && command.quantity === EACH ? decision[0].type : "other",
      ),
    ).flatMap(([type, entries]) => (type === "other" ? [] : [[type, entries?.length]]));

  it("are decided when all of them have ended, whatever a turn can do", async () => {
    const worker = smallTurns();
    const eventId = await heldAndWanted(worker);
    await engine.drain(eventId, worker);
    expect(await outcomesOf(eventId)).to.deep.equal([["BookingHeld", HOLDS / EACH]]);
  });

  it("are so too for a worker that has to load the event, and in a turn with others", async () => {
    const worker = smallTurns();
    const events = [await heldAndWanted(worker), await heldAndWanted(worker)];
    const fresh = smallTurns();
    for (let turns = 0; turns < 30; turns += 1) await fresh.turn(...events);
    for (const eventId of events) {
      expect(await outcomesOf(eventId)).to.deep.equal([["BookingHeld", HOLDS / EACH]]);
    }
  });

  it("are so too where the database refuses something else of the same turn", async () => {
    const worker = smallTurns();
    const eventId = await heldAndWanted(worker);
    await engine.pool.query(`
      create function refuse_leaving() returns trigger language plpgsql as
        $$ begin raise exception 'not this one' using errcode = '22000'; end $$;
      create trigger no_leaving before insert on ledger for each row
        when (new.command->>'type' = 'LeaveWaitlist') execute function refuse_leaving()`);
    await engine.drain(eventId, worker);
    expect(await outcomesOf(eventId)).to.deep.equal([["BookingHeld", HOLDS / EACH]]);
    const { rows } = await engine.pool.query("select error from dead_letter where event_id = $1", [eventId]);
    expect(rows).to.deep.equal([{ error: "error: not this one" }]);
  });
});
