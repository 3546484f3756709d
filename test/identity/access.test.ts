import { expect } from "chai";
import { newRefreshToken } from "../../src/identity/refresh-tokens.ts";
import { createAccessTokens } from "../../src/identity/tokens.ts";
import { CREATION_TOKEN, SECRET, startWorld, type World } from "./world.ts";

const ADMIN_ROUTES: readonly [string, string][] = [
  ["GET", "/auth/admin/users"],
  ["GET", `/auth/admin/users/${crypto.randomUUID()}`],
  ["PATCH", `/auth/admin/users/${crypto.randomUUID()}`],
  ["GET", "/auth/admin/audit"],
];

const OWN_ROUTES: readonly [string, string][] = [
  ["GET", "/auth/profile"],
  ["GET", "/auth/validate"],
  ["POST", "/auth/logout"],
  ["POST", "/auth/change-password"],
  ["POST", "/auth/logout-all"],
  ["GET", "/auth/sessions"],
  ["DELETE", `/auth/sessions/${crypto.randomUUID()}`],
  ...ADMIN_ROUTES,
  ["GET", "/users/profile"],
  ["PUT", "/users/profile"],
  ["PATCH", "/users/profile"],
  ["GET", "/admin-only"],
];

describe("access", () => {
  let world: World;
  before(async () => {
    world = await startWorld();
  });
  after(() => world.stop());

  for (const [method, path] of OWN_ROUTES) {
    it(`${method} ${path} needs a token, and says so before it looks at the body`, async () => {
      const { status, body, headers } = await world.call(method, path, method === "GET" ? {} : { body: "{" });
      expect([status, body.code, body.error]).to.deep.equal([
        401,
        "AUTH_REQUIRED",
        "Authentication required",
      ]);
      expect(headers.get("www-authenticate")).to.equal('Bearer realm="evently"');
    });
  }

  it("is refused to a bad token even where none is needed", async () => {
    const expired = await createAccessTokens({ secret: SECRET, ttlS: -10 });
    const owner = {
      userId: crypto.randomUUID(),
      sessionId: crypto.randomUUID(),
      email: "a@b.co",
      role: "user",
    } as const;
    const cases: [string, string][] = [
      ["Bearer x.y.z", "AUTH_TOKEN_INVALID"],
      ["Bearer ", "AUTH_TOKEN_INVALID"],
      ["", "AUTH_TOKEN_INVALID"],
      ["Basic YWRtaW46YWRtaW4=", "AUTH_TOKEN_INVALID"],
      [`Bearer ${newRefreshToken(owner.sessionId).token}`, "AUTH_TOKEN_INVALID"],
      [`Bearer ${await expired.issue(owner)}`, "AUTH_TOKEN_EXPIRED"],
      [`Bearer ${await world.tokens.issue(owner)}`, "AUTH_TOKEN_INVALID"],
    ];
    for (const [authorization, code] of cases) {
      const options = { headers: { authorization }, body: { email: "a@b.co", password: "x" } };
      const reply = await world.call("POST", "/auth/login", options);
      expect([reply.status, reply.body.code]).to.deep.equal([401, code]);
      expect(reply.headers.get("www-authenticate")).to.contain('error="invalid_token"');
    }
  });

  it("takes the scheme in any case", async () => {
    const { token } = await world.register();
    for (const scheme of ["bearer", "BEARER", "Bearer "]) {
      const reply = await world.call("GET", "/auth/profile", {
        headers: { authorization: `${scheme} ${token}` },
      });
      expect(reply.status).to.equal(200);
    }
  });

  it("to the accounts of others is refused to users and organizers, whatever their headers say", async () => {
    const headers = {
      "x-user-role": "admin",
      "x-http-method-override": "GET",
      "x-admin-creation-token": "x",
    };
    const people = [
      await world.register(),
      await world.register({ role: "organizer", adminToken: CREATION_TOKEN }),
    ];
    for (const { token } of people) {
      for (const [method, path] of ADMIN_ROUTES) {
        const reply = await world.call(method, path, {
          token,
          headers,
          ...(method === "GET" ? {} : { body: "{" }),
        });
        expect([reply.status, reply.body.error], path).to.deep.equal([403, "Admin privileges required"]);
      }
    }
  });

  it("to admin routes is refused to users: 403", async () => {
    const { token } = await world.register();
    const headers = { "x-user-role": "admin", "x-admin-creation-token": "guess" };
    const { status, body } = await world.call("GET", "/admin-only", { token, headers });
    expect([status, body.code, body.error]).to.deep.equal([
      403,
      "AUTH_UNAUTHORIZED",
      "Admin privileges required",
    ]);
  });
});

