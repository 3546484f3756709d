import { expect } from "chai";
import { auditEvent } from "../support/books.ts";
import { inDays } from "../support/client.ts";
import { sharedSystem } from "./shared-system.ts";
import { expectRefusal, leavesNothing } from "./unchanged.ts";

const INVALID = { status: 400, code: "VALIDATION_ERROR" };
const UNSTORABLE = ["a\u0000b", "\u0000", "\ud800", "x\udfffy"];
const SQL = [
  "'; drop table booking; --",
  "' or '1'='1",
  '"; delete from event; --',
  "$1",
  "\\'; select pg_sleep(5); --",
  "%' union select password_hash from users --",
];
const STRANGE = [
  "😀🎟️",
  "Zoë Ünïcode",
  "‮abc",
  "<script>alert(1)</script>",
  "a\nb\tc",
  "{{7*7}}",
  "%s%n",
  "\\",
];

describe("text that means harm", () => {
  const system = sharedSystem();
  const event = () => ({ name: "E", venue: "V", event_date: inDays(3), total_capacity: 5, price: 5 });

  it("is refused where it cannot be stored, in every field, and fails nobody else's booking", async () => {
    const { client, admin } = system();
    const [one, other] = await system().people(2);
    const { id } = await system().event({ total_capacity: 1_000 });
    const token = one?.token ?? "";
    await leavesNothing(system(), async () => {
      for (const text of UNSTORABLE) {
        for (const field of ["name", "venue", "description", "category"]) {
          const reply = await client.post("/events", { ...event(), [field]: text }, { token: admin.token });
          expectRefusal(reply, { ...INVALID, field }, `${field} ${JSON.stringify(text)}`);
          const body = { [field]: text };
          const changed = await client.request("PUT", `/events/${id}`, { token: admin.token, body });
          expectRefusal(changed, { ...INVALID, field }, `PUT ${field} ${JSON.stringify(text)}`);
        }
        const tiers = { price_tiers: [{ tier: text, price: 1, capacity: 1 }] };
        const { price: _, total_capacity: __, ...untiered } = event();
        const tiered = await client.post("/events", { ...untiered, ...tiers }, { token: admin.token });
        expectRefusal(tiered, { ...INVALID, field: "price_tiers.0.tier" }, "tier");
        for (const field of ["event_id", "user_id", "tier"]) {
          const body = { event_id: id, quantity: 1, [field]: text };
          expectRefusal(await client.post("/bookings", body, { token }), { ...INVALID, field }, field);
        }
        const named = { event_id: id, quantity: 1, [`x${text}`]: 1 };
        expectRefusal(await client.post("/bookings", named, { token }), INVALID, "name of a field");
        const login = { email: text, password: text };
        expect((await client.post("/auth/login", login)).status).to.equal(400);
        const person = { email: "a@example.com", name: text, password: "long enough for us" };
        expect((await client.post("/auth/register", person)).status).to.equal(400);
      }
      for (const query of ["search=%00", "category=a%00b", "start_date=%00", "limit=%00", "status=%00"]) {
        expectRefusal(await client.get(`/events?${query}`), INVALID, query);
      }
    });
    const replies = await Promise.all(
      Array.from({ length: 60 }, (_, at) =>
        at % 2 === 0
          ? client.book(other?.token ?? "", id, 1)
          : client.post("/bookings", { event_id: id, quantity: 1, tier: UNSTORABLE[at % 4] }, { token }),
      ),
    );
    expect(replies.map(({ status }) => status)).to.deep.equal(replies.map((_, at) => (at % 2 ? 400 : 201)));
    expect(await auditEvent(system().database.url, id)).to.include({ sold: 30, confirmed: 30 });
  });

  it("is text and nothing else, in every parameter", async () => {
    const { client } = system();
    const { token, userId } = await system().person();
    const { id } = await system().event();
    await leavesNothing(system(), async () => {
      for (const text of SQL) {
        const encoded = encodeURIComponent(text);
        for (const name of ["status", "start_date", "end_date", "limit", "offset", "page", "per_page"]) {
          expectRefusal(await client.get(`/events?${name}=${encoded}`), INVALID, `${name}=${text}`);
        }
        for (const name of ["search", "category", encoded]) {
          const { status, body } = await client.get(`/events?${name}=${encoded}&limit=1`);
          expect([status, name === encoded || body.count === 0], `${name}=${text}`).to.deep.equal([
            200,
            true,
          ]);
        }
        for (const path of [
          "/events/",
          "/bookings/",
          "/bookings/reference/",
          "/bookings/user/",
          "/notifications/user/",
        ]) {
          expectRefusal(await client.get(path + encoded, { token }), INVALID, path + text);
        }
        for (const name of ["status", "limit", "offset"]) {
          const reply = await client.get(`/bookings/user/${userId}?${name}=${encoded}`, { token });
          expectRefusal(reply, INVALID, `${name}=${text}`);
        }
        for (const field of ["event_id", "user_id", "quantity", "expected_total_amount"]) {
          const body = { event_id: id, quantity: 1, [field]: text };
          expectRefusal(await client.post("/bookings", body, { token }), { ...INVALID, field }, field);
        }
        const login = await client.post("/auth/login", { email: text, password: text });
        expect(login.status).to.equal(401);
      }
    });
    for (const text of SQL) {
      const reply = await client.post("/bookings", { event_id: id, quantity: 1, tier: text }, { token });
      expect([reply.status, reply.body.code]).to.deep.equal([409, "BOOKING_SEATS_UNAVAILABLE"]);
      const headers = { "idempotency-key": text.replaceAll("\\", "") };
      expect((await client.book(token, id, 1, { headers })).status).to.equal(201);
    }
    expect((await auditEvent(system().database.url, id)).sold).to.equal(SQL.length);
  });

  it("comes back as it was given", async () => {
    const { client, admin } = system();
    for (const text of [...SQL, ...STRANGE]) {
      const body = { ...event(), name: text, venue: text, description: text, category: text };
      const created = await client.post("/events", body, { token: admin.token });
      expect(created.status, text).to.equal(201);
      expect(created.headers.get("content-type")).to.equal("application/json; charset=utf-8");
      const { data } = (await client.get(`/events/${created.body.data.id}`)).body;
      expect(data).to.include({ name: text.trim(), venue: text.trim(), description: text.trim() });
      const found = await client.get(`/events?search=${encodeURIComponent(text)}`);
      expect(
        found.body.data.map(({ id }: { id: string }) => id),
        text,
      ).to.include(data.id);
    }
  });
});
