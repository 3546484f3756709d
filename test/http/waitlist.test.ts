import { expect } from "chai";
import { type Person, sharedSystem } from "./shared-system.ts";
import { expectRefusal } from "./unchanged.ts";

const NOBODY = "00000000-0000-7000-8000-000000000000";

describe("a waitlist", () => {
  const system = sharedSystem();
  const join = (person: Person, eventId: string, body: object = {}) =>
    system().client.post(`/waitlist/${eventId}/join`, body, { token: person.token });
  const place = (person: Person, eventId: string, method = "GET") =>
    system().client.request(method, `/waitlist/${eventId}/user/${person.userId}`, { token: person.token });
  /** An event whose two tickets are booked. */
  async function full(fields: object = {}) {
    const event = await system().event({ total_capacity: 2, ...fields });
    const owner = await system().person();
    const booking = (await system().client.book(owner.token, event.id, 2)).body.data;
    return { event, owner, booking };
  }

  async function person(tier: "basic" | "premium" | "vip"): Promise<Person> {
    const one = await system().person();
    await system().pool.query("update users set tier = $2 where id = $1", [one.userId, tier]);
    return one;
  }

  it("is joined as 001 prints it, at the tier that is one's own", async () => {
    const { event } = await full();
    const [first, vip] = [await person("basic"), await person("vip")];
    const asked = { user_id: first.userId, user_tier: "premium", quantity: 1 };
    const joined = await join(first, event.id, asked);
    expect(joined.status, JSON.stringify(joined.body)).to.equal(201);
    expect(joined.body.message).to.equal("Successfully joined waitlist; your tier is basic");
    expect(joined.body.data).to.deep.include({
      position: 1,
      total_ahead: 0,
      estimated_wait_time: null,
      promotion_probability: null,
      user_tier: "basic",
      requested_tier: "premium",
      priority_score: 500,
      status: "waiting",
      booking_id: null,
    });
    const second = await join(vip, event.id, { userTier: "vip" });
    expect(second.body.message).to.equal("Successfully joined waitlist");
    expect(second.body.data).to.include({
      position: 1,
      user_tier: "vip",
      priority_score: 1_000,
      quantity: 1,
    });
    expect((await place(first, event.id)).body.data).to.include({ position: 2, total_ahead: 1 });
    const { body } = await system().client.get(`/waitlist/${event.id}/stats`);
    expect(body.data).to.deep.equal({
      total_waiting: 2,
      average_wait_time: null,
      promotion_rate: null,
      tiers: { vip: 1, premium: 0, basic: 1 },
    });
  });

  it("is joined as 004 prints it, and says how one will be told", async () => {
    const { event } = await full();
    const { token, userId } = await system().person();
    const body = {
      event_id: event.id,
      notification_preferences: { email: true, sms: false, websocket: true },
    };
    const joined = await system().client.post("/waitlist/join", body, { token });
    expect(joined.status).to.equal(201);
    expect(joined.body.data.event).to.deep.include({ id: event.id, name: event.name });
    const holds = { websocket: true, push: true, email: true, sms: false };
    expect(joined.body.data.notification_preferences).to.deep.equal(holds);
    const { body: stored } = await system().client.get("/users/notification-preferences", { token });
    expect(stored.data.preferences.waitlist_promoted).to.deep.equal(holds);
    expect(joined.headers.get("location")).to.equal(`/api/v1/waitlist/${event.id}/user/${userId}`);
    const mine = await system().client.get("/waitlist", { token });
    expect(mine.body.count).to.equal(1);
    expect(mine.body.data[0].waitlist_id).to.equal(joined.body.data.waitlist_id);
  });

  it("is not needed where there are tickets, and joined once only", async () => {
    const one = await system().person();
    const open = await system().event();
    expectRefusal(await join(one, open.id), { status: 409, code: "WAITLIST_NOT_NEEDED" }, "tickets left");
    const { event } = await full();
    expect((await join(one, event.id)).status).to.equal(201);
    expectRefusal(await join(one, event.id), { status: 409, code: "WAITLIST_ALREADY_JOINED" }, "again");
    const key = { "idempotency-key": "join-once" };
    const other = await system().person();
    const options = { token: other.token, headers: key };
    const replies = [
      await system().client.post(`/waitlist/${event.id}/join`, {}, options),
      await system().client.post(`/waitlist/${event.id}/join`, {}, options),
    ];
    expect(replies.map(({ status }) => status)).to.deep.equal([201, 201]);
    expect(replies[1]?.body.data.waitlist_id).to.equal(replies[0]?.body.data.waitlist_id);
    expect(replies[1]?.headers.get("idempotency-replayed")).to.equal("true");
  });

  it("is left, and everybody behind moves up", async () => {
    const { event } = await full();
    const people = await system().people(4);
    for (const one of people) await join(one, event.id);
    const [, second, third] = people as [Person, Person, Person];
    const left = await place(second, event.id, "DELETE");
    expect(left.body).to.deep.include({ message: "Successfully left waitlist", positions_updated: 2 });
    expect(left.body.data).to.include({ status: "left", positions_updated: 2 });
    expect((await place(third, event.id)).body.data.position).to.equal(2);
    const again = await place(second, event.id, "DELETE");
    expectRefusal(again, { status: 404, code: "WAITLIST_ENTRY_NOT_FOUND" }, "again");
    const never = await system().person();
    for (const method of ["GET", "DELETE"]) {
      expectRefusal(
        await place(never, event.id, method),
        { status: 404, code: "WAITLIST_ENTRY_NOT_FOUND" },
        method,
      );
    }
  });

  it("is one's own: nobody sees, joins or leaves for another; an admin looks after all", async () => {
    const { client, admin } = system();
    const { event } = await full();
    const [one, other] = [await system().person(), await system().person()];
    await join(one, event.id);
    expect((await join(other, event.id, { user_id: one.userId })).status).to.equal(403);
    const path = `/waitlist/${event.id}/user/${one.userId}`;
    for (const method of ["GET", "DELETE"]) {
      expect((await client.request(method, path, { token: other.token })).status, method).to.equal(403);
    }
    expect((await client.get(path, { token: admin.token })).body.data.user_id).to.equal(one.userId);
    expect((await client.request("DELETE", path, { token: admin.token })).status).to.equal(200);
  });

  it("says what is wrong with a request", async () => {
    const one = await system().person();
    const { event } = await full();
    const wrong: readonly [object, string][] = [
      [{ quantity: 0 }, "quantity"],
      [{ quantity: "2" }, "quantity"],
      [{ user_tier: "gold" }, "user_tier"],
      [{ tiers: [] }, "tiers"],
      [{ notification_preferences: { pigeon: true } }, "notification_preferences.pigeon"],
      [{ priority_score: 9 }, "priority_score"],
    ];
    for (const [body, field] of wrong) {
      const reply = await join(one, event.id, body);
      expectRefusal(reply, { status: 400, code: "VALIDATION_ERROR", field }, JSON.stringify(body));
    }
    expect((await join(one, event.id, { tiers: ["None"] })).status).to.equal(409);
    expect((await join(one, event.id, { quantity: 3 })).status).to.equal(409);
    const bad = await join(one, "42");
    expectRefusal(bad, { status: 400, code: "VALIDATION_ERROR", field: "eventId" }, "no id");
    expectRefusal(await join(one, NOBODY), { status: 404, code: "EVENT_NOT_FOUND" }, "no event");
    expect((await system().client.get(`/waitlist/${NOBODY}/stats`)).status).to.equal(404);
  });
});
