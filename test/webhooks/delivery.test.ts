import { setTimeout as sleep } from "node:timers/promises";
import { expect } from "chai";
import { gapsIn, verify } from "./receiver.ts";
import { watchedSale } from "./sale.ts";
import type { Person } from "./world.ts";

describe("outcomes on their way to webhooks", () => {
  const sale = watchedSale();

  it("arrive signed, numbered, in order and complete, while many book", async () => {
    const { world, owner, receiver, event, rush, complete } = sale();
    const webhook = await world.webhook(owner, { url: receiver.url });
    const { id } = await event();
    for (let wave = 0; wave < 5; wave += 1) await rush(id, 60);
    await complete(id);
    const messages = receiver.of(id);
    expect(messages[0]?.body.data.from_seq).to.equal(1);
    expect(gapsIn(messages)).to.deep.equal([]);
    const head = await world.headOf(id);
    expect(receiver.seqsOf(id)).to.deep.equal(Array.from({ length: head }, (_, at) => at + 1));
    expect(receiver.received).to.have.length(messages.length, "each was sent once");
    expect(receiver.underWayMost).to.equal(1);
    for (const message of messages) expect(verify(webhook.secret, message)).to.deep.equal(message.body);
    const [first] = messages;
    expect(first?.headers["content-type"]).to.equal("application/json");
    expect(first?.headers["user-agent"]).to.match(/^Evently\//);
    const types = messages.flatMap(({ body }) =>
      body.data.outcomes.map(({ type }: { type: string }) => type),
    );
    expect(types[0]).to.equal("event.created");
    expect(types.filter((type) => type === "booking.confirmed")).to.have.length(300);
  });

  it("tell what the API shows, and nothing of other events or organizers", async () => {
    const { world, owner, buyers, receiver, event, book, complete } = sale();
    const { id } = await event({ price: 12.5, currency: "EUR" });
    await world.webhook(owner, { url: receiver.url, event_id: id });
    const other = await event();
    const stranger = await world.organizer();
    const foreign = await world.client.createEvent(stranger.token);
    const booked = await book(id);
    await book(other.id);
    await book(foreign.id);
    await complete(id);
    const outcomes = receiver.messages.flatMap(({ body }) => body.data.outcomes);
    const { data } = booked.body;
    expect(outcomes).to.have.length(1);
    expect(outcomes[0]).to.deep.include({
      seq: 2,
      position: 0,
      type: "booking.confirmed",
      booking_id: data.id,
      booking_reference: data.booking_reference,
      user_id: buyers[0]?.userId,
      status: "confirmed",
      tier: data.tier,
      quantity: 1,
      price: 12.5,
      total_amount: 12.5,
      currency: "EUR",
      seat_ids: [],
    });
    expect(outcomes[0].decided_at).to.match(/^\d{4}-\d\d-\d\dT.*Z$/);
    await sleep(300);
    expect(new Set(receiver.messages.map(({ body }) => body.data.event_id))).to.deep.equal(new Set([id]));
  });

  it("are those that the endpoint asked for, and the numbers have no gap for all that", async () => {
    const { world, owner, buyers, receiver, event, book, complete } = sale();
    const { id } = await event({ total_capacity: 2 });
    await world.webhook(owner, { url: receiver.url, event_id: id, types: ["booking.cancelled"] });
    const first = await book(id);
    await book(id, 1);
    await world.client.book((buyers[2] as Person).token, id, 1);
    await sleep(500);
    expect(receiver.messages).to.deep.equal([]);
    const cancelled = await world.client.request("PUT", `/bookings/${first.body.data.id}/cancel`, {
      token: (buyers[0] as Person).token,
      body: {},
    });
    expect(cancelled.status).to.equal(200);
    await complete(id);
    const [message] = receiver.of(id);
    expect(message?.body.data).to.include({ from_seq: 2, to_seq: await world.headOf(id) });
    expect(message?.body.data.outcomes.map(({ type }: { type: string }) => type)).to.deep.equal([
      "booking.cancelled",
    ]);
  });

  it("no longer reach somebody who may not hear of the event any more", async () => {
    const { world, owner, receiver, event, book, complete } = sale();
    await world.webhook(owner, { url: receiver.url });
    const { id } = await event();
    await complete(id);
    await world.pool.query("update users set role = 'user' where id = $1", [owner.userId]);
    await book(id);
    await sleep(2_500);
    expect(receiver.of(id)).to.have.length(1);
    await world.pool.query("update users set role = 'organizer' where id = $1", [owner.userId]);
    await complete(id);
  });
});
