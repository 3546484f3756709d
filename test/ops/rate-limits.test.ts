import { expect } from "chai";
import { loadConfig } from "../../src/ops/config.ts";
import { RATE_LIMITS } from "../../src/ops/rate-limits.ts";

const read = (env: Readonly<Record<string, string>>) => () => loadConfig(env);

describe("configured limits", () => {
  it("are the table where nothing is said", () => {
    expect(loadConfig({}).RATE_LIMITS).to.deep.equal(RATE_LIMITS);
    expect(loadConfig({}).RATE_LIMIT_TIERS.size).to.equal(0);
  });

  it("change by name, all at once, and the later counts", () => {
    const { RATE_LIMITS: limits } = loadConfig({ RATE_LIMITS: "bookings=7/30, all=5000/60,analytics=9/10" });
    expect(limits.bookings).to.include({ points: 5_000, windowS: 60, by: "user" });
    expect(limits.failed_logins).to.include({ points: 5_000, windowS: 60, by: "account" });
    expect(limits.analytics).to.include({ points: 9, windowS: 10 });
  });

  it("multiply by tier", () => {
    const { RATE_LIMIT_TIERS: tiers } = loadConfig({ RATE_LIMIT_TIERS: "premium=2,vip=2.5" });
    expect([...tiers]).to.deep.equal([
      ["premium", 2],
      ["vip", 2.5],
    ]);
  });

  it("are refused with every problem named", () => {
    const wrong =
      "bookings=7,nonsense=1/1,bookings=0/60,bookings=1/86401,=1/1,bookings=-1/60,bookings=1e3/60";
    expect(read({ RATE_LIMITS: wrong, RATE_LIMIT_TIERS: "gold=2,vip=0,vip=x" }))
      .to.throw("RATE_LIMITS: bookings=7: write name=requests/seconds, such as bookings=100/60")
      .with.property("message")
      .that.includes("RATE_LIMITS: nonsense: no such limit; there are all, anonymous, user, bookings")
      .and.includes("RATE_LIMITS: bookings=0/60: 1 to 1000000000 requests in 1 to 86400 seconds")
      .and.includes("RATE_LIMITS: bookings=1/86401: 1 to")
      .and.includes("RATE_LIMITS: =1/1: write")
      .and.includes("RATE_LIMITS: bookings=-1/60: write")
      .and.includes("RATE_LIMITS: bookings=1e3/60: write")
      .and.includes("RATE_LIMIT_TIERS: gold=2: write tier=factor with one of basic, premium, vip")
      .and.includes("RATE_LIMIT_TIERS: vip=0: a factor above 0")
      .and.includes("RATE_LIMIT_TIERS: vip=x: write tier=factor");
  });

  it("go with trusted proxies that are addresses", () => {
    expect(loadConfig({ TRUSTED_PROXIES: "10.0.0.0/8, ::1" }).TRUSTED_PROXIES).to.deep.equal([
      "10.0.0.0/8",
      "::1",
    ]);
    expect(read({ TRUSTED_PROXIES: "10.0.0.0/8,everybody" })).to.throw(
      "TRUSTED_PROXIES: addresses or ranges",
    );
  });
});
