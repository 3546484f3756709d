import { expect } from "chai";
import { sharedSystem } from "./shared-system.ts";
import { expectRefusal, leavesNothing } from "./unchanged.ts";

const POLICY = {
  type: "percentage",
  steps: [
    { hours_before: 48, percent: 100 },
    { hours_before: 24, percent: 50 },
  ],
};

describe("the rules of an event's sale", () => {
  const system = sharedSystem();
  const put = (id: string, body: object) =>
    system().client.request("PUT", `/events/${id}`, { token: system().admin.token, body });

  it("have defaults, and are shown", async () => {
    expect(await system().event()).to.include({
      requires_payment: false,
      hold_ttl_seconds: 300,
      offer_ttl_seconds: 900,
      max_holds_per_user: 4,
      max_tickets_per_booking: 10,
      max_tickets_per_user: null,
      refund_policy: "full",
      seated: false,
    });
  });

  it("are taken when an event is created and when it is changed, under both kinds of names", async () => {
    const rules = {
      requires_payment: true,
      hold_ttl_seconds: 60,
      offer_ttl_seconds: 120,
      max_holds_per_user: 2,
      refund_policy: POLICY,
    };
    const event = await system().event(rules);
    expect(event).to.deep.include(rules);
    const changed = await put(event.id, {
      requiresPayment: false,
      holdTtlSeconds: 30,
      offerTtlSeconds: 45,
      maxHoldsPerUser: 1,
      refundPolicy: "none",
    });
    const after = {
      requires_payment: false,
      hold_ttl_seconds: 30,
      offer_ttl_seconds: 45,
      max_holds_per_user: 1,
      refund_policy: "none",
    };
    expect(changed.body.data).to.deep.include(after);
    expect((await put(event.id, { name: "Renamed" })).body.data).to.deep.include(after);
    expect((await put(event.id, { refund_policy: { type: "full" } })).body.data.refund_policy).to.equal(
      "full",
    );
  });

  it("are refused where they are not what they should be", async () => {
    const event = await system().event();
    const wrong: readonly [object, string][] = [
      [{ requires_payment: "yes" }, "requires_payment"],
      [{ hold_ttl_seconds: 0 }, "hold_ttl_seconds"],
      [{ hold_ttl_seconds: 86_401 }, "hold_ttl_seconds"],
      [{ hold_ttl_seconds: 1.5 }, "hold_ttl_seconds"],
      [{ offer_ttl_seconds: -1 }, "offer_ttl_seconds"],
      [{ max_holds_per_user: 0 }, "max_holds_per_user"],
      [{ refund_policy: "half" }, "refund_policy.type"],
      [{ refund_policy: 5 }, "refund_policy"],
      [{ refund_policy: { type: "full", steps: POLICY.steps } }, "refund_policy.steps"],
      [{ refund_policy: { type: "percentage" } }, "refund_policy.steps"],
      [
        { refund_policy: { type: "percentage", steps: [{ hours_before: 1, percent: 101 }] } },
        "refund_policy.steps.0.percent",
      ],
      [
        { refund_policy: { type: "percentage", steps: [POLICY.steps[0], POLICY.steps[0]] } },
        "refund_policy.steps",
      ],
      [{ refund_policy: { ...POLICY, note: "x" } }, "refund_policy.note"],
      [{ confirm: "yes" }, "confirm"],
    ];
    await leavesNothing(system(), async () => {
      for (const [body, field] of wrong) {
        const reply = await put(event.id, body);
        expectRefusal(reply, { status: 400, code: "VALIDATION_ERROR", field }, JSON.stringify(body));
      }
    });
  });

  it("decide what a customer who cancels gets back", async () => {
    const { client } = system();
    const { token } = await system().person();
    const event = await system().event({
      price: 20,
      refund_policy: { type: "percentage", steps: [{ hours_before: 1, percent: 25 }] },
    });
    const { id } = (await client.book(token, event.id, 2)).body.data;
    const cancelled = await client.request("DELETE", `/bookings/${id}`, { token });
    expect(cancelled.body.refunded_amount).to.equal(10);
    // Who is cancelled gets everything back.
    const kept = (await client.book(token, event.id, 2)).body.data;
    const gone = await client.request("DELETE", `/events/${event.id}`, { token: system().admin.token });
    expect(gone.body).to.include({ refunds_processed: 1, total_refund_amount: kept.total_amount });
  });
});
