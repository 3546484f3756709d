import { expect } from "chai";
import { auditEvent } from "../support/books.ts";
import { inDays } from "../support/client.ts";
import { sharedSystem } from "./shared-system.ts";

describe("requests with an Idempotency-Key", () => {
  const system = sharedSystem();
  const keyed = (key: string) => ({ headers: { "idempotency-key": key } });

  it("have one effect and one answer, bare or quoted, whatever the order of the fields", async () => {
    const { client } = system();
    const { token } = await system().person();
    const event = await system().event();
    const first = await client.post(
      "/bookings",
      { event_id: event.id, quantity: 2 },
      { token, ...keyed("once") },
    );
    expect(first.status).to.equal(201);
    expect(first.headers.get("idempotency-replayed")).to.equal(null);
    for (const [key, path, body] of [
      ["once", "/bookings", { event_id: event.id, quantity: 2 }],
      ['"once"', "/bookings", { quantity: 2, event_id: event.id }],
      ["once", "/bookings/", { quantity: 2, eventId: event.id }],
    ] as const) {
      const again = await client.post(path, body, { token, ...keyed(key) });
      expect(again.status).to.equal(201);
      expect(again.headers.get("idempotency-replayed")).to.equal("true");
      expect(again.headers.get("location")).to.equal(first.headers.get("location"));
      expect(again.body.data).to.deep.equal(first.body.data);
    }
    expect(await auditEvent(system().database.url, event.id)).to.include({ sold: 2, confirmed: 1 });
  });

  it("have one effect also when a hundred are sent at once", async () => {
    const { client } = system();
    const { token } = await system().person();
    const event = await system().event({ total_capacity: 100 });
    const replies = await Promise.all(
      Array.from({ length: 100 }, () => client.book(token, event.id, 1, keyed("at once"))),
    );
    expect(new Set(replies.map(({ status }) => status))).to.deep.equal(new Set([201]));
    expect(new Set(replies.map(({ body }) => body.data.id))).to.have.property("size", 1);
    expect(replies.filter(({ headers }) => headers.get("idempotency-replayed") === null)).to.have.length(1);
    expect(await auditEvent(system().database.url, event.id)).to.include({ sold: 1, confirmed: 1 });
  });

  it("are refused with another body, and are somebody else's own with another user", async () => {
    const { client } = system();
    const [one, other] = await system().people(2);
    const event = await system().event();
    const first = await client.book(one?.token ?? "", event.id, 1, keyed("shared"));
    const reused = await client.book(one?.token ?? "", event.id, 2, keyed("shared"));
    expect(reused.status).to.equal(422);
    expect(reused.body.code).to.equal("IDEMPOTENCY_KEY_REUSED");
    const others = await client.book(other?.token ?? "", event.id, 2, keyed("shared"));
    expect(others.status).to.equal(201);
    expect(others.body.data.id).not.to.equal(first.body.data.id);
    expect(await auditEvent(system().database.url, event.id)).to.include({ sold: 3 });
  });

  it("are refused with a key that is none", async () => {
    const { client } = system();
    const { token } = await system().person();
    const event = await system().event();
    for (const key of ["x".repeat(256), `"${"x".repeat(256)}"`, "", '""', "käse", "tab\there"]) {
      const reply = await client.book(token, event.id, 1, keyed(key));
      expect(reply.status, JSON.stringify(key)).to.equal(400);
      expect(reply.body.details).to.have.key("Idempotency-Key");
    }
    expect((await client.book(token, event.id, 1, keyed("x".repeat(255)))).status).to.equal(201);
  });

  it("repeat a refusal, also when there would be seats by now", async () => {
    const { client } = system();
    const { token } = await system().person();
    const event = await system().event({ total_capacity: 1, max_tickets_per_user: 5 });
    const { data } = (await client.book(token, event.id, 1)).body;
    const refused = await client.book(token, event.id, 1, keyed("too late"));
    const limited = await client.book(token, event.id, 6, keyed("too many"));
    await client.request("DELETE", `/bookings/${data.id}`, { token });
    for (const [quantity, key, first] of [
      [1, "too late", refused],
      [6, "too many", limited],
    ] as const) {
      const again = await client.book(token, event.id, quantity, keyed(key));
      expect(again.status).to.equal(409);
      expect(again.headers.get("idempotency-replayed")).to.equal("true");
      const { timestamp: _, request_id: __, ...told } = again.body;
      expect(first.body).to.deep.include(told);
    }
  });

  it("repeat the original 201 of a booking that was cancelled since, and a cancellation's figures", async () => {
    const { client } = system();
    const { token } = await system().person();
    const event = await system().event();
    const first = await client.book(token, event.id, 2, keyed("book"));
    const path = `/bookings/${first.body.data.id}/cancel`;
    const cancelled = await client.request("PUT", path, { token, ...keyed("cancel") });
    const again = await client.book(token, event.id, 2, keyed("book"));
    expect(again.status).to.equal(201);
    expect(again.body.data).to.deep.equal(first.body.data);
    const cancelledAgain = await client.request("PUT", path, { token, ...keyed("cancel") });
    expect(cancelledAgain.status).to.equal(200);
    expect(cancelledAgain.headers.get("idempotency-replayed")).to.equal("true");
    expect(cancelledAgain.body.data).to.deep.equal(cancelled.body.data);
    expect(await auditEvent(system().database.url, event.id)).to.include({ sold: 0, confirmed: 1 });
  });

  it("repeat a 202 as what became of the booking", async () => {
    const { client } = system();
    const { token } = await system().person();
    const event = await system().event();
    const headers = { "idempotency-key": "later", prefer: "respond-async" };
    const { queued, meanwhile } = await system().withoutWorker(async () => ({
      queued: await client.book(token, event.id, 1, { headers }),
      meanwhile: await client.book(token, event.id, 1, { headers }),
    }));
    expect([queued.status, meanwhile.status]).to.deep.equal([202, 202]);
    expect(meanwhile.body.data.id).to.equal(queued.body.data.id);
    const after = await client.book(token, event.id, 1, keyed("later"));
    expect(after.status).to.equal(201);
    expect(after.body.data.id).to.equal(queued.body.data.id);
  });

  it("create one event; what was refused as too late leaves the key free", async () => {
    const { client, admin } = system();
    const { token } = admin;
    const body = { name: "Once", venue: "Here", event_date: inDays(5), total_capacity: 5, price: 1 };
    const replies = await Promise.all(
      Array.from({ length: 10 }, () => client.post("/events", body, { token, ...keyed("event") })),
    );
    expect(new Set(replies.map((reply) => reply.status))).to.deep.equal(new Set([201]));
    expect(new Set(replies.map((reply) => reply.body.data.id))).to.have.property("size", 1);
    expect(
      (await client.post("/events", { ...body, price: 2 }, { token, ...keyed("event") })).status,
    ).to.equal(422);
    const late = { ...body, event_date: "2020-01-01T00:00:00Z" };
    for (let time = 0; time < 2; time += 1) {
      const refused = await client.post("/events", late, { token, ...keyed("late") });
      expect(refused.status).to.equal(400);
      expect(refused.body.details).to.deep.equal({ event_date: "must lie in the future" });
    }
    expect((await client.post("/events", body, { token, ...keyed("late") })).status).to.equal(201);
  });
});
