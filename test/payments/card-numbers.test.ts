import { expect } from "chai";
import { findCardNumber, looksLikeCardNumber } from "../../src/payments/card-numbers.ts";

// The numbers that card networks publish for tests.
const NUMBERS = [
  "4242424242424242",
  "4242 4242 4242 4242",
  "4242-4242-4242-4242",
  "378282246310005",
  "3782 822463 10005",
  "6011111111111117",
  "5555555555554444",
  "2223003122003222",
  "30569309025904",
  "4222222222222",
  "6205500000000000004",
];

const OTHERS = [
  "4242424242424241",
  "424242424242",
  "42424242424242424242",
  "4242  4242  4242  4242",
  "0000000000000000",
  "01900000-0000-7000-8000-000000000001",
  "42424242-4242-4242-8242-424242424242",
  "EVT20260101ABCDEFGH",
  "x4242424242424242",
  "4242424242424242x",
  "1763708806007",
  "tok_success",
  "pm_1NfVbE2eZvKYlo2C",
  "",
];

describe("card numbers", () => {
  for (const text of NUMBERS) {
    it(`are seen: ${text}`, () => {
      expect(looksLikeCardNumber(text)).to.equal(true);
      expect(looksLikeCardNumber(`my card: ${text}, thanks`)).to.equal(true);
      expect(looksLikeCardNumber(`${text} 12 27 123`)).to.equal(true);
    });
  }

  for (const text of OTHERS) {
    it(`are not seen in: ${text}`, () => expect(looksLikeCardNumber(text)).to.equal(false));
  }

  it("are seen after another number", () =>
    expect(looksLikeCardNumber("2 x 4242424242424242")).to.equal(true));

  it("are found in a body, by where they are", () => {
    expect(
      findCardNumber({ payment: { cards: [{ number: "x" }, { number: "4242 4242 4242 4242" }] } }),
    ).to.equal("payment.cards[1].number");
    expect(findCardNumber({ token: 4242424242424242 })).to.equal("token");
    expect(findCardNumber("4242424242424242")).to.equal("");
    expect(findCardNumber({ card: { "4242424242424242": true } })).to.equal("card");
  });

  it("are not found where there are none", () => {
    const body = { token: "tok_success", quantity: 2, price: 19.99, at: 1763708806007, none: null, ok: true };
    for (const value of [body, [body], null, undefined, 1e300, "", []])
      expect(findCardNumber(value)).to.equal(null);
  });

  it("are looked for in any depth", () => {
    const depth = 20_000;
    expect(findCardNumber(JSON.parse(`${"[".repeat(depth)}"4242424242424242"${"]".repeat(depth)}`))).to.equal(
      "[0]".repeat(depth),
    );
  });

  it("are looked for in time that grows with the text", () => {
    const cpuMsOf = (pairs: number): number => {
      const before = process.cpuUsage();
      expect(looksLikeCardNumber("1 ".repeat(pairs))).to.equal(false);
      const { user, system } = process.cpuUsage(before);
      return (user + system) / 1_000;
    };
    cpuMsOf(10_000);
    const msOfSmall = cpuMsOf(100_000);
    // Ten times as much takes ten times as long, not a hundred times.
    expect(cpuMsOf(1_000_000)).to.be.below(40 * Math.max(1, msOfSmall));
  });
});
