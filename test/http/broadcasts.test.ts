import { randomUUIDv7 } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { expect } from "chai";
import { until } from "../support/until.ts";
import { type Person, sharedSystem } from "./shared-system.ts";

const ATTENDEES = 10_000;
const TOLD_MS_MAX = 40_000;
/** Of 100 bookings before, and of those that are made meanwhile. */
const SLOWER_MAX = 4;
const SLOWER_MS_MAX = 40;

describe("broadcasts to an event's people", () => {
  const system = sharedSystem();

  const broadcast = (
    eventId: string,
    body: unknown,
    { token, key }: { readonly token?: string; readonly key?: string } = {},
  ) =>
    system().client.post(`/notifications/broadcast/${eventId}`, body, {
      token: token ?? system().admin.token,
      headers: key === undefined ? {} : { "idempotency-key": key },
    });

  const finished = (id: string, msMax = 10_000) =>
    until(
      "the end of the broadcast",
      async () => {
        const reply = await system().client.get(`/notifications/broadcasts/${id}`, {
          token: system().admin.token,
        });
        return reply.body.data.status === "completed" && reply.body.data;
      },
      msMax,
    );

  const toldOf = async ({ userId, token }: Person) =>
    (await system().client.get(`/notifications/user/${userId}?limit=100`, { token })).body.data as Record<
      string,
      unknown
    >[];

  it("reach everybody with a confirmed booking, once, and nobody else", async () => {
    const { client } = system();
    const organizer = await system().organizer();
    const event = await client.createEvent(organizer.token, { total_capacity: 20 });
    const people = await system().people(4);
    const [twice, once, cancelled, stranger] = people as [Person, Person, Person, Person];
    for (const person of [twice, twice, once]) await client.book(person.token, event.id, 1);
    const { data } = (await client.book(cancelled.token, event.id, 1)).body;
    await client.request("DELETE", `/bookings/${data.id}`, { token: cancelled.token });
    const body = {
      message: "Important update about your event",
      type: "event_update",
      channels: ["websocket", "email", "sms"],
    };
    const reply = await broadcast(event.id, body, { token: organizer.token });
    expect(reply.status).to.equal(202);
    expect(reply.body.data).to.deep.include({
      event_id: event.id,
      recipients: 2,
      recipients_count: 2,
      ...body,
    });
    const { id } = reply.body.data;
    expect(reply.headers.get("location")).to.equal(`/api/v1/notifications/broadcasts/${id}`);
    expect(await finished(id)).to.include({ told: 2, progress: 1 });
    for (const person of [twice, once]) {
      const updates = (await toldOf(person)).filter(({ type }) => type === "event_update");
      expect(updates).to.have.length(1);
      expect(updates[0]).to.include({
        event_id: event.id,
        message: body.message,
        title: "Event update: An Evening",
        broadcast_id: id,
      });
    }
    for (const person of [cancelled, stranger]) {
      expect((await toldOf(person)).filter(({ type }) => type === "event_update")).to.deep.equal([]);
    }
    const path = `/notifications/broadcasts/${id}`;
    expect((await client.get(path, { token: organizer.token })).status).to.equal(200);
    expect((await client.get(path, { token: stranger.token })).status).to.equal(403);
    const other = await system().organizer();
    expect((await client.get(path, { token: other.token })).status).to.equal(404);
    expect((await broadcast(event.id, body, { token: other.token })).status).to.equal(403);
    expect((await broadcast(event.id, body, { token: stranger.token })).status).to.equal(403);
    expect((await broadcast(randomUUIDv7(), body)).status).to.equal(404);
    expect((await broadcast(event.id, { type: "event_update" })).status).to.equal(400);
  });

  it("reach people whose booking was accepted by a process whose clock is ahead, and none who book later", async () => {
    const { client, pool } = system();
    const event = await client.createEvent(system().admin.token, { total_capacity: 20 });
    const [ahead, later] = (await system().people(2)) as [Person, Person];
    const { data } = (await client.book(ahead.token, event.id, 1)).body;
    // Ids begin with the time of the process that made them.
    await pool.query(
      `update booking
          set id = (lpad(to_hex((extract(epoch from now() + interval '1 hour') * 1000)::bigint >> 16), 8, '0')
                    || substr(id::text, 9))::uuid where event_id = $1 and id = $2`,
      [event.id, data.id],
    );
    const reply = await broadcast(event.id, { type: "event_update", message: "Doors open at eight" });
    expect(reply.body.data.recipients).to.equal(1);
    await client.book(later.token, event.id, 1);
    expect(await finished(reply.body.data.id)).to.include({ told: 1 });
    const updates = async (person: Person) =>
      (await toldOf(person)).filter(({ type }) => type === "event_update").length;
    expect([await updates(ahead), await updates(later)]).to.deep.equal([1, 0]);
  });

  it("happen once for each Idempotency-Key, however often they are asked for", async () => {
    const event = await system().event();
    const person = await system().person();
    await system().client.book(person.token, event.id, 1);
    const body = { message: "Only once" };
    const key = `broadcast-${event.id}`;
    const replies = await Promise.all([1, 2, 3, 4].map(() => broadcast(event.id, body, { key })));
    expect(replies.map(({ status }) => status)).to.deep.equal([202, 202, 202, 202]);
    const ids = new Set(replies.map((reply) => reply.body.data.id as string));
    expect(ids.size).to.equal(1);
    await finished([...ids][0] as string);
    const late = await broadcast(event.id, body, { key });
    expect(late.headers.get("idempotency-replayed")).to.equal("true");
    expect(late.body.data).to.include({ id: [...ids][0], status: "completed" });
    expect((await broadcast(event.id, { message: "Another" }, { key })).status).to.equal(422);
    await sleep(200);
    expect((await toldOf(person)).filter(({ message }) => message === "Only once")).to.have.length(1);
  });

  it("tell those who had bookings, and those who waited, that an event is cancelled", async () => {
    const { client, admin } = system();
    const event = await system().event({ total_capacity: 2, price: 10 });
    const [buyer, waiting, gone] = (await system().people(3)) as [Person, Person, Person];
    const booked = await client.book(buyer.token, event.id, 2);
    for (const { token } of [waiting, gone]) {
      expect((await client.post(`/waitlist/${event.id}/join`, {}, { token })).status).to.equal(201);
    }
    await client.request("DELETE", `/waitlist/${event.id}/user/${gone.userId}`, { token: gone.token });
    expect((await client.request("DELETE", `/events/${event.id}`, { token: admin.token })).status).to.equal(
      200,
    );
    const cancellationOf = (person: Person) =>
      until(
        "the news",
        async () => (await toldOf(person)).find(({ type }) => type === "event_cancelled"),
        8_000,
      );
    expect(await cancellationOf(buyer)).to.include({
      title: "Cancelled: An Evening",
      event_id: event.id,
      booking_id: booked.body.data.id,
      refund_amount: 20,
    });
    expect(await cancellationOf(waiting)).to.include({
      message: "An Evening is cancelled, and so is its waitlist.",
      event_id: event.id,
    });
    expect((await toldOf(gone)).filter(({ type }) => type === "event_cancelled")).to.deep.equal([]);
  });

  it(`reach ${ATTENDEES} attendees while bookings go on as before, killed processes or not`, async () => {
    const { client, pool } = system();
    const event = await system().event({ total_capacity: 20_000 });
    const sale = await system().event({ total_capacity: 5_000 });
    await pool.query(ATTEND, [event.id, ATTENDEES]);
    const buyers = await system().people(20);
    let stopped = false;
    const book = async (times: number, spans: number[]) => {
      for (let at = 0; at < times && !stopped; at += 1) {
        const started = performance.now();
        const reply = await client.book(buyers[at % buyers.length]?.token ?? "", sale.id, 1);
        expect(reply.status).to.equal(201);
        spans.push(performance.now() - started);
      }
    };
    const [before, during]: [number[], number[]] = [[], []];
    await book(20, []);
    await book(100, before);
    const started = performance.now();
    const reply = await broadcast(event.id, { message: "Doors open at seven." });
    const answeredMs = performance.now() - started;
    expect(reply.body.data).to.include({ recipients: ATTENDEES });
    expect(answeredMs).to.be.below(2_000);
    const booking = book(10_000, during);
    const { id } = reply.body.data;
    const told = async () =>
      (await pool.query("select count(*)::int as n from notification where broadcast_id = $1", [id])).rows[0]
        .n as number;
    await until("some that are told", async () => (await told()) > 500, TOLD_MS_MAX);
    const died = new Promise((resolve) => system().effects.child.once("exit", resolve));
    system().effects.kill("SIGKILL");
    await died;
    await system().restartEffects();
    await finished(id, TOLD_MS_MAX);
    stopped = true;
    await booking;
    expect(await told()).to.equal(ATTENDEES);
    const { rows } = await pool.query(
      "select count(distinct user_id)::int as people, count(*)::int as n from notification where broadcast_id = $1",
      [id],
    );
    expect(rows[0]).to.deep.equal({ people: ATTENDEES, n: ATTENDEES });
    expect(during.length).to.be.above(20);
    expect(medianOf(during)).to.be.below(medianOf(before) * SLOWER_MAX + SLOWER_MS_MAX);
    console.log(
      `      202 after ${Math.round(answeredMs)} ms; all told after ${Math.round(performance.now() - started)} ms, ` +
        `a killed process included; a booking ${medianOf(before).toFixed(1)} ms before, ${medianOf(during).toFixed(1)} ms meanwhile`,
    );
    // Whoever uses this system next does not wait behind ten thousand letters.
    await pool.query("delete from notification_delivery where due_at is not null");
  }).timeout(90_000);
});

/** So many people with a booking each, of an event that nobody decides about meanwhile. */
const ATTEND = `with people as (
    insert into users (id, email, password_hash, name)
    select gen_random_uuid(), 'guest-' || n || '-' || $1::text || '@example.com', 'none', 'A Guest'
      from generate_series(1, $2) n returning id)
  insert into booking (event_id, id, user_id, reference, tier, quantity, unit_price_minor, total_minor, status,
                       created_at, updated_at)
  select $1::uuid,
         (lpad(to_hex(floor(extract(epoch from now()) * 1000)::bigint), 12, '0') || '7000'
          || substr(md5(id::text), 1, 16))::uuid,
         id, 'EVT', 0, 1, 2000, 2000, 'confirmed', now(), now() from people`;

function medianOf(spans: readonly number[]): number {
  return spans.toSorted((a, b) => a - b)[Math.floor(spans.length / 2)] ?? 0;
}
