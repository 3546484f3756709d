import { expect } from "chai";
import { encode } from "../../src/mailbox/codec.ts";
import { takeEnvelopes } from "../../src/mailbox/deliver.ts";
import { queueNameOf } from "../../src/mailbox/names.ts";
import { putEnvelopes } from "../../src/mailbox/put.ts";
import { Engine } from "../engine/engine.ts";

/** Envelopes go in and out by statements of our own; for everybody else they are jobs of pg-boss. */
describe("an envelope as a job of pg-boss", () => {
  let engine: Engine;
  before(async () => {
    engine = await Engine.start();
  });
  after(() => engine.stop());

  const parcelOf = (eventId: Parameters<Engine["book"]>[0]) =>
    encode({ command: engine.book(eventId), lane: "bookings", ordinal: 1, acceptedAt: Date.now() });

  it("is the same row that boss.insert writes, in every column", async () => {
    const eventId = await engine.event();
    const [ours, theirs] = [parcelOf(eventId), parcelOf(eventId)];
    await putEnvelopes(engine.pool, [{ eventId, parcel: ours }]);
    await engine.boss.insert(queueNameOf(eventId), [theirs]);
    const { rows } = await engine.pool.query(
      "select * from mailbox.job_common where id = any($1::uuid[]) order by id = $2",
      [[ours.id, theirs.id], theirs.id],
    );
    const shown = rows.map(({ id, data, created_on, start_after, keep_until, ...others }) => ({
      ...others,
      dataKeys: Object.keys(data),
      startsAt: start_after - created_on,
      keptMs: keep_until - created_on,
    }));
    expect(shown).to.have.length(2);
    expect(shown[0]).to.deep.equal(shown[1]);
  });

  it("is fetched by pg-boss, and one that pg-boss sent is taken", async () => {
    const eventId = await engine.event();
    const [ours, theirs] = [parcelOf(eventId), parcelOf(eventId)];
    await putEnvelopes(engine.pool, [{ eventId, parcel: ours }]);
    const [fetched] = await engine.boss.fetch(queueNameOf(eventId));
    expect(fetched?.id).to.equal(ours.id);
    await engine.boss.insert(queueNameOf(eventId), [theirs]);
    const [delivery] = await takeEnvelopes(engine.pool, [{ eventId, max: 10 }]);
    expect(delivery?.envelopes.map(({ command }) => command.id)).to.deep.equal([theirs.id]);
  });

  it("is put with others of its flush or not at all", async () => {
    const eventId = await engine.event();
    const [first, twice] = [parcelOf(eventId), parcelOf(eventId)];
    await putEnvelopes(engine.pool, [{ eventId, parcel: twice }]);
    const error = await putEnvelopes(engine.pool, [
      { eventId, parcel: first },
      { eventId, parcel: twice },
    ]).catch((reason) => reason);
    expect(error).to.have.property("code", "23505");
    const [delivery] = await takeEnvelopes(engine.pool, [{ eventId, max: 10 }]);
    expect(delivery?.envelopes).to.have.length(1);
  });

  it("is taken from the mailbox it lies in, so many of each", async () => {
    const events = [await engine.event(), await engine.event(), await engine.event()];
    for (const eventId of events) {
      await engine.send(eventId, ...Array.from({ length: 5 }, () => engine.book(eventId)));
    }
    const wanted = events.map((eventId, at) => ({ eventId, max: at }));
    const deliveries = await takeEnvelopes(engine.pool, wanted);
    expect(deliveries.map(({ envelopes }) => envelopes.map(({ ordinal }) => ordinal))).to.deep.equal([
      [],
      [1],
      [1, 2],
    ]);
  });
});
