import { expect } from "chai";
import { inDays, type Reply } from "../support/client.ts";
import { sharedSystem } from "./shared-system.ts";
import { expectRefusal } from "./unchanged.ts";

describe("pausing a sale", () => {
  const system = sharedSystem();
  const control = (id: string, how: string, token = system().admin.token, body: object = {}) =>
    system().client.post(`/events/${id}/${how}`, body, { token });

  it("keeps who waits in line in their order, and decides them when it goes on", async () => {
    const { client } = system();
    const event = await system().event({ total_capacity: 3 });
    const people = await system().people(4);
    const headers = { prefer: "respond-async" };
    const asked: Reply[] = [];
    await system().withoutWorker(async () => {
      for (const { token } of people) asked.push(await client.book(token, event.id, 1, { headers }));
      expect((await control(event.id, "pause")).status).to.equal(202);
    });
    const shown = async () => (await client.get(`/events/${event.id}`)).body.data;
    for (const until = Date.now() + 10_000; (await shown()).sale_status !== "paused" && Date.now() < until; );
    expect(await shown()).to.include({ sale_status: "paused", available_seats: 3 });
    const late = await client.book((await system().person()).token, event.id, 1);
    expectRefusal(late, { status: 409, code: "EVENT_NOT_ON_SALE" }, "a new one");
    const resumed = await control(event.id, "resume");
    expect(resumed.body.message).to.equal("The sale is resumed");
    expect(resumed.body.data.sale_status).to.be.oneOf(["open", "sold_out"]);
    const statusOf = async (at: number) =>
      (await client.get(`/bookings/${asked[at]?.body.data.id}`, { token: people[at]?.token ?? "" })).body
        .data;
    for (const until = Date.now() + 10_000; (await statusOf(3)).status === "queued" && Date.now() < until; );
    const statuses = await Promise.all([0, 1, 2, 3].map(statusOf));
    expect(statuses.map(({ status }) => status)).to.deep.equal([
      "confirmed",
      "confirmed",
      "confirmed",
      "rejected",
    ]);
  });

  it("happens once, to a sale that is not over, and is the organizer's", async () => {
    const { client, admin } = system();
    const [mine, theirs] = [await system().organizer(), await system().organizer()];
    const event = await client.createEvent(mine.token);
    expectRefusal(await control(event.id, "resume"), { status: 409, code: "EVENT_STATE_CONFLICT" }, "open");
    expect((await control(event.id, "pause", theirs.token)).status).to.equal(403);
    expect((await control(event.id, "pause", mine.token)).status).to.equal(200);
    expectRefusal(await control(event.id, "pause"), { status: 409, code: "EVENT_STATE_CONFLICT" }, "again");
    const body = await control(event.id, "resume", admin.token, { until: inDays(1) });
    expectRefusal(body, { status: 400, code: "VALIDATION_ERROR", field: "body" }, "a body");
    await client.request("DELETE", `/events/${event.id}`, { token: admin.token });
    expectRefusal(await control(event.id, "resume"), { status: 409, code: "EVENT_NOT_ON_SALE" }, "cancelled");
  });

  it("leaves a key what it led to: who asks again while the sale is paused is answered as before", async () => {
    const event = await system().event();
    const { token } = await system().person();
    const book = (key: string) =>
      system().client.post(
        "/bookings",
        { event_id: event.id, quantity: 1 },
        { token, headers: { "idempotency-key": key } },
      );
    const first = await book("before the pause");
    expect(first.status).to.equal(201);
    await control(event.id, "pause");
    const again = await book("before the pause");
    expect([again.status, again.headers.get("idempotency-replayed")]).to.deep.equal([201, "true"]);
    expect(again.body.data.id).to.equal(first.body.data.id);
    const other = await system().client.post(
      "/bookings",
      { event_id: event.id, quantity: 2 },
      { token, headers: { "idempotency-key": "before the pause" } },
    );
    expect(other.status, "another request").to.equal(422);
    const paused = { status: 409, code: "EVENT_NOT_ON_SALE" };
    for (let times = 0; times < 2; times += 1) expectRefusal(await book("during it"), paused, "paused");
    await control(event.id, "resume");
    expect((await book("during it")).status, "the key stayed free").to.equal(201);
  });

  it("shows before a sale has begun too", async () => {
    const event = await system().event({ sale_starts_at: inDays(1) });
    expect(event.sale_status).to.equal("scheduled");
    expect((await control(event.id, "pause")).body.data.sale_status).to.equal("paused");
    expect((await control(event.id, "resume")).body.data.sale_status).to.equal("scheduled");
  });
});
