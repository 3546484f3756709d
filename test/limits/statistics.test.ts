import { expect } from "chai";
import { LimitStatistics } from "../../src/http/limits/statistics.ts";

const ADA = { tier: "vip", network: "192.0.2.1" };
const BOB = { tier: "anonymous", network: "192.0.2.2" };

describe("figures of limits", () => {
  it("tell what was let through and refused, by limit, by tier, by network and by whom", () => {
    const observed: string[] = [];
    const statistics = new LimitStatistics((limit) => observed.push(limit));
    const begun = Date.now();
    statistics.allowed(ADA);
    statistics.refused("bookings", "ada", ADA);
    statistics.refused("anonymous", "bob", BOB);
    statistics.refused("bookings", "ada", ADA);
    const { since, ...figures } = statistics.snapshot();
    expect(since).to.be.within(begun - 1_000, Date.now());
    expect(figures).to.deep.equal({
      allowed: 1,
      refused: 3,
      refusedByLimit: { bookings: 2, anonymous: 1 },
      byTier: [
        { tier: "vip", requests: 3, refused: 2 },
        { tier: "anonymous", requests: 1, refused: 1 },
      ],
      topNetworks: [
        { network: "192.0.2.1", requests: 3 },
        { network: "192.0.2.2", requests: 1 },
      ],
      topRefused: [
        { key: "ada", refused: 2 },
        { key: "bob", refused: 1 },
      ],
    });
    expect(observed).to.deep.equal(["bookings", "anonymous", "bookings"]);
  });

  it("keep who is refused often among any number of others, and never count them too low", () => {
    const statistics = new LimitStatistics(() => undefined);
    for (let at = 0; at < 20_000; at += 1) {
      statistics.refused("anonymous", `passer-by ${at}`, BOB);
      if (at % 10 === 0) statistics.refused("anonymous", "the flood", BOB);
    }
    const { topRefused, refused } = statistics.snapshot();
    expect(topRefused).to.have.length(20);
    expect(topRefused[0]?.key).to.equal("the flood");
    expect(topRefused[0]?.refused).to.be.at.least(2_000);
    expect(refused).to.equal(22_000);
  });

  it("keep a flood that comes after a crowd", () => {
    const statistics = new LimitStatistics(() => undefined);
    const from = (network: string) => statistics.allowed({ tier: "anonymous", network });
    for (let at = 0; at < 50_000; at += 1) from(`2001:db8:${at.toString(16)}::/64`);
    for (let at = 0; at < 100; at += 1) from("192.0.2.7");
    const [first] = statistics.snapshot().topNetworks;
    expect(first?.network).to.equal("192.0.2.7");
    expect(first?.requests).to.be.within(100, 150);
  });
});
