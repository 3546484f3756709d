import { expect } from "chai";
import type { AuditSource } from "../../src/audit/ports.ts";
import { verifyCommand } from "../../src/audit/verify-command.ts";
import { createAuditPool } from "../../src/store/audit/source.ts";
import { Engine } from "../engine/engine.ts";
import { dice, Storm, seatedEvent } from "../engine/storm.ts";
import { createTestDatabase, silent } from "../support/postgres.ts";
import { openBooks, reportOf, verify } from "./support.ts";

const TURNS = 120;
const COMMANDS_PER_TURN = 12;

describe("npm run verify", () => {
  let engine: Engine;

  before(async () => {
    engine = await Engine.start();
  });
  after(() => engine.stop());

  it("finds nothing wrong while workers go on, and sees them go on", async () => {
    const eventId = await seatedEvent(engine);
    const roll = dice(11);
    const storm = new Storm(engine, eventId, roll);
    const workers = [engine.worker(), engine.worker({ batchMax: 7 })];
    let isOver = false;
    const raging = (async () => {
      for (let turn = 0; turn < TURNS; turn += 1) {
        await storm.look();
        const commands = Array.from({ length: COMMANDS_PER_TURN }, () => storm.command());
        await Promise.all([engine.send(eventId, ...commands), workers[turn % 2]?.turn(eventId)]);
      }
      isOver = true;
    })();
    const heads: number[] = [];
    while (!isOver) {
      const report = await reportOf(engine.database.url);
      expect(report.listed).to.deep.equal([]);
      heads.push(report.entries);
    }
    await raging;
    console.log(`        ${heads.length} audits while the ledger grew from ${heads[0]} to ${heads.at(-1)}`);
    expect(heads.length).to.be.greaterThan(5);
    expect(heads.at(-1)).to.be.greaterThan((heads[0] as number) + 100);
  });

  it("holds the tables against the ledger as it was in the same moment", async () => {
    const eventId = await engine.event({ capacity: 50 });
    const worker = engine.worker();
    const { source, close } = await openBooks(engine.database.url);
    // Between the pages of the ledger and the tables a turn commits; and another one in the middle of the tables.
    const book = async () => {
      await engine.send(eventId, engine.book(eventId));
      await engine.drain(eventId, worker);
    };
    const meddling: AuditSource = {
      ...source,
      snapshot: async (id, look) => {
        await book();
        return await source.snapshot(id, async (books) => {
          const actor = await books.actor();
          await book();
          return await look({ ...books, actor: async () => actor });
        });
      },
    };
    const io = { open: async () => ({ source: meddling, close }), reasonOf: String, print: () => undefined };
    const screen = { isTerminal: false, write: () => undefined };
    expect(await verifyCommand(["--event", eventId], { ...io, screen })).to.equal(0);
    expect((await engine.ledger(eventId)).length).to.equal(3);
  });

  it("audits one event by its id and says as JSON what it found", async () => {
    const clean = await engine.event();
    const broken = await engine.event();
    await engine.pool.query("update tier set price_minor = 1 where event_id = $1", [broken]);
    const ofClean = await verify(engine.database.url, ["--event", clean, "--json"]);
    expect(ofClean.code).to.equal(0);
    expect(JSON.parse(ofClean.text)).to.include({ events: 1, entries: 1, differences: 0 });
    const ofBroken = await verify(engine.database.url, ["--event", broken, "--json"]);
    expect(ofBroken.code).to.equal(1);
    const { listed, names } = JSON.parse(ofBroken.text);
    expect(listed).to.have.length(1);
    expect(listed[0]).to.include({ eventId: broken, area: "event", subject: "tier 0", seq: null });
    expect(listed[0].says).to.have.all.keys("ledger", "tables");
    expect(names[broken]).to.include({ name: "An Evening" });
    await engine.pool.query("update tier set price_minor = 2000 where event_id = $1", [broken]);
  });

  it("cannot write, whatever it is asked to", async () => {
    const pool = createAuditPool(engine.database.url, silent);
    try {
      const refused = await pool.query("update tier set sold = 0").catch((error: Error) => error.message);
      expect(refused).to.match(/cannot execute UPDATE in a read-only transaction/);
    } finally {
      await pool.end();
    }
  });

  it("shows a bar on a terminal, takes it away at the end, and keeps the report apart", async () => {
    const { code, text, shown } = await verify(engine.database.url, [], true);
    expect(code).to.equal(0);
    expect(shown).to.match(/░{10}.* {2}0 % {2}0 of \d+ events, 0 decisions, 0\/s, 0 differences/);
    expect(shown.endsWith("\r\x1b[K")).to.equal(true);
    expect(text).to.match(/^The books are clean: .*\n$/);
  });

  it("says 2 where it cannot look", async () => {
    const unknown = "01890000-0000-7000-8000-000000000000";
    const attempts: [readonly string[], RegExp][] = [
      [["--event", "12"], /--event takes an event's id/],
      [["--evnt", unknown], /usage: npm run verify/],
      [["--event", unknown], /there is no event 01890000/],
    ];
    for (const [given, said] of attempts) {
      const { code, text, shown } = await verify(engine.database.url, given);
      expect([code, text]).to.deep.equal([2, ""]);
      expect(shown).to.match(said);
    }
    const nowhere = await verify("postgres://127.0.0.1:1/nothing");
    expect(nowhere.code).to.equal(2);
    expect(nowhere.shown).to.match(/could not be looked at: .*ECONNREFUSED/);
  });

  it("finds an empty database clean", async () => {
    const database = await createTestDatabase();
    try {
      expect((await verify(database.url)).code).to.equal(0);
    } finally {
      await database.drop();
    }
  });
});
