import { randomUUID } from "node:crypto";
import { expect } from "chai";
import { CREATION_TOKEN, PASSWORD, startWorld, type World } from "./world.ts";

describe("an account that an admin changes", () => {
  let world: World;
  let admin: { token: string; id: string; email: string };
  before(async () => {
    world = await startWorld();
    admin = await newAdmin();
  });
  after(() => world.stop());

  async function newAdmin(): Promise<{ token: string; id: string; email: string }> {
    const { token, email, body } = await world.register({ role: "admin", adminToken: CREATION_TOKEN });
    return { token, email, id: body.data.user.id };
  }
  const change = (id: string, body: unknown, token = admin.token) =>
    world.call("PATCH", `/auth/admin/users/${id}`, { token, body });
  const reach = async (token: string) => (await world.call("GET", "/admin-only", { token })).status;
  const validate = (token: string) => world.call("GET", "/auth/validate", { token });
  const person = async () => {
    const { token, email, body } = await world.register();
    return { token, email, id: body.data.user.id as string, refresh: body.data.refresh_token as string };
  };

  it("has its role and tier with the person's next request, by the token they have", async () => {
    const { id, token } = await person();
    expect(await reach(token)).to.equal(403);
    const raised = await change(id, { role: "admin", tier: "vip" });
    expect(raised.status).to.equal(200);
    expect(raised.body.data).to.deep.include({ id, role: "admin", tier: "vip", isActive: true });
    expect(await reach(token)).to.equal(200);
    expect((await validate(token)).body.user).to.include({ role: "admin", tier: "vip" });
    await change(id, { role: "user" });
    expect(await reach(token)).to.equal(403);
    expect((await validate(token)).body.user).to.include({ role: "user", tier: "vip" });
  });

  it("ends when it is deactivated: no session, no login, no refresh, no reset; nor do they come back", async () => {
    const { id, token, email, refresh } = await person();
    await world.call("POST", "/auth/forgot-password", { body: { email } });
    expect((await validate(token)).status).to.equal(200);
    const { body } = await change(id, { isActive: false });
    expect(body.data).to.include({ isActive: false, is_active: false });
    const login = () => world.call("POST", "/auth/login", { body: { email, password: PASSWORD } });
    const renew = () => world.call("POST", "/auth/refresh", { body: { refresh_token: refresh } });
    expect((await validate(token)).status).to.equal(401);
    expect((await login()).status).to.equal(401);
    expect((await renew()).status).to.equal(401);
    await change(id, { is_active: true });
    expect((await validate(token)).status).to.equal(401);
    expect((await renew()).status).to.equal(401);
    expect((await login()).status).to.equal(200);
    const { rows } = await world.pool.query("select ended_at from password_reset where user_id = $1", [id]);
    expect(rows[0].ended_at).to.be.instanceOf(Date);
  });

  it("is never that of the last admin", async () => {
    for (const body of [{ role: "user" }, { role: "organizer" }, { is_active: false }]) {
      const reply = await change(admin.id, body);
      expect([reply.status, reply.body.code]).to.deep.equal([409, "LAST_ADMIN"]);
    }
    expect((await change(admin.id, { role: "admin", is_active: true, tier: "vip" })).status).to.equal(200);
    expect(await reach(admin.token)).to.equal(200);
  });

  it("is never that of the last admin, though all step down at once", async () => {
    const others = await Promise.all(Array.from({ length: 5 }, newAdmin));
    const all = [admin, ...others];
    const replies = await Promise.all(
      all.map(({ id, token }, at) =>
        change(id, at % 2 === 0 ? { role: "user" } : { is_active: false }, token),
      ),
    );
    const { rows } = await world.pool.query("select id from users where role = 'admin' and is_active");
    expect(rows).to.have.length(1);
    for (const { status } of replies) expect(status).to.be.oneOf([200, 401, 403, 409]);
    admin = all.find(({ id }) => id === rows[0].id) ?? admin;
    expect(await reach(admin.token)).to.equal(200);
  });

  it("is changed by nobody else, in nothing else", async () => {
    const { id, token } = await person();
    expect((await change(id, { role: "admin" }, token)).status).to.equal(403);
    const anonymous = await world.call("PATCH", `/auth/admin/users/${id}`, { body: { role: "admin" } });
    expect(anonymous.status).to.equal(401);
    for (const body of [
      {},
      [],
      { role: "root" },
      { role: null },
      { tier: "gold" },
      { is_active: "false" },
      { email: "other@example.com" },
      { password: PASSWORD },
      { is_active: true, isActive: false },
      '{"__proto__":{"role":"admin"}}',
      '{"role":"user","__proto__":{"role":"admin"}}',
    ]) {
      const reply = await change(id, body);
      expect(reply.status, JSON.stringify(body)).to.equal(400);
    }
    expect((await change(randomUUID(), { tier: "vip" })).body.code).to.equal("USER_NOT_FOUND");
    expect((await change("me", { tier: "vip" })).status).to.equal(400);
    const { rows } = await world.pool.query("select role, tier from users where id = $1", [id]);
    expect(rows).to.deep.equal([{ role: "user", tier: "basic" }]);
  });

  it("is written down: who changed what of whom, and nothing that changed nothing", async () => {
    const { id } = await person();
    await change(id, { role: "organizer", tier: "basic" });
    await change(id, { role: "organizer" });
    await change(id, { tier: "premium", is_active: false });
    const audit = (query: string) =>
      world.call("GET", `/auth/admin/audit${query}`, { token: admin.token }).then(({ body }) => body);
    const { data, pagination } = await audit(`?user_id=${id}`);
    expect(pagination.total).to.equal(2);
    expect(data.map(({ changes }: { changes: object }) => changes)).to.deep.equal([
      { tier: { from: "basic", to: "premium" }, is_active: { from: true, to: false } },
      { role: { from: "user", to: "organizer" } },
    ]);
    for (const entry of data) {
      expect(entry).to.deep.include({ actor_id: admin.id, actor: admin.email, user_id: id });
      expect(entry.action).to.equal("user.changed");
    }
    expect((await audit("")).data[0]).to.deep.equal(data[0]);
    const { token } = await person();
    expect((await world.call("GET", "/auth/admin/audit", { token })).status).to.equal(403);
  });

  it("is written down when it is created with a role above user: by whom, or that the token was used", async () => {
    const audited = async (userId: string) => {
      const { body } = await world.call("GET", `/auth/admin/audit?user_id=${userId}`, { token: admin.token });
      return body.data;
    };
    const byToken = await world.register({ role: "organizer", admin_token: CREATION_TOKEN });
    const [first] = await audited(byToken.body.data.user.id);
    expect(first).to.deep.include({ actor_id: null, actor: "admin-creation token", action: "user.created" });
    expect(first.changes).to.deep.equal({ role: { from: null, to: "organizer" } });
    const email = `${randomUUID()}@example.com`;
    const body = { email, password: PASSWORD, name: "Ada", role: "admin" };
    const byAdmin = await world.call("POST", "/auth/register", { token: admin.token, body });
    const [second] = await audited(byAdmin.body.data.user.id);
    expect(second).to.deep.include({ actor_id: admin.id, actor: admin.email });
    expect(await audited((await person()).id)).to.deep.equal([]);
    const again = await world.call("POST", "/auth/register", { token: admin.token, body });
    expect([again.status, again.body.code]).to.deep.equal([409, "EMAIL_TAKEN"]);
  });

  it("that is gone speaks for nobody", async () => {
    const { id, token } = await person();
    await world.pool.query("delete from session where user_id = $1", [id]);
    await world.pool.query("delete from users where id = $1", [id]);
    world.authenticator.forgetAll();
    expect((await validate(token)).status).to.equal(401);
  });
});
