import { expect } from "chai";
import { auditEvent } from "../support/books.ts";
import type { Reply } from "../support/client.ts";
import { sharedSystem } from "./shared-system.ts";
import { expectRefusal } from "./unchanged.ts";

const TIERS = {
  price: 40,
  total_capacity: 50,
  price_tiers: [
    { tier: "Front", price: 80, capacity: 20 },
    { tier: "Rear", price: 40, capacity: 30 },
  ],
};

describe("prices of an event", () => {
  const system = sharedSystem();
  const at = (id: string, path = "") => `/pricing/event/${id}${path}`;
  const apply = (
    id: string,
    body: object,
    token = system().admin.token,
    headers: Record<string, string> = {},
  ) => system().client.post(at(id, "/apply"), body, { token, headers });
  const eventAt = (price: number, fields: object = {}) =>
    system().event({ price, total_capacity: 100, ...fields });

  it("are shown to everybody with their history, and advice to nobody but their organizer", async () => {
    const { client, admin } = system();
    const event = await eventAt(99.99);
    await apply(event.id, { manual_price: 119.99, reason: "Special promotion" });
    const shown = (await client.get(at(event.id))).body.data;
    expect(shown).to.include({
      event_id: event.id,
      base_price: 99.99,
      current_price: 119.99,
      currentPrice: 119.99,
      dynamic_multiplier: 1.2,
    });
    const history = shown.price_history.map(({ price }: { price: number }) => price);
    expect(history).to.deep.equal([99.99, 119.99]);
    expect(shown.price_history[1].date).to.match(/^\d{4}-\d\d-\d\d$/);
    for (const hidden of ["recommendations", "price_changes", "settings", "factors"]) {
      expect(shown).not.to.have.property(hidden);
    }
    const stranger = await system().person();
    expect((await client.get(at(event.id), { token: stranger.token })).body.data).to.deep.equal(shown);
    const own = (await client.get(at(event.id), { token: admin.token })).body.data;
    expect(own.price_history).to.deep.equal(shown.price_history);
    expect(own.factors).to.have.keys("demand", "availability", "time_to_event");
    expect(own.price_changes[1]).to.include({
      price: 119.99,
      previous_price: 99.99,
      set_by: "organizer",
      user_id: admin.userId,
      rule_version: null,
      reason: "Special promotion",
    });
    expect(own.recommendations[0]).to.include({ current_price: 119.99, currentPrice: 119.99 });
    expect(own.recommendations[0].reasoning[0]).to.equal(own.recommendations[0].reason);
    expect(own.settings).to.include({ autopilot: false, floor_price: null });
  });

  it("are recommended by event and tier, to organizers for their own events, to admins for all", async () => {
    const { client, admin } = system();
    const [mine, theirs] = [await system().organizer(), await system().organizer()];
    const event = await client.createEvent(mine.token, TIERS);
    const listed = async (token: string): Promise<Reply> =>
      client.get("/pricing/recommendations?limit=100", { token });
    const own = await listed(mine.token);
    expect(own.body.data.map(({ tier }: { tier: string }) => tier)).to.deep.equal(["Front", "Rear"]);
    for (const row of own.body.data) {
      expect(row).to.include({ event_id: event.id });
      expect(row.confidence).to.be.within(0, 1);
      expect(row.recommendedPrice).to.equal(row.recommended_price);
      expect(row.reasoning).to.be.an("array").that.is.not.empty;
    }
    expect((await listed(theirs.token)).body.data).to.deep.equal([]);
    const all = (await listed(admin.token)).body;
    expect(all.pagination.total).to.be.at.least(1);
    const user = await system().person();
    expect((await listed(user.token)).status).to.equal(403);
    expect((await client.get("/pricing/recommendations")).status).to.equal(401);
  });

  it("are another organizer's to set: their event is as good as none", async () => {
    const { client } = system();
    const [mine, theirs] = [await system().organizer(), await system().organizer()];
    const event = await client.createEvent(mine.token, { price: 20 });
    const none = "0197c1a4-7c00-7000-8000-5f0000000001";
    for (const [method, path, body] of [
      ["POST", "/apply", { manual_price: 1 }],
      ["GET", "/settings", undefined],
      ["PUT", "/settings", { autopilot: true }],
    ] as const) {
      const asked = (id: string) =>
        client.request(method, at(id, path), {
          token: theirs.token,
          ...(body === undefined ? {} : { body }),
        });
      const [other, missing] = [await asked(event.id), await asked(none)];
      expectRefusal(other, { status: 404, code: "EVENT_NOT_FOUND" }, path);
      expect(other.body.error).to.equal(missing.body.error);
    }
    expect((await client.get(at(event.id))).body.data.current_price).to.equal(20);
  });

  it("are the manual ones where both are given, with the documents' reply", async () => {
    const event = await eventAt(99.99);
    const { status, body } = await apply(event.id, {
      use_ai_recommendation: true,
      manual_price: 129.99,
      reason: "Special promotion",
    });
    expect(status).to.equal(200);
    expect(body).to.include({ success: true, old_price: 99.99, new_price: 129.99 });
    expect(body.expected_impact.revenue_change).to.match(/^[+-]\d+(\.\d)?%$/);
    expect(body.data).to.include({ old_price: 99.99, new_price: 129.99, applied: true, source: "organizer" });
    expect((await system().client.get(`/events/${event.id}`)).body.data.price).to.equal(129.99);
    expect(await auditEvent(system().database.url, event.id)).to.include({ ledgerLength: 2 });
  });

  it("are set once for each Idempotency-Key, also where the price has moved since", async () => {
    const event = await eventAt(50);
    const headers = { "idempotency-key": `price-${event.id}` };
    const first = await apply(event.id, { manual_price: 55 }, undefined, headers);
    await apply(event.id, { manual_price: 70 });
    const again = await apply(event.id, { manual_price: 55 }, undefined, headers);
    expect(again.body.data).to.deep.equal(first.body.data);
    expect(again.headers.get("idempotency-replayed")).to.equal("true");
    expect((await system().client.get(at(event.id))).body.data.current_price).to.equal(70);
    const other = await apply(event.id, { manual_price: 56 }, undefined, headers);
    expectRefusal(other, { status: 422, code: "IDEMPOTENCY_KEY_REUSED" }, "another body");
  });

  it("need a tier where there are several, and a price or the recommendation", async () => {
    const event = await system().event(TIERS);
    const several = await apply(event.id, { manual_price: 60 });
    expectRefusal(several, { status: 409, code: "EVENT_STATE_CONFLICT" }, "no tier");
    expect(several.body.price_tiers).to.have.length(2);
    expect((await apply(event.id, { manual_price: 60, tier: "Middle" })).status).to.equal(409);
    expect((await apply(event.id, { manual_price: 60, tier: "Front" })).body.data.tiers).to.have.length(1);
    expectRefusal(
      await apply(event.id, {}),
      { status: 400, code: "VALIDATION_ERROR", field: "manual_price" },
      "nothing",
    );
    const odd = await apply(event.id, { manual_price: 9.999, tier: "Rear" });
    expectRefusal(odd, { status: 400, code: "VALIDATION_ERROR", field: "manual_price" }, "decimals");
  });

  it("beyond the organizer's own settings ask to be confirmed; the usual guard rails bind rules alone", async () => {
    const { client, admin } = system();
    const event = await eventAt(100);
    expect((await apply(event.id, { manual_price: 300 })).status).to.equal(200);
    const settings = { floor_price: 90, ceiling_price: 400, max_step_percent: 50, cool_down_minutes: 30 };
    const saved = await client.request("PUT", at(event.id, "/settings"), {
      token: admin.token,
      body: settings,
    });
    expect(saved.body.data).to.include(settings).and.to.include({ autopilot: false });
    expect(saved.body.data.guard_rails[0]).to.include({ floor_price: 90, max_step_percent: 50 });
    for (const [price, words] of [
      [80, "floor"],
      [450, "ceiling"],
      [140, "largest step"],
    ] as const) {
      const refused = await apply(event.id, { manual_price: price });
      expectRefusal(refused, { status: 409, code: "EVENT_STATE_CONFLICT", field: "confirm" }, words);
      expect(refused.body.error).to.include(words);
    }
    expect((await apply(event.id, { manual_price: 80, confirm: true })).body.new_price).to.equal(80);
    const crossed = await client.request("PATCH", at(event.id, "/settings"), {
      token: admin.token,
      body: { ceiling_price: 50 },
    });
    expectRefusal(crossed, { status: 400, code: "VALIDATION_ERROR", field: "ceiling_price" }, "crossed");
    const reset = await client.request("PATCH", at(event.id, "/settings"), {
      token: admin.token,
      body: { floor_price: null },
    });
    expect(reset.body.data).to.include({ floor_price: null, ceiling_price: 400 });
  });

  it("are applied as recommended within the guard rails, and not again before the cool-down is over", async () => {
    const { client, admin } = system();
    // Below the floor nothing needs to be certain: the guard rails themselves ask for a change.
    const event = await eventAt(100);
    await client.request("PUT", at(event.id, "/settings"), {
      token: admin.token,
      body: { floor_price: 105 },
    });
    const applied = await apply(event.id, { use_ai_recommendation: true });
    expect(applied.body.data).to.include({ applied: true, source: "recommendation", old_price: 100 });
    expect(applied.body.new_price).to.be.within(105, 120);
    await client.request("PUT", at(event.id, "/settings"), {
      token: admin.token,
      body: { floor_price: 150 },
    });
    const refused = await apply(event.id, { use_ai_recommendation: true });
    expectRefusal(refused, { status: 409, code: "EVENT_STATE_CONFLICT" }, "cool-down");
    expect(refused.body.held_back_by).to.include("coolDown");
    expect(Date.parse(refused.body.applicable_from)).to.be.above(Date.now());
    const [, change] = (await client.get(at(event.id), { token: admin.token })).body.data.price_changes;
    expect(change).to.include({
      set_by: "recommendation",
      rule_version: "gallego-van-ryzin/1",
      user_id: admin.userId,
    });
    expect(change.inputs).to.include.keys("demand", "availability", "elasticity", "confidence");
  });

  it("stay where the recommendation is to keep them, which is told with its reasons", async () => {
    const event = await eventAt(100);
    const { status, body } = await apply(event.id, { use_ai_recommendation: true });
    expect(status).to.equal(200);
    expect(body.data).to.include({ applied: false, old_price: 100, new_price: 100 });
    expect(body.data.reasoning).to.be.an("array").that.is.not.empty;
    expect((await auditEvent(system().database.url, event.id)).ledgerLength).to.equal(1);
  });

  it("set by PUT /events are on record too, and a booking shows the price it was made at", async () => {
    const { client, admin } = system();
    const event = await eventAt(10, { requires_payment: false });
    const buyer = await system().person();
    const receiptOf = async (id: string) =>
      (await client.get(`/bookings/${id}`, { token: buyer.token })).body.data.price_receipt;
    const first = (await client.book(buyer.token, event.id, 1)).body.data;
    await client.request("PUT", `/events/${event.id}`, { token: admin.token, body: { price: 12 } });
    const second = (await client.book(buyer.token, event.id, 2)).body.data;
    await apply(event.id, { manual_price: 15 });
    expect(first.price_version).to.equal(null);
    expect(second).to.include({ price: 12, price_version: 2 });
    expect(await receiptOf(first.id)).to.include({ price_shown: 10, price_version: 1, set_by: "organizer" });
    expect(await receiptOf(second.id)).to.include({ price_shown: 12, price_version: 2, ledger_seq: 3 });
    expect(await receiptOf(second.id)).not.to.have.property("user_id");
    const shown = (await client.get(`/bookings/${second.id}`, { token: buyer.token })).body.data;
    expect(shown.booking.price_receipt).to.deep.equal(shown.price_receipt);
    await auditEvent(system().database.url, event.id);
  });

  it("hold for whoever has not paid yet", async () => {
    const { client } = system();
    const event = await eventAt(20, { requires_payment: true });
    const buyer = await system().person();
    await apply(event.id, { manual_price: 25 });
    const held = (await client.book(buyer.token, event.id, 2)).body.data;
    await apply(event.id, { manual_price: 99 });
    const paid = await client.post(
      `/bookings/${held.id}/confirm`,
      { payment_token: "tok_success" },
      { token: buyer.token },
    );
    expect(paid.body.data).to.include({ total_amount: 50, price: 25, price_version: held.price_version });
    await auditEvent(system().database.url, event.id);
  });

  it("of a cancelled event stay as they are", async () => {
    const { client, admin } = system();
    const event = await eventAt(20);
    await client.request("DELETE", `/events/${event.id}`, { token: admin.token });
    expectRefusal(
      await apply(event.id, { manual_price: 30 }),
      { status: 409, code: "EVENT_NOT_ON_SALE" },
      "cancelled",
    );
  });

  it("are charged as they were shown while they change and two hundred buy", async () => {
    const { client, pool } = system();
    const event = await eventAt(10, { total_capacity: 20_000, requires_payment: false });
    const buyers = await system().people(200);
    const patient = { headers: { prefer: "wait=30" } };
    let isChanging = true;
    const changing = (async () => {
      for (let price = 11; price <= 30; price++) {
        expect((await apply(event.id, { manual_price: price })).status, `price ${price}`).to.equal(200);
      }
      isChanging = false;
    })();
    const buying = buyers.map(async ({ token }, place) => {
      const booked: { price: number; price_version: number | null }[] = [];
      // For as long as prices move, so that there are bookings between any two of them.
      for (let round = 0; isChanging && round < 40; round++) {
        const reply = await client.book(token, event.id, 1 + (place % 2), patient);
        // Whoever was let in before a change and decided after it is told the new price, not charged it.
        if (reply.status === 409) expect(reply.body.code).to.equal("PRICE_CHANGED");
        else booked.push(reply.body.data);
      }
      return booked;
    });
    const booked = (await Promise.all(buying)).flat();
    await changing;
    expect(booked.length).to.be.above(200);
    const versions = new Set(booked.map(({ price_version }) => price_version));
    expect(versions.size, "bookings at several prices").to.be.above(5);
    // The price in force at each booking's place in the ledger, told by the ledger alone.
    const { rows } = await pool.query(
      `select type, outcomes->0 as outcome from ledger where event_id = $1 order by seq`,
      [event.id],
    );
    let [priceMinor, version]: [number, number | null] = [1_000, null];
    let checked = 0;
    for (const { type, outcome } of rows) {
      if (type === "EventChanged")
        [priceMinor, version] = [outcome.changes.tiers[0].priceMinor, outcome.version];
      if (type !== "BookingConfirmed") continue;
      expect(outcome.unitPriceMinor).to.equal(priceMinor);
      expect(outcome.priceVersion ?? null).to.equal(version);
      checked += 1;
    }
    expect(checked).to.equal(booked.length);
    for (const { price, price_version } of booked) {
      expect(price).to.equal(price_version === null ? 10 : price_version + 9);
    }
    await auditEvent(system().database.url, event.id);
  });
});
