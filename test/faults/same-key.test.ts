import { expect } from "chai";
import type { Reply } from "../support/client.ts";
import { holdActor } from "./sabotage.ts";
import { note, Stage } from "./stage.ts";

const AT_ONCE = 300;
const KEY = "the one key";

describe("one idempotency key", () => {
  let stage: Stage;

  before(async () => {
    stage = await Stage.open({ apis: 2, workers: 2 });
  });
  after(() => stage.close());

  const withKey = { headers: { "Idempotency-Key": KEY } };

  function book(at: number, eventId: string, { buyer = 0, quantity = 2 } = {}): Promise<Reply> {
    const token = stage.buyers[buyer]?.token ?? "";
    return stage.clientOf(at % stage.apis.length).book(token, eventId, quantity, withKey);
  }

  it(`sent ${AT_ONCE} times at once to two processes has one effect and one answer`, async () => {
    const eventId = await stage.sale(1_000);
    const replies = await Promise.all(Array.from({ length: AT_ONCE }, (_, at) => book(at, eventId)));
    expect(new Set(replies.map(({ status }) => status))).to.deep.equal(new Set([201]));
    const bodies = new Set(replies.map(({ body }) => JSON.stringify(body.data)));
    expect(bodies.size).to.equal(1);
    const replayed = replies.filter(({ headers }) => headers.get("idempotency-replayed") === "true");
    note(`${replayed.length} of ${AT_ONCE} are replays`);
    expect(replayed).to.have.length(AT_ONCE - 1);
    expect((await stage.books(eventId)).sold).to.equal(2);

    const id = replies[0]?.body.data.id;
    const again = await book(0, eventId);
    expect([again.status, again.body.data.id]).to.deep.equal([201, id]);
    const other = await book(1, eventId, { quantity: 3 });
    expect([other.status, other.body.code]).to.deep.equal([422, "IDEMPOTENCY_KEY_REUSED"]);
    const somebodyElse = await book(0, eventId, { buyer: 1 });
    expect(somebodyElse.status).to.equal(201);
    expect(somebodyElse.body.data.id).not.to.equal(id);
    expect((await stage.books(eventId)).sold).to.equal(4);
  });

  it("asked for again while it is in line names the same booking", async () => {
    const eventId = await stage.sale(10);
    const token = stage.buyers[2]?.token ?? "";
    const actor = await holdActor(stage.db, eventId);
    const replies = await Promise.all(
      [0, 1, 0, 1].map((at) =>
        stage.clientOf(at).book(token, eventId, 1, {
          headers: { ...withKey.headers, Prefer: "respond-async" },
        }),
      ),
    );
    expect(replies.map(({ status }) => status)).to.deep.equal([202, 202, 202, 202]);
    const ids = new Set(replies.map(({ body }) => body.data.id));
    expect(ids.size).to.equal(1);
    await actor.release();
    const decided = await book(1, eventId, { buyer: 2, quantity: 1 });
    expect([decided.status, ids.has(decided.body.data.id)]).to.deep.equal([201, true]);
    expect((await stage.books(eventId)).sold).to.equal(1);
  });
});
