import { expect } from "chai";
import { LimitStatistics } from "../../src/http/limits/statistics.ts";

describe("figures of limits", () => {
  it("tell what was let through and refused, by limit and by whom", () => {
    const observed: string[] = [];
    const statistics = new LimitStatistics((limit) => observed.push(limit));
    statistics.allowed();
    statistics.refused("bookings", "ada");
    statistics.refused("anonymous", "bob");
    statistics.refused("bookings", "ada");
    expect(statistics.snapshot()).to.deep.equal({
      allowed: 1,
      refused: 3,
      refusedByLimit: { bookings: 2, anonymous: 1 },
      topRefused: [
        { key: "ada", refused: 2 },
        { key: "bob", refused: 1 },
      ],
    });
    expect(observed).to.deep.equal(["bookings", "anonymous", "bookings"]);
  });

  it("keep who is refused often among any number of others", () => {
    const statistics = new LimitStatistics(() => undefined);
    for (let at = 0; at < 20_000; at += 1) {
      statistics.refused("anonymous", `passer-by ${at}`);
      if (at % 10 === 0) statistics.refused("anonymous", "the flood");
    }
    const { topRefused, refused } = statistics.snapshot();
    expect(topRefused).to.have.length(20);
    expect(topRefused[0]?.key).to.equal("the flood");
    expect(refused).to.equal(22_000);
  });
});
