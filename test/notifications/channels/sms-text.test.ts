import { expect } from "chai";
import fc from "fast-check";
import { smsTextOf } from "../../../src/notifications/channels/sms-text.ts";

/** 3GPP TS 23.038, 6.2.1: what one septet says, and what two say. */
const ONE = /^[@£$¥èéùìòÇØøÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !"#¤%&'()*+,\-./0-9:;<=>?¡A-ZÄÖÑÜ§¿a-zäöñüà\n\r]$/;
const TWO = /^[\^{}\\[~\]|€\f]$/;

/** How many segments a text is sent as. */
function segmentsOf(text: string): number {
  const widths = [...text].map((c) => (ONE.test(c) ? 1 : TWO.test(c) ? 2 : Number.NaN));
  const septets = widths.reduce((sum, width) => sum + width, 0);
  if (!Number.isNaN(septets)) return septets <= 160 ? 1 : Math.ceil(septets / 153);
  return text.length <= 70 ? 1 : Math.ceil(text.length / 67);
}

describe("the text of a text message", () => {
  it("stays as it is where it fits", () => {
    expect(smsTextOf("Evently", "Your booking is confirmed.")).to.equal(
      "Evently: Your booking is confirmed.",
    );
  });

  it("is one line, and its typography costs nothing", () => {
    const text = smsTextOf("Evently", "“It’s on” – at\n8\u00a0pm…");
    expect(text).to.equal('Evently: "It\'s on" - at 8 pm...');
    expect(segmentsOf(text)).to.equal(1);
  });

  it("is cut to three segments of GSM 7 bit", () => {
    const text = smsTextOf("Evently", "€".repeat(400));
    expect(segmentsOf(text)).to.equal(3);
    expect(text).to.match(/^Evently: €+\.\.\.$/);
    expect(smsTextOf("Evently", "x".repeat(450))).to.equal(`Evently: ${"x".repeat(450)}`);
    expect(smsTextOf("Evently", "x".repeat(451))).to.have.length(459);
  });

  it("is cut to three segments of UCS-2, between characters", () => {
    const text = smsTextOf("Evently", `界${"😀".repeat(150)}`);
    expect(segmentsOf(text)).to.equal(3);
    expect(text.isWellFormed()).to.equal(true);
    expect(text.endsWith("😀...")).to.equal(true);
  });

  it("is three segments at most and one line, whatever it says", () => {
    fc.assert(
      fc.property(fc.string({ unit: "grapheme", maxLength: 900 }), (said) => {
        const text = smsTextOf("Evently", said);
        expect(segmentsOf(text)).to.be.at.most(3);
        expect(text).not.to.match(/[\r\n\0]/);
        expect(text.isWellFormed()).to.equal(true);
      }),
    );
  });
});
