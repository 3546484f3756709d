import { expect } from "chai";
import { inDays } from "../support/client.ts";
import { sharedSystem } from "./shared-system.ts";
import { expectRefusal, leavesNothing } from "./unchanged.ts";

describe("promo codes", () => {
  const system = sharedSystem();
  const add = (id: string, body: object, token = system().admin.token) =>
    system().client.post(`/events/${id}/promo-codes`, body, { token });
  const book = async (id: string, body: object) => {
    const { token } = await system().person();
    return await system().client.post("/bookings", { event_id: id, quantity: 1, ...body }, { token });
  };

  it("are made and listed by the organizer, and lower the price", async () => {
    const event = await system().event({ price: 20 });
    const percent = await add(event.id, { code: "early", discount_percent: 25, max_uses: 5 });
    expect(percent.status, JSON.stringify(percent.body)).to.equal(201);
    expect(percent.body.data).to.deep.equal({
      event_id: event.id,
      code: "EARLY",
      discount_percent: 25,
      discount_amount: null,
      max_uses: 5,
      used: 0,
      tiers: null,
      valid_until: null,
    });
    const valid_until = inDays(2);
    await add(event.id, { code: "FIVE", discountAmount: 5, valid_until, tiers: ["General"] });
    expect((await book(event.id, { promo_code: "Early" })).body.data.price).to.equal(15);
    expect((await book(event.id, { promo_code: "FIVE" })).body.data.price).to.equal(15);
    const list = await system().client.get(`/events/${event.id}/promo-codes`, {
      token: system().admin.token,
    });
    expect(list.body.count).to.equal(2);
    const shown = list.body.data.map((one: Record<string, unknown>) => [
      one.code,
      one.used,
      one.discount_amount,
    ]);
    expect(shown).to.deep.equal([
      ["EARLY", 1, null],
      ["FIVE", 1, 5],
    ]);
    expect(list.body.data[1].valid_until).to.equal(valid_until);
  });

  it("are used no more often than they may be, and while they are good", async () => {
    const event = await system().event();
    await add(event.id, { code: "ONCE", discount_percent: 50, max_uses: 1 });
    await add(event.id, { code: "GONE", discount_percent: 50, valid_until: inDays(-1) });
    const replies = await Promise.all(
      Array.from({ length: 5 }, () => book(event.id, { promo_code: "ONCE" })),
    );
    const codes = replies.map(({ status, body }) => (status === 201 ? 201 : body.code)).sort();
    expect(codes).to.deep.equal([201, ...Array(4).fill("PROMO_CODE_USED_UP")]);
    for (const promo_code of ["GONE", "NEVER"])
      expect((await book(event.id, { promo_code })).body.code, promo_code).to.equal("PROMO_CODE_INVALID");
  });

  it("open a tier that is restricted", async () => {
    const event = await system().event({
      price: undefined,
      total_capacity: undefined,
      price_tiers: [
        { tier: "Members", price: 5, capacity: 3, restricted: true },
        { tier: "Public", price: 30, capacity: 3 },
      ],
    });
    expect(event).to.include({ price: 30, min_price: 30, max_price: 30 });
    await add(event.id, { code: "MEMBER", tiers: ["Members"] });
    expect((await book(event.id, {})).body.data).to.include({ tier: "Public", price: 30 });
    expect((await book(event.id, { tier: "Members" })).status).to.equal(409);
    const member = await book(event.id, { tier: "Members", promo_code: "MEMBER" });
    expect(member.body.data).to.include({ tier: "Members", price: 5 });
    const body = { price_tiers: [{ tier: "Members", restricted: false }] };
    await system().client.request("PUT", `/events/${event.id}`, { token: system().admin.token, body });
    expect((await book(event.id, { tier: "Members" })).status).to.equal(201);
  });

  it("are refused where they make no sense, and are nobody else's", async () => {
    const event = await system().event();
    const other = await system().organizer();
    const wrong: readonly [object, string][] = [
      [{}, "code"],
      [{ code: "TWO WORDS" }, "code"],
      [{ code: "" }, "code"],
      [{ code: "A", discount_percent: 0 }, "discount_percent"],
      [{ code: "A", discount_percent: 101 }, "discount_percent"],
      [{ code: "A", discount_amount: 0 }, "discount_amount"],
      [{ code: "A", discount_amount: 1.001 }, "discount_amount"],
      [{ code: "A", discount_percent: 5, discount_amount: 5 }, "discount_amount"],
      [{ code: "A", max_uses: 0 }, "max_uses"],
      [{ code: "A", tiers: [] }, "tiers"],
      [{ code: "A", valid_until: "tomorrow" }, "valid_until"],
      [{ code: "A", used: 5 }, "used"],
    ];
    await leavesNothing(system(), async () => {
      for (const [body, field] of wrong) {
        const reply = await add(event.id, body);
        expectRefusal(reply, { status: 400, code: "VALIDATION_ERROR", field }, JSON.stringify(body));
      }
      expect((await add(event.id, { code: "A" }, other.token)).status).to.equal(403);
      const { status } = await system().client.get(`/events/${event.id}/promo-codes`, { token: other.token });
      expect(status).to.equal(403);
    });
    await add(event.id, { code: "A" });
    const again = await add(event.id, { code: "a", discount_percent: 5 });
    expectRefusal(again, { status: 409, code: "EVENT_STATE_CONFLICT", field: "code" }, "again");
    expect((await add(event.id, { code: "B", tiers: ["None"] })).status).to.equal(409);
  });
});