describe("a profile", () => {
  let world: World;
  before(async () => {
    world = await startWorld();
  });
  after(() => world.stop());

  it("stands in 001's form at /auth/profile", async () => {
    const { token, email } = await world.register();
    const { status, body } = await world.call("GET", "/auth/profile", { token });
    expect(status).to.equal(200);
    expect(body.user).to.include({ email, name: "Ada Example", role: "user", isActive: true });
    expect(body.user.memberSince).to.match(/Z$/);
    expect(body.data.user).to.deep.equal(body.user);
  });

  it("stands in 004's form at /users/profile, with what the bookings come to", async () => {
    const { token, body: registered } = await world.register();
    await bookingsOf(registered.data.user.id);
    const { body } = await world.call("GET", "/users/profile", { token });
    expect(body.data).to.include({ full_name: "Ada Example", role: "user" });
    expect(body.data.stats).to.deep.include({ total_bookings: 3, totalBookings: 3, upcoming_events: 1 });
    expect(body.data.stats).to.deep.include({ total_spent: 150.5, currency: "USD" });
    expect(body.data.stats.spent).to.deep.equal([
      { currency: "JPY", amount: 900 },
      { currency: "USD", amount: 150.5 },
    ]);
  });

  it("counts nothing for who booked nothing", async () => {
    const { token } = await world.register();
    const { body } = await world.call("GET", "/users/profile", { token });
    expect(body.data.stats).to.deep.include({
      total_bookings: 0,
      upcoming_events: 0,
      total_spent: 0,
      spent: [],
    });
  });

  it("is changed in part, under either name, by PUT and PATCH", async () => {
    const { token } = await world.register({ name: undefined, firstName: "Ada", lastName: "Bee" });
    const put = (body: object) => world.call("PUT", "/users/profile", { token, body });
    const renamed = await put({ full_name: "Ada Cee" });
    expect(renamed.status).to.equal(200);
    expect(renamed.body.data).to.include({ name: "Ada Cee", first_name: null, lastName: null });
    expect((await put({ phone: "+1234567891" })).body.data).to.include({
      name: "Ada Cee",
      phone: "+1234567891",
    });
    const patched = await world.call("PATCH", "/users/profile", {
      token,
      body: { first_name: "A", lastName: "D" },
    });
    expect(patched.body.data).to.include({ name: "A D", firstName: "A", phone: "+1234567891" });
    expect((await put({ phone: null })).body.data).to.include({ phone: null, name: "A D" });
    expect((await put({})).body.data).to.include({ name: "A D" });
    const told = await world.call("GET", "/auth/validate", { token });
    expect(told.body.user.name).to.equal("A D");
  });

  it("cannot be given a role, a tier, another e-mail, an id or life", async () => {
    const { token } = await world.register();
    for (const field of ["role", "tier", "email", "id", "is_active", "isActive", "password", "created_at"]) {
      const { status, body } = await world.call("PUT", "/users/profile", {
        token,
        body: { [field]: "admin" },
      });
      expect(status).to.equal(400);
      expect(body.details[field]).to.contain("accepted: name, firstName, lastName, phone, full_name");
    }
    const { body } = await world.call("GET", "/users/profile", { token });
    expect(body.data).to.include({ role: "user", tier: "basic", isActive: true });
  });

  async function bookingsOf(userId: string): Promise<void> {
    const event = async (days: number, currency: string) => {
      const { rows } = await world.pool.query(
        `insert into event (event_id, name, venue, starts_at, currency, tickets_per_booking_max, sale_status,
            created_by, created_at, updated_at)
          values (gen_random_uuid(), 'E', 'V', now() + make_interval(days => $1), $2, 10, 'open', $3, now(), now())
          returning event_id`,
        [days, currency, userId],
      );
      return rows[0].event_id as string;
    };
    const book = (eventId: string, totalMinor: number, refundMinor: number, status: string) =>
      world.pool.query(
        `insert into booking (event_id, id, user_id, reference, tier, quantity, unit_price_minor, total_minor,
            refund_minor, status, created_at, updated_at)
          values ($1, gen_random_uuid(), $2, 'EVT', 0, 1, $3, $3, $4, $5, now(), now())`,
        [eventId, userId, totalMinor, refundMinor, status],
      );
    const coming = await event(10, "USD");
    await book(coming, 15_050, 0, "confirmed");
    await book(coming, 5_000, 5_000, "cancelled");
    await book(coming, 7_000, 0, "expired");
    await book(await event(-10, "JPY"), 900, 0, "confirmed");
  }
});
