import { expect } from "chai";
import pg from "pg";
import { Catalog } from "../../src/engine/catalog.ts";
import { drain } from "../../src/engine/drain.ts";
import { until } from "../support/until.ts";
import { Engine } from "./engine.ts";

const OTHERS_MS_MAX = 6_000;

describe("an event whose turns fail", () => {
  let engine: Engine;
  before(async () => {
    engine = await Engine.start();
  });
  after(() => engine.stop());

  it("takes no others along for longer than the turn that they shared", async () => {
    const [broken, other] = [await engine.event(), await engine.event()];
    for (const eventId of [broken, other]) await engine.send(eventId, engine.book(eventId));
    const catalog = new Catalog();
    const { ports, tx } = engine.worker();
    const stop = new AbortController();
    const faults: number[] = [];
    const limits = { turnEventsMax: 20, heldRetryMs: 25, faultPauseMs: 20, faultPauseMsMax: 100 };
    const holder = new pg.Client({ connectionString: engine.database.url });
    await holder.connect();
    try {
      // Somebody's forgotten transaction: whoever writes this event waits for it in vain.
      await holder.query("begin");
      await holder.query("update tier set name = name where event_id = $1", [broken]);
      catalog.hint([broken, other]);
      const onFault = (_: unknown, eventIds: readonly unknown[]) => void faults.push(eventIds.length);
      const draining = drain({ catalog, turns: ports, limits, onFault }, tx, stop.signal);
      await until(
        "the other event is decided",
        async () => (await engine.waiting(other)) === 0,
        OTHERS_MS_MAX,
      );
      expect(faults[0], "they shared a turn").to.equal(2);
      expect(await engine.waiting(broken)).to.equal(1);
      // Hints of both together, as the sweep gives them, do not bring them together again.
      await engine.send(other, engine.book(other));
      catalog.hint([broken, other]);
      await until("it is decided again", async () => (await engine.waiting(other)) === 0, OTHERS_MS_MAX);
      expect(faults.slice(1)).to.not.include(2);
      await holder.query("rollback");
      await until("the broken one is decided", async () => (await engine.waiting(broken)) === 0);
      stop.abort();
      await draining;
    } finally {
      stop.abort();
      await holder.end();
    }
  });
});
