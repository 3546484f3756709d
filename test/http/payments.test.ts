import { expect } from "chai";
import { until } from "../support/until.ts";
import { sharedSystem } from "./shared-system.ts";
import { expectRefusal } from "./unchanged.ts";

describe("a checkout session", () => {
  const system = sharedSystem();

  async function held() {
    const event = await system().event({ requires_payment: true, price: 12.5 });
    const { token } = await system().person();
    const booking = (await system().client.book(token, event.id, 2)).body.data;
    const initiate = (body: unknown = {}, as = token) =>
      system().client.post(`/payments/initiate/${booking.id}`, body, { token: as });
    return { event, booking, token, initiate };
  }

  it("is opened where a booking's payment_url points, and found again, not opened twice", async () => {
    const { booking, token, initiate } = await held();
    expect(booking.payment_url).to.equal(`/api/v1/payments/initiate/${booking.id}`);
    const reply = await initiate();
    expect(reply.status, JSON.stringify(reply.body)).to.equal(201);
    const { data } = reply.body;
    expect(data).to.include({ booking_id: booking.id, amount: 25, currency: "USD", status: "open" });
    expect(data).to.include.keys("provider", "client_secret", "payment_id");
    expect(data.checkout_url).to.match(/^https?:\/\//);
    expect(Date.parse(data.expires_at)).to.be.above(Date.now());
    const again = await initiate({ provider: data.provider });
    expect(again.status).to.equal(200);
    expect(again.body.data).to.deep.equal(data);
    for (const path of [`/payments/${data.payment_id}`, `/bookings/${booking.id}/payment`]) {
      const seen = await system().client.get(path, { token });
      expect(seen.status, path).to.equal(200);
      expect(seen.body.data).to.include({ id: data.id, status: "open", checkout_url: data.checkout_url });
    }
    const atOnce = await Promise.all([initiate(), initiate(), initiate()]);
    for (const { body } of atOnce) expect(body.data.payment_id).to.equal(data.payment_id);
  });

  it("gives way to a token, as a client of 004 sends it after it has asked for its payment_url", async () => {
    const { booking, token, initiate } = await held();
    const { data } = (await initiate()).body;
    const { client } = system();
    const confirm = (payment_token: string) =>
      client.post(`/bookings/${booking.id}/confirm`, { payment_token }, { token });
    const declined = await confirm("tok_declined");
    expect([declined.status, declined.body.code]).to.deep.equal([402, "PAYMENT_FAILED"]);
    const paid = await confirm("tok_success");
    expect(paid.status, JSON.stringify(paid.body)).to.equal(200);
    expect(paid.body.data.status).to.equal("confirmed");
    await until("the page is closed", async () => {
      const page = await client.get(`/payments/${data.payment_id}`, { token });
      return page.body.data.status === "failed" ? page : null;
    });
    const ofBooking = await client.get(`/bookings/${booking.id}/payment`, { token });
    expect(ofBooking.body.data).to.include({ status: "captured", amount: 25 });
  });

  it("is what its key leads to, also after somebody has cancelled the booking", async () => {
    const { booking, token } = await held();
    const initiate = (key: string) =>
      system().client.post(
        `/payments/initiate/${booking.id}`,
        {},
        { token, headers: { "idempotency-key": key } },
      );
    const { status, body } = await initiate("page-1");
    expect(status).to.equal(201);
    await system().effects.stop();
    try {
      const path = `/bookings/${booking.id}`;
      expect((await system().client.request("DELETE", path, { token })).status).to.equal(200);
      const again = await initiate("page-1");
      expect([again.status, again.headers.get("idempotency-replayed")]).to.deep.equal([200, "true"]);
      expect(again.body.data).to.deep.equal(body.data);
      expect(again.body.message).to.contain("has ended");
      const other = { status: 409, code: "BOOKING_STATE_CONFLICT" };
      expectRefusal(await initiate("page-2"), other, "another request");
    } finally {
      await system().restartEffects();
    }
  });

  it("keeps nobody from cancelling, or from declining an offer", async () => {
    const { event, booking, token, initiate } = await held();
    const { data } = (await initiate()).body;
    const gone = await system().client.request("DELETE", `/bookings/${booking.id}`, { token });
    expect(gone.status, JSON.stringify(gone.body)).to.equal(200);
    const left = await system().client.get(`/events/${event.id}`);
    expect(left.body.data.available_seats).to.equal(event.available_seats);
    await until("the page is closed", async () => {
      const page = await system().client.get(`/payments/${data.payment_id}`, { token });
      return page.body.data.status === "failed" ? page : null;
    });
  });

  it("and the payment it leads to are the buyer's alone", async () => {
    const { booking, initiate } = await held();
    const { data } = (await initiate()).body;
    const stranger = await system().person();
    const { client, admin } = system();
    expectRefusal(await initiate({}, stranger.token), { status: 404, code: "BOOKING_NOT_FOUND" }, "initiate");
    const seen = await client.get(`/payments/${data.payment_id}`, { token: stranger.token });
    expectRefusal(seen, { status: 404, code: "PAYMENT_NOT_FOUND" }, "payment");
    const missing = await client.get("/payments/00000000-0000-7000-8000-000000000000", {
      token: stranger.token,
    });
    const { timestamp: _, request_id: __, ...body } = seen.body;
    expect(missing.body).to.deep.include(body);
    const ofBooking = await client.get(`/bookings/${booking.id}/payment`, { token: stranger.token });
    expectRefusal(ofBooking, { status: 404, code: "BOOKING_NOT_FOUND" }, "payment of booking");
    expect((await client.get(`/payments/${data.payment_id}`, { token: admin.token })).status).to.equal(200);
    expect((await client.get("/payments/1", { token: admin.token })).status).to.equal(400);
  });

  it("is paid on the test provider's page, which ends as any call-back does", async () => {
    const { booking, token, initiate } = await held();
    const { data } = (await initiate()).body;
    const page = new URL(data.checkout_url).pathname;
    const at = `${system().api.url}${page}`;
    expect(await (await fetch(at, { headers: { accept: "text/html" } })).text()).to.include("play money");
    expect((await fetch(`${at}/perhaps`, { method: "POST" })).status).to.equal(404);
    expect((await fetch(`${at}0`)).status).to.equal(404);
    const paid = await fetch(`${at}/success`, { method: "POST" });
    expect(paid.status, await paid.clone().text()).to.equal(200);
    const seen = await until("the booking is confirmed", async () => {
      const { body } = await system().client.get(`/bookings/${booking.id}`, { token });
      return body.data.status === "confirmed" ? body.data : null;
    });
    expect(seen.total_amount).to.equal(25);
    expect((await system().client.get(`/payments/${data.payment_id}`, { token })).body.data.status).to.equal(
      "captured",
    );
  });

  it("is not opened where nothing is due", async () => {
    const { client } = system();
    const { token } = await system().person();
    const event = await system().event({ price: 10 });
    const { data } = (await client.book(token, event.id, 1)).body;
    const reply = await client.post(`/payments/initiate/${data.id}`, {}, { token });
    expectRefusal(reply, { status: 409, code: "BOOKING_STATE_CONFLICT" }, "confirmed already");
    expect((await client.get(`/bookings/${data.id}/payment`, { token })).status).to.equal(404);
    const paid = await held();
    await client.post(
      `/bookings/${paid.booking.id}/confirm`,
      { payment_token: "tok_success" },
      { token: paid.token },
    );
    expectRefusal(await paid.initiate(), { status: 409, code: "BOOKING_STATE_CONFLICT" }, "paid already");
  });

  it("is opened with a known provider only", async () => {
    const { initiate } = await held();
    const reply = await initiate({ provider: "nobody" });
    expectRefusal(reply, { status: 400, code: "VALIDATION_ERROR", field: "provider" }, "unknown provider");
  });

  it("replays with a key", async () => {
    const { booking, token } = await held();
    const headers = { "idempotency-key": "session-1" };
    const path = `/payments/initiate/${booking.id}`;
    const first = await system().client.post(path, {}, { token, headers });
    const again = await system().client.post(path, {}, { token, headers });
    expect(again.status).to.equal(first.status);
    expect(again.headers.get("idempotency-replayed")).to.equal("true");
    expect(again.body.data).to.deep.equal(first.body.data);
  });
});
