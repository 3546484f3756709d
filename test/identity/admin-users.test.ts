import { randomUUID } from "node:crypto";
import { expect } from "chai";
import { GATEWAY_USER_ID } from "../../src/identity/gateway.ts";
import { CREATION_TOKEN, startWorld, type World } from "./world.ts";

describe("the list of users", () => {
  let world: World;
  let admin: string;
  before(async () => {
    world = await startWorld();
    admin = (await world.register({ role: "admin", admin_token: CREATION_TOKEN, name: "The Boss" })).token;
  });
  after(() => world.stop());

  const list = (query = "") => world.call("GET", `/auth/admin/users${query}`, { token: admin });

  it("has 001's fields, stats and paging, the youngest account first", async () => {
    const { email, body: registered } = await world.register();
    const { status, body } = await list("?page=1&limit=2");
    expect(status).to.equal(200);
    const [first] = body.data;
    expect(first).to.deep.include({
      id: registered.data.user.id,
      email,
      name: "Ada Example",
      role: "user",
      isActive: true,
    });
    expect(first.memberSince).to.match(/Z$/);
    expect(first.stats).to.deep.include({ totalBookings: 0, totalSpent: 0 });
    expect(first).not.to.have.any.keys("password", "passwordHash", "password_hash");
    expect(body.pagination).to.include({ page: 1, limit: 2, has_prev: false });
    expect(body.pagination.pages).to.equal(Math.ceil(body.pagination.total / 2));
    expect(body.count).to.equal(body.data.length);
  });

  it("adds up each person's bookings, by person", async () => {
    const [one, two] = [await world.register(), await world.register()];
    await bookings(one.body.data.user.id, [15_050, 4_000]);
    await bookings(two.body.data.user.id, [999]);
    const { data } = (await list("?limit=2")).body;
    expect(data.map(({ stats }: { stats: object }) => stats)).to.deep.equal([
      { ...data[0].stats, totalBookings: 1, total_bookings: 1, totalSpent: 9.99, total_spent: 9.99 },
      { ...data[1].stats, totalBookings: 2, total_bookings: 2, totalSpent: 190.5, total_spent: 190.5 },
    ]);
  });

  it("is paged without overlap, with links", async () => {
    for (let count = 0; count < 3; count += 1) await world.register();
    const pages = await Promise.all([list("?limit=2"), list("?limit=2&page=2")]);
    const ids = pages.flatMap(({ body }) => body.data.map(({ id }: { id: string }) => id));
    expect(new Set(ids).size).to.equal(4);
    expect(pages[0]?.headers.get("link")).to.contain('rel="next"');
    for (const query of ["?limit=101", "?limit=0", "?page=0", "?page=1&offset=0", "?offset=10001"]) {
      expect((await list(query)).status, query).to.equal(400);
    }
  });

  it("is filtered by role, activity and a part of e-mail or name, taken literally", async () => {
    const { body } = await world.register({ name: "Zoë 100%_sure" });
    const { id } = body.data.user;
    await world.pool.query("update users set is_active = false where id = $1", [id]);
    const found = async (query: string) => (await list(query)).body.data.map((one: { id: string }) => one.id);
    for (const query of ["?search=zoë", "?search=100%25_SURE", "?is_active=false&search=sure"]) {
      expect(await found(query), query).to.deep.equal([id]);
    }
    expect(await found(`?search=${body.data.user.email.slice(0, 30).toUpperCase()}`)).to.include(id);
    expect(await found("?search=100%25xsure")).to.deep.equal([]);
    expect(await found("?is_active=true&search=sure")).to.deep.equal([]);
    expect(await found("?isActive=false&search=sure")).to.deep.equal([id]);
    const admins = (await list("?role=admin")).body;
    expect(admins.data.map((one: { role: string }) => one.role)).to.deep.equal(["admin"]);
    expect(admins.pagination.total).to.equal(1);
    for (const query of ["?role=boss", "?is_active=maybe", "?search=", "?is_active=true&isActive=false"]) {
      expect((await list(query)).status, query).to.equal(400);
    }
    for (const attack of ["'; drop table users; --", "%", "_"]) {
      expect((await list(`?search=${encodeURIComponent(attack)}`)).status).to.equal(200);
    }
  });

  it("shows one account", async () => {
    const { body } = await world.register();
    const show = (id: string) => world.call("GET", `/auth/admin/users/${id}`, { token: admin });
    expect((await show(body.data.user.id)).body.data).to.deep.include({ id: body.data.user.id });
    expect((await show(randomUUID())).body.code).to.equal("USER_NOT_FOUND");
    expect((await show("1")).status).to.equal(400);
  });

  it("leaves out the gateway, which is nobody", async () => {
    const { rows } = await world.pool.query("select count(*)::int as people from users where id <> $1", [
      GATEWAY_USER_ID,
    ]);
    const { body } = await list("?limit=100");
    expect(body.pagination.total).to.equal(rows[0].people);
    expect((await list("?search=gateway")).body.data).to.deep.equal([]);
    for (const [method, options] of [
      ["GET", {}],
      ["PATCH", { body: { role: "admin", is_active: true } }],
    ] as const) {
      const reply = await world.call(method, `/auth/admin/users/${GATEWAY_USER_ID}`, {
        token: admin,
        ...options,
      });
      expect(reply.body.code).to.equal("USER_NOT_FOUND");
    }
  });

  async function bookings(userId: string, totals: readonly number[]): Promise<void> {
    const { rows } = await world.pool.query(
      `insert into event (event_id, name, venue, starts_at, currency, tickets_per_booking_max, sale_status,
          created_by, created_at, updated_at)
        values (gen_random_uuid(), 'E', 'V', now() + interval '9 days', 'USD', 10, 'open', $1, now(), now())
        returning event_id`,
      [userId],
    );
    await world.pool.query(
      `insert into booking (event_id, id, user_id, reference, tier, quantity, unit_price_minor, total_minor, status,
          created_at, updated_at)
        select $1, gen_random_uuid(), $2, 'EVT', 0, 1, total, total, 'confirmed', now(), now()
          from unnest($3::bigint[]) as t (total)`,
      [rows[0].event_id, userId, totals],
    );
  }
});
