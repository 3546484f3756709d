import { expect } from "chai";
import { retryAfterMs } from "../../src/ops/retry-after.ts";
import { FAILING_MS_MAX, pauseAfter, RETRY_PAUSES_MS } from "../../src/webhooks/schedule.ts";

const DAY_MS = 86_400_000;

describe("when a message is tried again", () => {
  it("takes longer each time, up to eight hours, and goes on for more than a day", () => {
    const pauses: number[] = [];
    for (let spent = 0; spent < FAILING_MS_MAX; spent += pauses.at(-1) as number)
      pauses.push(pauseAfter(pauses.length + 1, 0));
    expect(pauses.slice(0, 9)).to.deep.equal([...RETRY_PAUSES_MS]);
    expect(pauses).to.deep.equal(pauses.toSorted((a, b) => a - b));
    expect(pauses.at(-1)).to.equal(8 * 3_600_000);
    expect(pauses.length).to.be.within(12, 20);
    expect(FAILING_MS_MAX).to.be.greaterThan(DAY_MS);
  });

  it("is spread by up to a fifth", () => {
    expect(pauseAfter(1, 0)).to.equal(5_000);
    expect(pauseAfter(1, 0.5)).to.equal(5_500);
    expect(pauseAfter(1, 1)).to.equal(6_000);
    expect(pauseAfter(1_000, 1)).to.equal(8 * 3_600_000 * 1.2);
  });

  it("is what the endpoint asks for, within reason", () => {
    const now = Date.parse("2026-01-01T00:00:00Z");
    const asked = {
      "120": 120_000,
      " 0 ": 0,
      "Thu, 01 Jan 2026 00:01:00 GMT": 60_000,
      "Wed, 31 Dec 2025 00:00:00 GMT": 0,
      "999999999": DAY_MS,
    };
    for (const [header, ms] of Object.entries(asked)) expect(retryAfterMs(header, now), header).to.equal(ms);
    for (const nonsense of [undefined, "", "soon", "-1e", "99999999999999999999999"])
      expect(retryAfterMs(nonsense, now), nonsense).to.equal(null);
  });
});
