import { expect } from "chai";
import fc from "fast-check";
import { callbackCommandId } from "../../src/domain/callback-id.ts";
import { bookingIdOf, eventNumberOf, isUuid, timeOf } from "../../src/domain/ids.ts";

const paymentId = bookingIdOf({ nowMs: 1_900_000_000_123, counter: 7, dice: 99, eventNumber: 5 });
const callback = { provider: "test", callbackId: "evt_1", paymentId, eventNumber: 5 };

describe("the id of a call-back's command", () => {
  it("is the same for the same call-back, and another for any other", () => {
    const id = callbackCommandId(callback);
    expect(callbackCommandId({ ...callback })).to.equal(id);
    const others = [
      { ...callback, provider: "stripe" },
      { ...callback, callbackId: "evt_2" },
      {
        ...callback,
        paymentId: bookingIdOf({ nowMs: 1_900_000_000_123, counter: 8, dice: 99, eventNumber: 5 }),
      },
      { ...callback, eventNumber: 6 },
    ];
    expect(new Set([id, ...others.map(callbackCommandId)]).size).to.equal(others.length + 1);
  });

  it("is a booking's id of its event, with the time of the payment, whatever the provider calls it", () => {
    fc.assert(
      fc.property(fc.string(), fc.nat(0xffff_ffff), (callbackId, eventNumber) => {
        const id = callbackCommandId({ ...callback, callbackId, eventNumber });
        expect(isUuid(id)).to.equal(true);
        expect(id[14]).to.equal("7");
        expect(eventNumberOf(id)).to.equal(eventNumber);
        expect(timeOf(id)).to.equal(timeOf(paymentId));
      }),
    );
  });

  it("differs among a great many call-backs of one payment", () => {
    const ids = Array.from({ length: 20_000 }, (_, at) =>
      callbackCommandId({ ...callback, callbackId: `evt_${at}` }),
    );
    expect(new Set(ids).size).to.equal(ids.length);
  });
});
