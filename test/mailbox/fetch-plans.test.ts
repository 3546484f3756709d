import { expect } from "chai";
import type { EventId } from "../../src/domain/ids.ts";
import { Engine } from "../engine/engine.ts";

const BACKLOG = 20_000;
const BATCH = 30;
const ROUNDS = 7;
/** The bad plans read the whole backlog: 10 ms a batch here, and 95 for a young event, instead of about 1.3. */
const FETCH_MS_MAX = 5;

/** Whatever the planner believes about the job table, a fetch must cost by its batch and not by the backlog. */
describe("fetching from a mailbox with a backlog of 20,000", () => {
  let engine: Engine;
  before(async () => {
    engine = await Engine.start();
    await engine.pool.query("alter table mailbox.job_common set (autovacuum_enabled = off)");
  });
  after(() => engine.stop());

  const eventWithBacklog = async (): Promise<EventId> => {
    const eventId = await engine.event({ capacity: 100_000 });
    await engine.send(eventId, ...Array.from({ length: BACKLOG }, () => engine.book(eventId)));
    return eventId;
  };

  /** The best time of several fetches, none of which is kept: noise of the machine only adds. */
  const fetchMs = async (eventId: EventId): Promise<number> => {
    const { tx } = engine.worker();
    const times: number[] = [];
    for (let round = 0; round < ROUNDS; round += 1) {
      await tx.lock([eventId]);
      const started = performance.now();
      const [delivery] = await tx.fetch([{ eventId: eventId, max: BATCH }]);
      times.push(performance.now() - started);
      expect(delivery?.envelopes).to.have.length(BATCH);
      await tx.abandon();
    }
    return Math.min(...times);
  };

  it("is quick before the table was ever analysed", async () => {
    expect(await fetchMs(await eventWithBacklog())).to.be.below(FETCH_MS_MAX);
  });

  it("is quick with statistics of an empty table", async () => {
    await engine.pool.query("delete from mailbox.job_common");
    await engine.pool.query("vacuum analyze mailbox.job_common");
    expect(await fetchMs(await eventWithBacklog())).to.be.below(FETCH_MS_MAX);
  });

  it("is quick for a young event with statistics that only know another", async () => {
    await engine.pool.query("analyze mailbox.job_common");
    expect(await fetchMs(await eventWithBacklog())).to.be.below(FETCH_MS_MAX);
  });
});
