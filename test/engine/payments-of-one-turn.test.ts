import { expect } from "chai";
import type { ConfirmBooking } from "../../src/domain/command.ts";
import type { PaymentId } from "../../src/domain/ids.ts";
import { paymentOfBooking } from "../../src/store/queries/payments.ts";
import { Engine } from "./engine.ts";

describe("the payment of a booking that two were begun for in one turn", () => {
  let engine: Engine;

  before(async () => {
    engine = await Engine.start();
  });
  after(() => engine.stop());

  for (const order of ["rises", "falls"]) {
    it(`is the one that is under way, not the page that gave way to it: where their ids' order ${order}`, async () => {
      const eventId = await engine.event({ requiresPayment: true });
      const booking = engine.book(eventId);
      const worker = engine.worker();
      await engine.send(eventId, booking);
      await engine.drain(eventId, worker);
      const ids = [engine.ids.commandId(), engine.ids.commandId()].sort() as PaymentId[];
      const [page, token] = (order === "rises" ? ids : ids.reverse()) as [PaymentId, PaymentId];
      const confirm = (id: PaymentId, method: "checkout" | "token"): ConfirmBooking => ({
        type: "ConfirmBooking",
        id,
        bookingId: booking.id,
        userId: booking.userId,
        payment: { provider: "test", method },
        resultId: engine.book(eventId).id,
      });
      await engine.send(eventId, confirm(page, "checkout"), confirm(token, "token"));
      await worker.turn(eventId);
      expect((await engine.ledger(eventId)).slice(-2).map(({ decision }) => decision[0].type)).to.deep.equal([
        "PaymentRequested",
        "PaymentRequested",
      ]);
      expect((await paymentOfBooking(engine.pool, eventId, booking.id))?.id).to.equal(token);
    });
  }
});
