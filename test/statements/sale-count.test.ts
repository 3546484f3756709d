import { expect } from "chai";
import type { EventId } from "../../src/domain/ids.ts";
import { checkLedger } from "../../src/statements/check-ledger.ts";
import { Engine } from "../engine/engine.ts";
import { dice, Storm, seatedEvent } from "../engine/storm.ts";
import { exportedLedger, linesOf, statementOf } from "./support.ts";

const SEEDS = [1, 7, 42];
const TURNS = 40;
const TURNS_PER_LOOK = 10;
const COMMANDS_PER_TURN = 12;

describe("what a sale has come to", () => {
  let engine: Engine;
  before(async () => {
    engine = await Engine.start();
  });
  after(() => engine.stop());

  for (const seed of SEEDS) {
    it(`is counted by the database as it is out of the ledger alone, whatever happened (seed ${seed})`, async () => {
      const eventId = await seatedEvent(engine);
      const storm = new Storm(engine, eventId, dice(seed));
      const worker = engine.worker();
      const seen = new Set<string>();
      for (let turn = 1; turn <= TURNS; turn += 1) {
        await storm.look();
        await engine.send(eventId, ...Array.from({ length: COMMANDS_PER_TURN }, () => storm.command()));
        await worker.turn(eventId);
        if (turn % TURNS_PER_LOOK !== 0) continue;
        const { tickets, money, refusals } = await followsFromTheLedger(eventId);
        for (const [name, value] of Object.entries({ ...tickets, ...money })) if (value > 0) seen.add(name);
        if (refusals.length > 1) seen.add("several reasons");
      }
      // Else the figures would be equal because there are none.
      expect([...seen]).to.include.members(["sold", "sold_minor", "cancelled", "refused", "captured_minor"]);
      expect([...seen]).to.include.members(["refunded", "several reasons"]);
    });
  }

  it("is final when the sale has ended and nobody has tickets on hold", async () => {
    const { rows } = await engine.pool.query<{ at: number }>(
      "select floor(extract(epoch from clock_timestamp()) * 1000)::float8 as at",
    );
    const saleEndsAt = (rows[0]?.at ?? 0) + 1_500;
    const eventId = await engine.event({ saleEndsAt, requiresPayment: true, holdTtlMs: 3_000 });
    const worker = engine.worker();
    await engine.send(eventId, engine.book(eventId, 2));
    await engine.drain(eventId, worker);
    expect(await followsFromTheLedger(eventId)).to.include({ final: false, sale_status: "open" });
    await due(saleEndsAt);
    await worker.turn(eventId);
    const held = await followsFromTheLedger(eventId);
    expect(held).to.include({ final: false, sale_status: "closed" });
    expect(held.says).to.match(/^Not final: buyers have tickets on hold/);
    await due(saleEndsAt + 2_000);
    await worker.turn(eventId);
    const ended = await followsFromTheLedger(eventId);
    expect(ended).to.include({ final: true, sale_status: "closed" });
    expect(ended.says).to.match(/^The sale has ended/);
    expect(ended.tickets).to.include({ sold: 0, held: 0 });
  });

  it("counts a booking that an operator set aside as refused in the tier that it was for", async () => {
    const eventId = await engine.event();
    const { id, userId } = engine.book(eventId);
    await engine.send(eventId, { type: "SetAside", id, userId, quantity: 2, tier: "General" });
    await engine.drain(eventId, engine.worker());
    const { tiers } = await followsFromTheLedger(eventId);
    expect(tiers[0]).to.include({ tier: "General", refused: 2 });
  });

  it("tells one of cancelled events and of tiers that came later, too", async () => {
    const eventId = await engine.event({ capacity: 3 });
    const worker = engine.worker();
    const tier = "Balcony";
    await engine.send(eventId, { ...engine.book(eventId), tier });
    await engine.drain(eventId, worker);
    const changes = { name: "A Night", tiers: [{ name: tier, priceMinor: 900, capacity: 5 }] };
    await engine.send(eventId, { type: "ChangeEvent", id: engine.ids.commandId(), changes });
    await engine.drain(eventId, worker);
    await engine.send(eventId, { ...engine.book(eventId, 2), tier });
    await engine.drain(eventId, worker);
    const open = await followsFromTheLedger(eventId);
    expect(open.event).to.equal("A Night");
    expect(open.tiers.at(-1)).to.include({ tier, sold: 2, sold_minor: 1_800, capacity: 5 });
    await engine.send(eventId, { type: "CancelEvent", id: engine.ids.commandId() });
    await engine.drain(eventId, worker);
    const cancelled = await followsFromTheLedger(eventId);
    expect(cancelled).to.include({ final: true, status: "cancelled", sale_status: "closed" });
    expect(cancelled.tickets).to.include({ sold: 0, sold_minor: 0, cancelled: 2 });
  });

  async function followsFromTheLedger(eventId: EventId) {
    const statement = await statementOf(engine.pool, eventId);
    const lines = await exportedLedger(engine.pool, eventId);
    expect(lines).to.have.length(statement.as_of.seq);
    expect(await checkLedger(statement, linesOf(lines))).to.deep.equal({
      entries: lines.length,
      problems: [],
    });
    return statement;
  }

  /** Waits until a time of the database's clock has come. */
  async function due(at: number): Promise<void> {
    await engine.pool.query(
      "select pg_sleep(greatest(0, $1::float8 / 1000 - extract(epoch from clock_timestamp())::float8) + 0.02)",
      [at],
    );
  }
});
