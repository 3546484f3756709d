import { expect } from "chai";
import type { EventId } from "../../src/domain/ids.ts";
import { takeEnvelopes } from "../../src/mailbox/deliver.ts";
import { Engine } from "../engine/engine.ts";

const TURN = 100;

/** Who was accepted together lies where the table had room, and a turn may end in the midst of them. */
describe("the order in which a mailbox is emptied", () => {
  let engine: Engine;
  let eventId: EventId;
  before(async () => {
    engine = await Engine.start();
    await engine.pool.query("alter table mailbox.job_common set (autovacuum_enabled = off)");
    eventId = await engine.event({ capacity: 10_000 });
  });
  after(() => engine.stop());

  const send = (count: number) =>
    engine.send(eventId, ...Array.from({ length: count }, () => engine.book(eventId)));

  const take = async () => {
    const [delivery] = await takeEnvelopes(engine.pool, [{ eventId, max: TURN }]);
    return (delivery?.envelopes ?? []).map(({ ordinal }) => ordinal);
  };

  /** As autovacuum does in any long sale: what was taken is room for what comes. */
  const empty = async () => {
    while ((await take()).length > 0);
    await engine.pool.query("vacuum mailbox.job_common");
  };

  it("is that of the numbers, also where rows were put before older ones", async () => {
    await send(400);
    // The table keeps its length.
    const last = await engine.event();
    await engine.send(last, engine.book(last));
    await empty();
    // Room is used from where it was found last, and then from the beginning again.
    await send(300);
    await empty();
    await send(300);
    const { rows } = await engine.pool.query<{ number: number }>(
      "select (data->>'n')::integer as number from mailbox.job_common where name = $1 order by ctid",
      [`event.${eventId}`],
    );
    const lying = rows.map(({ number }) => number);
    const numbers = lying.toSorted((a, b) => a - b);
    expect(lying, "rows that lie in their order show nothing here").to.not.deep.equal(numbers);
    expect([...(await take()), ...(await take()), ...(await take())]).to.deep.equal(numbers);
  });
});
