import { randomInt } from "node:crypto";
import { expect } from "chai";
import { SeededDice } from "../../bench/lib/random.ts";
import { auditEvent } from "../support/books.ts";
import { inDays } from "../support/client.ts";
import { sharedSystem } from "./shared-system.ts";

const REQUESTS = 1_600;
const AT_ONCE = 40;

const FIELDS =
  `event_id quantity user_id tier price_tier expected_total_amount name description venue category event_date
  start_time end_time sale_starts_at sale_ends_at total_capacity capacity price price_tiers currency max_tickets_per_booking
  max_tickets_per_user seat_ids best_available section promo_code waitlist_if_full payment_token payment_details
  to_user_id to_email email password role firstName phone refresh_token currentPassword newPassword adminToken zzz`.split(
    /\s+/,
  );
const VALUES = [
  ...[null, 0, -0, 1, 2, -1, 1.5, 1e308, 1e15, 2 ** 53, 1e-7, 0.1 + 0.2, 10_000_000, true, [], {}, [null]],
  ...[
    "",
    " ",
    "a",
    "\u0000",
    "\ud800",
    "x".repeat(3_000),
    "USD",
    "KWD",
    "General",
    "NaN",
    "2030-01-01",
    "admin",
  ],
  ...["0000-01-01T00:00:00Z", "9999-12-31T23:59:59Z", "0001-01-01T00:00:00-23:59", "-infinity", inDays(1)],
  [{ tier: "General", price: 1, capacity: 5 }],
  [{ tier: "x", price: 0, capacity: 10_000_000 }],
];
const QUERY_NAMES = "limit offset page per_page status search start_date end_date category a[b]".split(" ");
const QUERY_VALUES =
  "1 0 -1 %00 x 2030-01-01 0000-01-01 9999-12-31T23:59:59Z 1e3 0x10 %ff active % %25 Infinity []".split(" ");
const HEADERS: Readonly<Record<string, readonly string[]>> = {
  prefer: ["wait=0", "wait=1", "respond-async", ";;;,,,=", "wait=-1"],
  "if-match": ["*", '"1.1"', '"99999999999999999999"', 'W/"1"', "x"],
  "if-none-match": ["*", '"', '"1.1"'],
  "idempotency-key": ["a", "b", '"c"', '"', ",,", "é"],
  accept: ["application/problem+json", "*/*;q=x", ""],
  "accept-encoding": ["gzip", "*;q=0", "gzip;q=0, *;q=0", "br;q=1, gzip;q=x", "identity;q=0", "zstd"],
  "content-type": ["application/json;charset=utf-16", "text/plain", "application/x+json;;"],
  origin: ["null", "https://shop.example.com", "é"],
  "x-request-id": ["a b", "ok"],
};
const IDS =
  "x %00 .. %2e%2e EVT20250101AAAA % %E0%A4%A a%2Fb null 00000000-0000-0000-0000-000000000000".split(" ");
const WRITES: readonly (readonly [string, string])[] = [
  ["POST", "/bookings"],
  ["PUT", "/bookings/:x/cancel"],
  ["DELETE", "/bookings/:x"],
  ["POST", "/bookings/:x/confirm"],
  ["POST", "/bookings/:x/transfer"],
  ["POST", "/bookings/:x/exchange"],
  ["POST", "/payments/initiate/:x"],
  ["POST", "/payments/webhook/test"],
  ["POST", "/events"],
  ["PUT", "/events/:x"],
  ["PATCH", "/admin/events/:x"],
  ["DELETE", "/events/:x"],
  ["POST", "/auth/login"],
  ["POST", "/auth/register"],
  ["POST", "/auth/refresh"],
  ["PUT", "/users/profile"],
];
const READS =
  `/events /events/:x /bookings /users/bookings /bookings/:x /bookings/user/:x /bookings/reference/:x
  /bookings/:x/payment /payments/:x /events/:x/bookings
  /notifications/user/:x /users/profile /auth/validate`.split(/\s+/);
const BODIES = ["{", "null", "[]", "\u0000", '{"a":1', "1e999", '"\\ud800"'];

describe("requests of all kinds at random", () => {
  const system = sharedSystem();

  it(`are answered, ${REQUESTS} of them, never with 5xx`, async () => {
    const { client, admin } = system();
    const buyer = await system().person();
    const event = await system().event({ total_capacity: 10_000, max_tickets_per_user: 5_000 });
    const booking = (await client.book(buyer.token, event.id, 1)).body.data;
    const seed = randomInt(2 ** 31);
    const dice = new SeededDice(seed);
    const pick = <T>(from: readonly T[]): T => from[dice.between(0, from.length - 1)] as T;
    const chance = (percent: number) => dice.between(1, 100) <= percent;
    const ids = [...IDS, event.id, booking.id, booking.booking_reference, buyer.userId];
    const values = [...VALUES, ...ids];

    function bodyFor(path: string): string {
      if (chance(5)) return pick(BODIES);
      const inEvents = { name: "n", venue: "v", event_date: inDays(3), total_capacity: 5, price: 1 };
      const whole = path.includes("/events") ? inEvents : { event_id: event.id, quantity: 1 };
      const wrong = Array.from({ length: dice.between(0, 3) }, () => [pick(FIELDS), pick(values)]);
      return JSON.stringify({ ...(chance(60) ? whole : {}), ...Object.fromEntries(wrong) });
    }

    async function sendOne(): Promise<string | null> {
      const isRead = chance(40);
      const [method, pattern] = isRead ? (["GET", pick(READS)] as const) : pick(WRITES);
      const query = [1, 2].map(() => `${pick(QUERY_NAMES)}=${pick(QUERY_VALUES)}`).join("&");
      const path = pattern.replace(":x", pick(ids)) + (isRead && chance(70) ? `?${query}` : "");
      const some = Object.entries(HEADERS).filter(() => chance(20));
      const headers = Object.fromEntries(some.map(([name, choices]) => [name, pick(choices)]));
      const token = chance(5) ? "bad" : pick([buyer.token, admin.token]);
      const body = isRead ? {} : { body: bodyFor(path) };
      const reply = await client.request(method, path, { token, headers, ...body });
      const isFine = reply.status < 500 && reply.headers.has("x-request-id");
      return isFine ? null : `${reply.status} ${method} ${path} ${JSON.stringify({ headers, ...body })}`;
    }

    for (let sent = 0; sent < REQUESTS; sent += AT_ONCE) {
      const bad = await Promise.all(Array.from({ length: AT_ONCE }, sendOne));
      expect(
        bad.filter((one) => one !== null),
        `seed ${seed}`,
      ).to.deep.equal([]);
    }
    await auditEvent(system().database.url, event.id);
  });
});
