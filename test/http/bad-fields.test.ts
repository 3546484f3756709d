import { expect } from "chai";
import { inDays } from "../support/client.ts";
import { sharedSystem } from "./shared-system.ts";
import { expectRefusal, leavesNothing } from "./unchanged.ts";

const INVALID = { status: 400, code: "VALIDATION_ERROR" };
const NO_WHOLE_NUMBERS = [0, -1, 1.5, 1e9, -1e9, "2", "two", null, true, [], [2], {}, "", " "];
const NO_TEXTS = [5, true, [], {}, "", "   ", null];
const NO_IDS = [
  5,
  null,
  [],
  {},
  "",
  "42",
  "not-an-id",
  "00000000-0000-0000-0000-00000000000g",
  "a'; drop table event",
];
const NO_TIMES = [
  5,
  [],
  {},
  "",
  "tomorrow",
  "2030-02-30T10:00:00Z",
  "2030-01-01T25:00:00Z",
  "01/02/2030",
  true,
];
const NO_PRICES = [-1, 1e12, "5", null, [], {}, 1.001];

const BOOKING: Readonly<Record<string, readonly unknown[]>> = {
  quantity: [...NO_WHOLE_NUMBERS, 101],
  event_id: NO_IDS,
  user_id: NO_IDS,
  tier: [...NO_TEXTS, "x".repeat(61)],
  expected_total_amount: [-0.01, "40", null, [], {}, 1e10],
  seat_ids: [5, true, {}, "", null, []],
  best_available: [0, 1, "yes", null, [], {}],
  section: [...NO_TEXTS, "x".repeat(61)],
  promo_code: [...NO_TEXTS, "x".repeat(61)],
  waitlist_if_full: [0, 1, "yes", null, [], {}],
};

const EVENT: Readonly<Record<string, readonly unknown[]>> = {
  name: [...NO_TEXTS, "x".repeat(201)],
  venue: [...NO_TEXTS, "x".repeat(201)],
  description: [5, [], {}, "x".repeat(5_001)],
  category: [5, [], {}, "x".repeat(61)],
  event_date: [...NO_TIMES, null],
  end_time: NO_TIMES,
  sale_starts_at: NO_TIMES,
  sale_ends_at: NO_TIMES,
  total_capacity: [...NO_WHOLE_NUMBERS, 10_000_001],
  price: NO_PRICES,
  price_tiers: [5, {}, "General", [], null],
  max_tickets_per_booking: [...NO_WHOLE_NUMBERS, 101],
  max_tickets_per_user: [0, -1, 1.5, "2", [], {}],
  requires_payment: ["yes", 1, null, [], {}],
  hold_ttl_seconds: [...NO_WHOLE_NUMBERS, 86_401],
  offer_ttl_seconds: [...NO_WHOLE_NUMBERS, 86_401],
  max_holds_per_user: [...NO_WHOLE_NUMBERS, 101],
  refund_policy: [5, true, null, []],
  seat_configuration: [5, true, null, [], {}, "arena"],
};
const CURRENCIES = ["usd", "DOLLAR", "$", 5, [], ""];

describe("a field that is not what it should be", () => {
  const system = sharedSystem();

  it("refuses a booking, names the field and changes nothing", async () => {
    const { client } = system();
    const { token } = await system().person();
    const event = await system().event();
    await leavesNothing(system(), async () => {
      for (const [field, values] of Object.entries(BOOKING)) {
        for (const value of values) {
          const body = { event_id: event.id, quantity: 1, [field]: value };
          const reply = await client.post("/bookings", body, { token });
          expectRefusal(reply, { ...INVALID, field }, `${field}: ${JSON.stringify(value)}`);
        }
      }
      for (const field of ["event_id", "quantity"]) {
        const { [field]: _, ...body } = { event_id: event.id, quantity: 1 } as Record<string, unknown>;
        const reply = await client.post("/bookings", body, { token });
        expectRefusal(reply, { ...INVALID, field }, `without ${field}`);
        expect(reply.body.details[field]).to.contain("is required");
      }
    });
  });

  it("refuses a new event and a change of one", async () => {
    const { client, admin } = system();
    const { token } = admin;
    const whole = { name: "E", venue: "V", event_date: inDays(3), total_capacity: 5, price: 5 };
    const event = await system().event();
    const fields = { ...EVENT, currency: CURRENCIES };
    await leavesNothing(system(), async () => {
      for (const [field, values] of Object.entries(fields)) {
        for (const value of values) {
          const about = `${field}: ${JSON.stringify(value)}`;
          const created = await client.post("/events", { ...whole, [field]: value }, { token });
          expectRefusal(created, { ...INVALID, field }, about);
          const body = { [field]: value };
          const changed = await client.request("PUT", `/events/${event.id}`, { token, body });
          expectRefusal(changed, { ...INVALID, field }, `PUT ${about}`);
        }
      }
      const required = ["name", "venue", "event_date", "total_capacity", "price"] as const;
      for (const field of required) {
        const { [field]: _, ...body } = whole;
        expectRefusal(
          await client.post("/events", body, { token }),
          { ...INVALID, field },
          `without ${field}`,
        );
      }
    });
  });

  it("is found inside of tiers too", async () => {
    const { client, admin } = system();
    const event = { name: "E", venue: "V", event_date: inDays(3) };
    const wrong: readonly [object, string][] = [
      [{ tier: "", price: 1, capacity: 1 }, "price_tiers.1.tier"],
      [{ price: 1, capacity: 1 }, "price_tiers.1.tier"],
      [{ tier: "B", price: -1, capacity: 1 }, "price_tiers.1.price"],
      [{ tier: "B", price: 1, capacity: 0 }, "price_tiers.1.capacity"],
      [{ tier: "B", price: 1, capacity: 1.5 }, "price_tiers.1.capacity"],
      [{ tier: "B", price: 1, capacity: 1, sold: 1 }, "price_tiers.1.sold"],
    ];
    await leavesNothing(system(), async () => {
      for (const [tier, field] of wrong) {
        const body = { ...event, price_tiers: [{ tier: "A", price: 1, capacity: 1 }, tier] };
        const reply = await client.post("/events", body, { token: admin.token });
        expectRefusal(reply, { ...INVALID, field }, JSON.stringify(tier));
      }
    });
  });
});
