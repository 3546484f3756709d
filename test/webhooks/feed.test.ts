import { setTimeout as sleep } from "node:timers/promises";
import { expect } from "chai";
import { until } from "../support/until.ts";
import { type Person, World } from "./world.ts";

const NOBODYS = "01990000-0000-7000-8000-000000000000";

describe("the feed of an event", () => {
  let world: World;
  let owner: Person;
  let buyer: Person;
  let eventId: string;
  before(async () => {
    world = await World.start([]);
    owner = await world.organizer();
    [buyer] = (await world.people(1)) as [Person];
    const event = await world.client.createEvent(owner.token, { total_capacity: 1_000 });
    eventId = event.id;
    for (let booking = 0; booking < 9; booking += 1) await book();
  });
  after(() => world?.stop());

  const book = () => world.client.book(buyer.token, eventId, 1);
  const read = (query: string, { token }: Person = owner) =>
    world.client.get(`/events/${eventId}/feed${query}`, { token });
  const seqsOf = (outcomes: { seq: number }[]) => outcomes.map(({ seq }) => seq);

  it("has every decision, by number, in pages that say where to go on", async () => {
    const whole = await read("");
    expect(whole.status).to.equal(200);
    expect(whole.headers.get("cache-control")).to.equal("private, no-store");
    const { outcomes, ...rest } = whole.body.data;
    expect(seqsOf(outcomes)).to.deep.equal([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
    expect(rest).to.deep.equal({ event_id: eventId, next_after: 10, head_seq: 10, has_more: false });
    expect(outcomes[0]).to.include({ type: "event.created" });
    expect(outcomes[1]).to.include({ type: "booking.confirmed", user_id: buyer.userId });
    const paged: { seq: number }[] = [];
    let after = 0;
    for (let isMore = true; isMore; ) {
      const { data } = (await read(`?after=${after}&limit=4`)).body;
      paged.push(...data.outcomes);
      ({ next_after: after, has_more: isMore } = data);
    }
    expect(paged).to.deep.equal(outcomes);
  });

  it("says the same however often it is asked", async () => {
    const [first, second] = [await read("?after=3&limit=3"), await read("?after=3&limit=3")];
    expect(second.body.data).to.deep.equal(first.body.data);
    expect(seqsOf(first.body.data.outcomes)).to.deep.equal([4, 5, 6]);
    expect(first.body.data).to.include({ next_after: 6, head_seq: 10, has_more: true });
  });

  it("is empty beyond its end, and goes on from its end, so that nothing is skipped", async () => {
    const end = { event_id: eventId, outcomes: [], next_after: 10, head_seq: 10, has_more: false };
    expect((await read("?after=4000")).body.data).to.deep.equal(end);
    expect((await read("?after=11")).body.data).to.deep.equal(end);
    const started = performance.now();
    expect((await read("?after=4000&wait=5")).body.data, "nobody waits there").to.deep.equal(end);
    expect(performance.now() - started).to.be.below(3_000);
  });

  it("waits for what is decided next, as long as it is asked to", async () => {
    const { data } = (await read("")).body;
    const started = performance.now();
    const waiting = read(`?after=${data.head_seq}&wait=10`);
    await sleep(300);
    await book();
    const { body } = await waiting;
    expect(performance.now() - started).to.be.within(300, 3_000);
    expect(seqsOf(body.data.outcomes)).to.deep.equal([data.head_seq + 1]);
    const before = performance.now();
    const nothing = await read(`?after=${data.head_seq + 1}&wait=1`);
    expect(performance.now() - before).to.be.within(950, 3_000);
    expect(nothing.body.data).to.include({ next_after: data.head_seq + 1, has_more: false });
  });

  it("lets everybody know who waits, and goes on when one of them has gone", async () => {
    const { head_seq: head } = (await read("")).body.data;
    const abort = new AbortController();
    const url = `${world.api.url}/api/v1/events/${eventId}/feed?after=${head}&wait=30`;
    const headers = { authorization: `Bearer ${owner.token}` };
    const gone = fetch(url, { headers, signal: abort.signal }).catch(() => "gone");
    const waiting = Array.from({ length: 20 }, () => read(`?after=${head}&wait=10`));
    await sleep(200);
    abort.abort();
    expect(await gone).to.equal("gone");
    await book();
    for (const { body } of await Promise.all(waiting))
      expect(seqsOf(body.data.outcomes)).to.deep.equal([head + 1]);
  });

  it("is for the event's organizer and admins", async () => {
    expect((await read("", await world.organizer())).status).to.equal(403);
    expect((await read("", buyer)).status).to.equal(403);
    expect((await world.client.get(`/events/${eventId}/feed`)).status).to.equal(401);
    expect((await read("", { token: await world.client.adminToken(), userId: "" })).status).to.equal(200);
    const missing = await world.client.get(`/events/${NOBODYS}/feed`, { token: owner.token });
    expect([missing.status, missing.body.code]).to.deep.equal([404, "EVENT_NOT_FOUND"]);
  });

  it("says what is wrong with a question", async () => {
    for (const query of [
      "after=-1",
      "after=x",
      "limit=0",
      "limit=1001",
      "wait=31",
      "wait=-1",
      "after=1&after=2",
    ])
      expect((await read(`?${query}`)).status, query).to.equal(400);
    expect((await world.client.get("/events/no-id/feed", { token: owner.token })).status).to.equal(400);
    expect((await world.client.post(`/events/${eventId}/feed`, {}, { token: owner.token })).status).to.equal(
      405,
    );
  });

  it("keeps nobody waiting when its process is to stop", async () => {
    const { head_seq: head } = (await read("")).body.data;
    const waiting = read(`?after=${head}&wait=30`);
    await sleep(200);
    const started = performance.now();
    expect(await world.api.stop()).to.equal(0);
    expect((await waiting).body.data.outcomes).to.deep.equal([]);
    expect(performance.now() - started).to.be.lessThan(5_000);
    await until("it has ended", () => world.api.hasEnded);
  });
});
