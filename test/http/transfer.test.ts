import { expect } from "chai";
import { sharedSystem } from "./shared-system.ts";
import { expectRefusal, leavesNothing } from "./unchanged.ts";

const INVALID = { status: 400, code: "VALIDATION_ERROR" };

describe("transferring a booking", () => {
  const system = sharedSystem();

  async function booked(fields: Readonly<Record<string, unknown>> = {}) {
    const event = await system().event({ total_capacity: 2, ...fields });
    const [owner, other] = (await system().people(2)) as [
      { token: string; userId: string },
      { token: string; userId: string },
    ];
    const { data } = (await system().client.book(owner.token, event.id, 2)).body;
    const transfer = (body: unknown, as = owner.token, headers = {}) =>
      system().client.post(`/bookings/${data.id}/transfer`, body, { token: as, headers });
    return { event, owner, other, data, transfer };
  }

  it("makes it the other's, tickets and all, also on a sold-out event", async () => {
    const { owner, other, data, transfer } = await booked();
    const { client } = system();
    const reply = await transfer({ to_user_id: other.userId });
    expect(reply.status, JSON.stringify(reply.body)).to.equal(200);
    expect(reply.body.data).to.include({
      booking_id: data.id,
      quantity: 2,
      transferred: true,
      to_user_id: other.userId,
    });
    const seen = await client.get(`/bookings/${data.id}`, { token: other.token });
    expect(seen.body.data).to.include({ user_id: other.userId, status: "confirmed", quantity: 2 });
    expect((await client.get(`/bookings/${data.id}`, { token: owner.token })).status).to.equal(404);
    expect((await client.get("/bookings", { token: owner.token })).body.count).to.equal(0);
    expectRefusal(
      await transfer({ to_user_id: other.userId }),
      { status: 404, code: "BOOKING_NOT_FOUND" },
      "again",
    );
  });

  it("finds the other by e-mail, whatever its case, and tells nothing else about them", async () => {
    const { other, data, transfer } = await booked();
    const { rows } = await system().pool.query("select email from users where id = $1", [other.userId]);
    const to_email = rows[0].email.toUpperCase();
    const reply = await transfer({ to_email });
    expect(reply.status, JSON.stringify(reply.body)).to.equal(200);
    expect(JSON.stringify(reply.body)).not.to.contain(other.userId);
    expect((await system().client.get(`/bookings/${data.id}`, { token: other.token })).status).to.equal(200);
  });

  it("answers the same key the same way, although the booking is no longer the caller's", async () => {
    const { owner, other, transfer } = await booked();
    const headers = { "idempotency-key": "give" };
    const first = await transfer({ to_user_id: other.userId }, owner.token, headers);
    const again = await transfer({ to_user_id: other.userId }, owner.token, headers);
    expect(again.status, JSON.stringify(again.body)).to.equal(200);
    expect(again.headers.get("idempotency-replayed")).to.equal("true");
    expect(again.body.data).to.deep.equal(first.body.data);
  });

  it("tells a former owner no more than what their key once led to", async () => {
    const { owner, other, data, transfer } = await booked();
    const headers = { "idempotency-key": "give once" };
    const first = await transfer({ to_user_id: other.userId }, owner.token, headers);
    const cancelled = await system().client.request("PUT", `/bookings/${data.id}/cancel`, {
      token: other.token,
      body: { quantity: 1 },
      headers: { "idempotency-key": "one less" },
    });
    expect(cancelled.status, JSON.stringify(cancelled.body)).to.equal(200);
    const retried = await transfer({ to_user_id: other.userId }, owner.token, headers);
    expect(retried.body.data, "as it was").to.deep.equal(first.body.data);
    const reused = await transfer({ to_user_id: owner.userId }, owner.token, headers);
    expectRefusal(reused, { status: 422, code: "IDEMPOTENCY_KEY_REUSED" }, "another body");
    const fresh = { "idempotency-key": "give again" };
    const again = await transfer({ to_user_id: other.userId }, owner.token, fresh);
    expectRefusal(again, { status: 404, code: "BOOKING_NOT_FOUND" }, "another key");
  });

  it("with a key is to a stranger as if there were no booking, whoever it is for, and leaves nothing", async () => {
    const { owner, other, data } = await booked();
    const { client } = system();
    const ask = async (id: string, body: object, key: string) => {
      const options = { token: other.token, headers: { "idempotency-key": key } };
      const reply = await client.post(`/bookings/${id}/transfer`, body, options);
      expectRefusal(reply, { status: 404, code: "BOOKING_NOT_FOUND" }, key);
      expect(reply.headers.get("idempotency-replayed")).to.equal(null);
      const { timestamp: _, request_id: __, ...rest } = reply.body;
      return rest;
    };
    const nobody = "00000000-0000-7000-8000-000000000000";
    await leavesNothing(system(), async () => {
      const missing = await ask(nobody, { to_user_id: owner.userId }, "missing");
      const recipients = [
        { to_user_id: owner.userId },
        { to_user_id: nobody },
        { to_email: "no@example.com" },
      ];
      for (const [at, body] of recipients.entries()) {
        expect(await ask(data.id, body, `by id ${at}`)).to.deep.equal(missing);
        expect(await ask(data.booking_reference, body, `by reference ${at}`)).to.deep.equal(missing);
        expect(await ask(data.id, body, `by id ${at}`), "again").to.deep.equal(missing);
      }
    });
    expect((await client.get(`/bookings/${data.id}`, { token: owner.token })).status).to.equal(200);
  });

  it("is refused to all but the owner, with or without a key", async () => {
    const { other, transfer } = await booked();
    const { admin } = system();
    for (const headers of [{}, { "idempotency-key": "mine" }]) {
      const body = { to_user_id: other.userId };
      expectRefusal(
        await transfer(body, other.token, headers),
        { status: 404, code: "BOOKING_NOT_FOUND" },
        "stranger",
      );
    }
    expect((await transfer({ to_user_id: other.userId }, admin.token)).status).to.equal(403);
  });

  it("needs somebody to go to", async () => {
    const { owner, other, transfer } = await booked();
    const nobody = { status: 404, code: "USER_NOT_FOUND" };
    expectRefusal(
      await transfer({ to_user_id: "00000000-0000-7000-8000-000000000000" }),
      nobody,
      "unknown id",
    );
    expectRefusal(await transfer({ to_email: "nobody@example.com" }), nobody, "unknown e-mail");
    expectRefusal(
      await transfer({ to_user_id: owner.userId }),
      { status: 409, code: "BOOKING_STATE_CONFLICT" },
      "self",
    );
    const bodies: readonly (readonly [unknown, string])[] = [
      [{}, "to_user_id"],
      [{ to_user_id: other.userId, to_email: "a@example.com" }, "to_user_id"],
      [{ to_user_id: "me" }, "to_user_id"],
      [{ to_email: "me" }, "to_email"],
      [{ user_id: other.userId }, "user_id"],
    ];
    for (const [body, field] of bodies) {
      expectRefusal(await transfer(body), { ...INVALID, field }, JSON.stringify(body));
    }
  });

  it("keeps the limit per person, and is for confirmed bookings only", async () => {
    const { event, other, transfer } = await booked({ total_capacity: 4, max_tickets_per_user: 2 });
    await system().client.book(other.token, event.id, 1);
    const reply = await transfer({ to_user_id: other.userId });
    expectRefusal(reply, { status: 409, code: "BOOKING_LIMIT_EXCEEDED" }, "the other has one");
    const held = await booked({ requires_payment: true });
    const pending = await held.transfer({ to_user_id: held.other.userId });
    expectRefusal(pending, { status: 409, code: "BOOKING_STATE_CONFLICT" }, "a hold");
  });
});
