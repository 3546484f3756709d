import { setTimeout as sleep } from "node:timers/promises";
import { expect } from "chai";
import { callbackBody, type Report, sendCallback, signed } from "./provider-callbacks.ts";
import { sharedSystem } from "./shared-system.ts";
import { expectRefusal, leavesNothing } from "./unchanged.ts";

const FORGED = { status: 401, code: "WEBHOOK_SIGNATURE_INVALID" };
const OLD_MS = 3_600_000;
const TRIES_MAX = 50;
const TRY_MS = 50;

describe("a payment provider's call-back", () => {
  const system = sharedSystem();

  /** A held booking of 20.00 with an open checkout session. */
  async function opened() {
    const event = await system().event({ requires_payment: true, price: 10 });
    const { token } = await system().person();
    const booking = (await system().client.book(token, event.id, 2)).body.data;
    const session = (await system().client.post(`/payments/initiate/${booking.id}`, {}, { token })).body.data;
    const report = (id: string, result: Report["result"]): string =>
      callbackBody({
        id: `${session.payment_id}_${id}`,
        paymentId: session.payment_id,
        bookingId: booking.id,
        eventId: event.id,
        result,
      });
    return { event, booking, session, token, report };
  }

  async function settled(bookingId: string, token: string): Promise<string> {
    for (let tries = 0; tries < TRIES_MAX; tries += 1) {
      const { body } = await system().client.get(`/bookings/${bookingId}`, { token });
      if (body.data.status !== "pending") return body.data.status;
      await sleep(TRY_MS);
    }
    return "pending";
  }

  const captured = { type: "captured", amount_minor: 2_000 };

  it("confirms the booking, once, however often and at once it comes", async () => {
    const { booking, session, token, report } = await opened();
    const body = report("captured", captured);
    const replies = await Promise.all([1, 2, 3, 4].map(() => sendCallback(system(), body)));
    for (const reply of replies) expect(reply.status, JSON.stringify(reply.body)).to.equal(200);
    const receipts = replies.map((reply) => reply.body.data.receipt).sort();
    expect(receipts).to.deep.equal(["accepted", "duplicate", "duplicate", "duplicate"]);
    expect(await settled(booking.id, token)).to.equal("confirmed");
    expect((await sendCallback(system(), body)).body.data.receipt).to.equal("duplicate");
    const { rows } = await system().pool.query(
      "select count(*)::int as n from ledger where command->>'paymentId' = $1 and command->>'type' = 'RecordPayment' and outcomes::text like '%PaymentCaptured%'",
      [session.payment_id],
    );
    expect(rows).to.deep.equal([{ n: 1 }]);
    const payment = await system().client.get(`/payments/${session.payment_id}`, { token });
    expect(payment.body.data).to.include({ status: "captured", checkout_url: null, refund_amount: 0 });
  });

  it("may come in any order: what was captured stays captured", async () => {
    const { booking, token, report } = await opened();
    const [first, ...late] = [
      report("captured", captured),
      report("declined", { type: "declined", reason: "The card was declined" }),
      report("pending", { type: "pending" }),
      report("cancelled", { type: "cancelled" }),
    ] as [string, ...string[]];
    await sendCallback(system(), first);
    expect(await settled(booking.id, token)).to.equal("confirmed");
    for (const body of late) expect((await sendCallback(system(), body)).status).to.equal(200);
    await sleep(TRY_MS * 4);
    expect((await system().client.get(`/bookings/${booking.id}`, { token })).body.data.status).to.equal(
      "confirmed",
    );
  });

  it("that is forged, altered, unsigned or old is answered 401 and changes nothing", async () => {
    const { booking, token, report } = await opened();
    const body = report("captured", captured);
    const headers: Readonly<Record<string, Record<string, string>>> = {
      forged: await signed(system(), body, { secret: "another secret than the provider's" }),
      altered: await signed(system(), report("captured", { ...captured, amount_minor: 1 })),
      unsigned: {},
      garbled: { "x-evently-signature": "t=1,v1=zz" },
      old: await signed(system(), body, { atMs: Date.now() - OLD_MS }),
      early: await signed(system(), body, { atMs: Date.now() + OLD_MS }),
    };
    await leavesNothing(system(), async () => {
      for (const [about, given] of Object.entries(headers)) {
        const reply = await sendCallback(system(), body, given);
        expectRefusal(reply, FORGED, about);
        expect(reply.headers.get("www-authenticate"), about).to.contain("Signature");
      }
    });
    expect((await system().client.get(`/bookings/${booking.id}`, { token })).body.data.status).to.equal(
      "pending",
    );
  });

  it("that cannot be read, or is for nobody here, changes nothing", async () => {
    const { report, event, booking } = await opened();
    await leavesNothing(system(), async () => {
      for (const body of ["{", "[]", "{}", "null", '{"id":1}']) {
        expectRefusal(await sendCallback(system(), body), { status: 400, code: "VALIDATION_ERROR" }, body);
      }
      const body = report("captured", captured);
      const elsewhere = await sendCallback(system(), body, await signed(system(), body), "nobody");
      expectRefusal(elsewhere, { status: 404, code: "NOT_FOUND" }, "unknown provider");
      for (const paymentId of ["00000000-0000-7000-8000-000000000000", "x", booking.id]) {
        const foreign = {
          id: `f_${paymentId}`,
          paymentId,
          bookingId: booking.id,
          eventId: event.id,
          result: captured,
        };
        const reply = await sendCallback(system(), callbackBody(foreign));
        expect([reply.status, reply.body.data?.receipt], paymentId).to.deep.equal([200, "ignored"]);
      }
      const large = JSON.stringify({ id: "x".repeat(70_000) });
      expectRefusal(
        await sendCallback(system(), large),
        { status: 413, code: "PAYLOAD_TOO_LARGE" },
        "too large",
      );
    });
  });

  it("of another amount than was asked for is no ticket: the money goes back", async () => {
    const { session, booking, token, report } = await opened();
    await sendCallback(system(), report("captured", { type: "captured", amount_minor: 1_999 }));
    const refunds = "select state from refund where payment_id = $1";
    let rows: { state: string }[] = [];
    // Until the effects worker is through with it, so that nothing is under way when other tests look at the books.
    for (let tries = 0; (rows[0]?.state ?? "owed") === "owed" && tries < TRIES_MAX; tries += 1) {
      await sleep(TRY_MS);
      rows = (await system().pool.query(refunds, [session.payment_id])).rows;
    }
    expect(rows).to.have.length(1);
    const payment = await system().client.get(`/payments/${session.payment_id}`, { token });
    expect(payment.body.data).to.include({ status: "captured", refund_amount: 19.99 });
    expect((await system().client.get(`/bookings/${booking.id}`, { token })).body.data.status).not.to.equal(
      "confirmed",
    );
  });
});
