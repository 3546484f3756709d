import { expect } from "chai";
import { until } from "../support/until.ts";
import { callbackBody, sendCallback } from "./provider-callbacks.ts";
import { sharedSystem } from "./shared-system.ts";
import { expectRefusal, leavesNothing } from "./unchanged.ts";

/** A number that passes the check digit, as 004 prints it. */
const CARD = "4242424242424242";

describe("confirming a booking", () => {
  const system = sharedSystem();

  async function held(fields: Readonly<Record<string, unknown>> = {}) {
    const event = await system().event({ requires_payment: true, price: 30, ...fields });
    const { token, userId } = await system().person();
    const booking = (await system().client.book(token, event.id, 2)).body.data;
    const confirm = (body: unknown, options: Readonly<Record<string, unknown>> = {}) =>
      system().client.post(`/bookings/${booking.id}/confirm`, body, { token, ...options });
    return { event, booking, token, userId, confirm };
  }

  it("takes a token in either form, answers 200 with the booking, and again the same", async () => {
    for (const body of [
      { payment_method: "credit_card", payment_details: { token: "tok_success" } },
      { payment_token: "tok_success" },
    ]) {
      const { booking, confirm } = await held();
      const reply = await confirm(body);
      expect(reply.status, JSON.stringify(reply.body)).to.equal(200);
      const { data, message } = reply.body;
      expect(message).to.equal("Booking confirmed successfully");
      expect(data).to.include({ id: booking.id, status: "confirmed", total_amount: 60, expires_at: null });
      expect(data).to.include({ payment_url: null, booking_reference: booking.booking_reference });
      const again = await confirm(body);
      expect(again.status).to.equal(200);
      expect(again.body.data).to.deep.equal(data);
      expect((await confirm({})).status).to.equal(200);
    }
  });

  it("charges once where the same confirmation is sent many times at once", async () => {
    const { booking, token, confirm } = await held();
    const replies = await Promise.all(
      Array.from({ length: 8 }, () => confirm({ payment_token: "tok_success" })),
    );
    for (const { status, body } of replies) expect(status, JSON.stringify(body)).to.equal(200);
    const { rows } = await system().pool.query("select state from payment where booking_id = $1", [
      booking.id,
    ]);
    expect(rows).to.deep.equal([{ state: "captured" }]);
    // Nothing is kept of those that led to no payment, their tokens least of all.
    const sessions = await system().pool.query("select token from payment_session where booking_id = $1", [
      booking.id,
    ]);
    expect(sessions.rows).to.deep.equal([{ token: null }]);
    const { data } = (await system().client.get(`/bookings/${booking.id}/payment`, { token })).body;
    expect(data).to.include({ status: "captured", amount: 60, currency: "USD", booking_id: booking.id });
  });

  it("asks for a payment where one is due", async () => {
    const { booking, token, confirm } = await held();
    const reply = await confirm({});
    expectRefusal(
      reply,
      { status: 402, code: "PAYMENT_REQUIRED", field: "payment_token" },
      "nothing offered",
    );
    expect(reply.body.total_amount).to.equal(60);
    expect((await system().client.get(`/bookings/${booking.id}`, { token })).body.data.status).to.equal(
      "pending",
    );
  });

  it("tells why a payment failed, keeps the booking, and takes another token", async () => {
    const { booking, confirm } = await held();
    const reply = await confirm({ payment_token: "tok_declined" });
    expectRefusal(reply, { status: 402, code: "PAYMENT_FAILED", field: "reason" }, "declined");
    expect(reply.body).to.include({ booking_id: booking.id, status: "pending" });
    expect(Date.parse(reply.body.expires_at)).to.be.above(Date.now());
    expect((await confirm({ payment_token: "tok_success" })).body.data.status).to.equal("confirmed");
  });

  it("answers 202 where the buyer has another step to make, and says where", async () => {
    const { confirm } = await held();
    const reply = await confirm({ payment_token: "tok_challenge" });
    expect(reply.status, JSON.stringify(reply.body)).to.equal(202);
    expect(reply.body.data).to.include({ status: "pending" });
    expect(reply.body.data.payment_url).to.match(/^https?:\/\//);
    const meanwhile = await confirm({ payment_token: "tok_success" });
    expect(meanwhile.status).to.equal(202);
    expect(meanwhile.body.data.payment_id).to.equal(reply.body.data.payment_id);
  });

  it("answers 202 while the provider has not been heard, and confirms once it is", async () => {
    const { booking, token, confirm } = await held();
    await system().effects.stop();
    const reply = await confirm({ payment_token: "tok_success" }).finally(() => system().restartEffects());
    expect(reply.status, JSON.stringify(reply.body)).to.equal(202);
    expect(reply.body.data).to.include({ id: booking.id, status: "pending" });
    expect(reply.body.message).to.equal("The payment is under way");
    expect(reply.headers.get("retry-after")).to.equal("1");
    expect((await confirm({ payment_token: "tok_success" })).status).to.equal(200);
    const { rows } = await system().pool.query("select id from payment where booking_id = $1", [booking.id]);
    expect(rows).to.deep.equal([{ id: reply.body.data.payment_id }]);
    const seen = await system().client.get(`/bookings/${booking.id}`, { token });
    expect(seen.body.data.status).to.equal("confirmed");
  });

  it("answers 402 where a call-back told of the failure before the provider answered", async () => {
    const { event, booking, token, confirm } = await held();
    await system().effects.stop();
    try {
      const asked = confirm({ payment_token: "tok_challenge" });
      const paymentId = await until("the payment is asked for", async () => {
        const query = "select id from payment where booking_id = $1";
        return (await system().pool.query(query, [booking.id])).rows[0]?.id ?? null;
      });
      const ids = { paymentId, bookingId: booking.id, eventId: event.id };
      const result = { type: "declined", reason: "The card was declined" };
      await sendCallback(system(), callbackBody({ id: `${paymentId}_declined`, ...ids, result }));
      const reply = await asked;
      expectRefusal(reply, { status: 402, code: "PAYMENT_FAILED", field: "reason" }, "declined");
      expect(reply.body).to.include({ payment_id: paymentId, status: "pending" });
    } finally {
      await system().restartEffects();
    }
    const seen = await system().client.get(`/bookings/${booking.id}`, { token });
    expect(seen.body.data.status).to.equal("pending");
    expect((await confirm({ payment_token: "tok_success" })).status).to.equal(200);
  });

  it("replays what a key led to, a failure too, and refuses the key with another token", async () => {
    const { confirm } = await held();
    const headers = { "idempotency-key": "pay-1" };
    const first = await confirm({ payment_token: "tok_declined" }, { headers });
    const again = await confirm({ payment_token: "tok_declined" }, { headers });
    expect(again.headers.get("idempotency-replayed")).to.equal("true");
    for (const { status, body } of [first, again])
      expect([status, body.code]).to.deep.equal([402, "PAYMENT_FAILED"]);
    expect(again.body.payment_id).to.equal(first.body.payment_id);
    expect((await confirm({ payment_token: "tok_success" }, { headers })).status).to.equal(422);
  });

  it("replays a key after the tickets were cancelled too, whoever told of the payment first", async () => {
    const { event, booking, token, confirm } = await held();
    const body = { payment_token: "tok_challenge" };
    const headers = { "idempotency-key": "pay-2" };
    const paymentId = (await confirm(body, { headers })).body.data.payment_id;
    const ids = { paymentId, bookingId: booking.id, eventId: event.id };
    const result = { type: "captured", amount_minor: 6_000 };
    await sendCallback(system(), callbackBody({ id: `${paymentId}_paid`, ...ids, result }));
    const paid = await until("the booking is paid", async () => {
      const reply = await confirm(body, { headers });
      return reply.status === 200 && reply.body.data;
    });
    expect(paid).to.include({ id: booking.id, status: "confirmed" });
    await system().client.request("DELETE", `/bookings/${booking.id}`, { token });
    const again = await confirm(body, { headers });
    expect([again.status, again.headers.get("idempotency-replayed")]).to.deep.equal([200, "true"]);
    expect(again.body.data).to.include({ id: booking.id, status: "cancelled" });
  });

  it("never takes a card number, wherever it stands, nor repeats or logs it", async () => {
    const { booking, token, confirm } = await held();
    const bodies = [
      { payment_token: CARD },
      { payment_token: "4242 4242-4242 4242" },
      { payment_details: { token: "tok_success", number: CARD, cvc: "123" } },
      { payment_details: { number: Number(CARD) } },
      { payment_method: `card ${CARD}` },
      { [CARD]: "tok_success" },
      { a: [{ b: [CARD] }] },
    ];
    await leavesNothing(system(), async () => {
      for (const body of bodies) {
        for (const path of [`/bookings/${booking.id}/confirm`, `/payments/initiate/${booking.id}`]) {
          const reply = await system().client.post(path, body, { token });
          expectRefusal(
            reply,
            { status: 400, code: "VALIDATION_ERROR", field: "body" },
            JSON.stringify(body),
          );
          expect(JSON.stringify(reply.body)).not.to.match(/4242/);
        }
      }
    });
    expect((await confirm({ payment_token: "tok_success" })).status).to.equal(200);
    for (const { output } of [system().api, system().worker, system().effects]) {
      expect(output.join("")).not.to.contain(CARD);
    }
  });

  it("refuses bodies that it does not understand", async () => {
    const { confirm } = await held();
    const wrong: readonly (readonly [unknown, string])[] = [
      [{ payment_token: "" }, "payment_token"],
      [{ payment_token: 5 }, "payment_token"],
      [{ payment_token: "x".repeat(513) }, "payment_token"],
      [{ payment_details: {} }, "payment_details.token"],
      [{ payment_details: { token: "a" }, payment_token: "b" }, "payment_token"],
      [{ payment_token: "tok_success", provider: "nobody" }, "provider"],
      [{ payment_token: "tok_success", amount: 1 }, "amount"],
      ["[]", "body"],
    ];
    for (const [body, field] of wrong) {
      const reply = await confirm(body);
      expectRefusal(reply, { status: 400, code: "VALIDATION_ERROR", field }, JSON.stringify(body));
    }
  });

  it("is the owner's alone", async () => {
    const { booking } = await held();
    const { client, admin } = system();
    const confirm = (token: string) =>
      client.post(`/bookings/${booking.id}/confirm`, { payment_token: "tok_success" }, { token });
    expectRefusal(
      await confirm((await system().person()).token),
      { status: 404, code: "BOOKING_NOT_FOUND" },
      "stranger",
    );
    expectRefusal(await confirm(admin.token), { status: 403, code: "AUTH_UNAUTHORIZED" }, "admin");
  });

  it("works by reference, and is refused once the booking is cancelled", async () => {
    const { booking, token, confirm } = await held();
    const { client } = system();
    const path = `/bookings/${booking.booking_reference}`;
    await client.request("DELETE", path, { token });
    const reply = await client.post(`${path}/confirm`, { payment_token: "tok_success" }, { token });
    expectRefusal(reply, { status: 409, code: "BOOKING_STATE_CONFLICT" }, "cancelled");
    expect((await confirm({ payment_token: "tok_success" })).status).to.equal(409);
    const { rows } = await system().pool.query("select 1 from payment_session where booking_id = $1", [
      booking.id,
    ]);
    expect(rows).to.deep.equal([]);
  });
});
