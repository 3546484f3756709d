import { expect } from "chai";
import { IdSource } from "../../src/ops/id-source.ts";
import { createPool } from "../../src/store/database.ts";
import { type ClaimedRun, claimPricingRuns, endPricingRun } from "../../src/store/pricing/runs.ts";
import { auditEvent } from "../support/books.ts";
import { createTestDatabase, silent } from "../support/postgres.ts";
import { startRole } from "../support/system.ts";
import { until } from "../support/until.ts";
import { sharedSystem } from "./shared-system.ts";

describe("the autopilot", () => {
  const system = sharedSystem();
  const settingsAt = (id: string) => `/pricing/event/${id}/settings`;
  /** Where it is on, the floor above the present price makes every run change it by a step. */
  const steer = (id: string, body: object) =>
    system().client.request("PUT", settingsAt(id), { token: system().admin.token, body });
  const changesOf = async (id: string) => {
    const { rows } = await system().pool.query(
      "select command->'priceNote' as note from ledger where event_id = $1 and type = 'EventChanged' order by seq",
      [id],
    );
    return rows.map(({ note }) => note);
  };

  it("is off until it is switched on", async () => {
    const { client, admin } = system();
    const event = await system().event({ price: 100 });
    expect((await client.get(settingsAt(event.id), { token: admin.token })).body.data).to.include({
      autopilot: false,
      autopilot_due_at: null,
    });
    await steer(event.id, { floor_price: 150 });
    const { rowCount } = await system().pool.query("select 1 from pricing_run where event_id = $1", [
      event.id,
    ]);
    expect(rowCount).to.equal(0);
  });

  it("changes prices once for each run, however many processes look, and says what it did", async () => {
    const { client, admin, database, pool } = system();
    const second = await startRole("effects", database.url);
    try {
      const events = await Promise.all(Array.from({ length: 6 }, () => system().event({ price: 100 })));
      await Promise.all(events.map(({ id }) => steer(id, { floor_price: 180, autopilot: true })));
      for (const { id } of events)
        await until("a first change", async () => (await changesOf(id)).length > 0, 30_000);
      // Due again at once, in both processes: the cool-down stands in the way.
      await pool.query("update pricing_run set due_at = now() where event_id = any($1)", [
        events.map(({ id }) => id),
      ]);
      for (const { id } of events) {
        await until(
          "a second run",
          async () => {
            const run = (await client.get(settingsAt(id), { token: admin.token })).body.data;
            return run.autopilot_result === "no change advised";
          },
          30_000,
        );
        const notes = await changesOf(id);
        expect(notes).to.have.length(1);
        expect(notes[0]).to.include({ source: "autopilot", by: null, rule: "gallego-van-ryzin/1" });
        expect((await client.get(`/pricing/event/${id}`)).body.data.current_price).to.equal(120);
        await auditEvent(database.url, id);
      }
    } finally {
      await second.stop();
    }
  });

  it("sends the same command where a process died between its claim and its end", async () => {
    const database = await createTestDatabase();
    const pool = createPool({ url: database.url, name: "test-runs", max: 2, log: silent });
    try {
      const ids = new IdSource();
      const eventId = ids.newId();
      await pool.query("insert into pricing_run (event_id, due_at) values ($1, now())", [eventId]);
      const claim = () => claimPricingRuns(pool, { newIds: [ids.commandId()], leaseMs: 600_000 });
      const [first] = await claim();
      expect(first?.eventId).to.equal(eventId);
      expect(await claim(), "while it is claimed").to.deep.equal([]);
      await pool.query("update pricing_run set claimed_until = now()");
      const [again] = await claim();
      expect(again?.commandId).to.equal(first?.commandId);
      await endPricingRun(pool, again as ClaimedRun, { nextMs: 60_000, result: "no change advised" });
      expect(await claim(), "once it is ended").to.deep.equal([]);
      await pool.query("update pricing_run set due_at = now()");
      expect((await claim())[0]?.commandId).not.to.equal(first?.commandId);
    } finally {
      await pool.end();
      await database.drop();
    }
  });

  it("leaves an event alone that is not on sale", async () => {
    const { client, admin, pool } = system();
    const event = await system().event({ price: 100 });
    await client.post(`/events/${event.id}/pause`, {}, { token: admin.token });
    await steer(event.id, { floor_price: 150, autopilot: true });
    await until(
      "a run",
      async () => {
        const { rows } = await pool.query("select result from pricing_run where event_id = $1", [event.id]);
        return rows[0]?.result === "the event is not on sale";
      },
      20_000,
    );
    expect(await changesOf(event.id)).to.deep.equal([]);
  });
});
