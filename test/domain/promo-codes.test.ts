import { expect } from "chai";
import { discounted, normalCode } from "../../src/domain/promo-code.ts";
import { addCode, book, booking, cancel, eventWith, expire, given, NOW, paidEventWith } from "./scenario.ts";

const code = (n: number, more: object = {}) => book(n, 1, { promoCode: "HALF", ...more });

describe("a promo code", () => {
  it("lowers the price of each ticket", () => {
    given(eventWith(), addCode("HALF"))
      .when(code(1))
      .thenDecided({ type: "BookingConfirmed", unitPriceMinor: 1_000, promoCode: "HALF" });
    given(eventWith(), addCode("OFF", { discount: { type: "amount", amountMinor: 2_500 } }))
      .when(book(1, 2, { promoCode: "OFF" }))
      .thenDecided({ type: "BookingConfirmed", unitPriceMinor: 0 });
  });

  it("makes a paid event free to book where nothing is left to pay", () => {
    given(paidEventWith(), addCode("HALF", { discount: { type: "percent", percent: 100 } }))
      .when(code(1))
      .thenDecided({ type: "BookingConfirmed" });
  });

  it("can be used by so many bookings and no more, held ones included", () => {
    given(paidEventWith(), addCode("HALF", { usesMax: 2 }), code(1), code(2))
      .when(code(3))
      .thenRefused("PromoCodeUsedUp", { limit: 2 });
  });

  it("can be used again after a booking with it was cancelled or its hold expired, but not after a part was", () => {
    const once = addCode("HALF", { usesMax: 1 });
    given(eventWith(), once, code(1), cancel(1)).when(code(2)).thenDecided({ type: "BookingConfirmed" });
    given(paidEventWith(), once, code(1), expire(booking(1)))
      .when(code(2))
      .thenDecided({ type: "BookingHeld" });
    given(paidEventWith(), once, code(1), cancel(1)).when(code(2)).thenDecided({ type: "BookingHeld" });
    given(eventWith(), once, book(1, 2, { promoCode: "HALF" }), cancel(1, { quantity: 1 }))
      .when(code(2))
      .thenRefused("PromoCodeUsedUp");
  });

  it("is of no use where it does not exist, is over, or is for another tier", () => {
    const tiers = [
      { name: "A", priceMinor: 10, capacity: 1 },
      { name: "B", priceMinor: 20, capacity: 1 },
    ];
    given(eventWith()).when(code(1)).thenRefused("PromoCodeInvalid", { code: "HALF" });
    const timed = given(eventWith(), addCode("HALF", { validUntil: NOW + 1 }));
    timed.when(code(1), NOW + 1).thenRefused("PromoCodeInvalid");
    timed.when(code(2), NOW).thenDecided({ type: "BookingConfirmed" });
    given(eventWith({ tiers }), addCode("HALF", { tiers: ["B"] }))
      .when(code(1))
      .thenRefused("PromoCodeInvalid");
    given(eventWith({ tiers }), addCode("HALF", { tiers: ["B"] }))
      .when(code(1, { tier: "B" }))
      .thenDecided({ type: "BookingConfirmed", unitPriceMinor: 10 });
  });

  it("opens a restricted tier only where it names it", () => {
    const hidden = eventWith({
      tiers: [
        { name: "A", priceMinor: 10, capacity: 5 },
        { name: "Guests", priceMinor: 5, capacity: 5, isRestricted: true },
      ],
    });
    const guest = { tier: "Guests" };
    given(hidden).when(book(1, 1)).thenDecided({ type: "BookingConfirmed", tier: 0 });
    given(hidden)
      .when(book(1, 1, guest))
      .thenRefused("TierRestricted", { tier: "Guests" });
    given(hidden, addCode("HALF")).when(code(1, guest)).thenRefused("TierRestricted");
    given(hidden, addCode("HALF", { tiers: ["Guests"], discount: { type: "none" } }))
      .when(code(1, guest))
      .thenDecided({ type: "BookingConfirmed", unitPriceMinor: 5 });
  });

  it("is added once, for tiers that exist", () => {
    given(eventWith()).when(addCode("HALF")).thenDecided({ type: "PromoCodeAdded" });
    given(eventWith(), addCode("HALF"))
      .when(addCode("HALF"))
      .thenRefused("PromoCodeExists", { code: "HALF" });
    given(eventWith())
      .when(addCode("HALF", { tiers: ["Royal"] }))
      .thenRefused("TierNotFound", { tier: "Royal" });
  });
});

describe("the price with a code", () => {
  it("is rounded in the buyer's favour and never below nothing", () => {
    expect(discounted(999, { type: "percent", percent: 50 })).to.equal(499);
    expect(discounted(999, { type: "percent", percent: 100 })).to.equal(0);
    expect(discounted(999, { type: "amount", amountMinor: 1_000 })).to.equal(0);
    expect(discounted(999, { type: "none" })).to.equal(999);
  });

  it("is found whatever the case and the space around the code", () => {
    expect(normalCode(" half\t")).to.equal("HALF");
  });
});
