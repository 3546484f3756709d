import { expect } from "chai";
import { CREATION_TOKEN, PASSWORD, startWorld, type World } from "./world.ts";

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

describe("registering", () => {
  let world: World;
  before(async () => {
    world = await startWorld();
  });
  after(() => world.stop());

  const register = (body: unknown, headers = {}) => world.call("POST", "/auth/register", { body, headers });
  const ada = { email: "Ada@Example.com", password: PASSWORD, name: "Ada Example" };
  const countOf = async (email: string) => {
    const { rows } = await world.pool.query("select count(*) as n from users where email_key = lower($1)", [
      email,
    ]);
    return rows[0].n;
  };

  it("answers 201 with the person and both tokens under all their names", async () => {
    const { status, body } = await register(ada);
    expect(status).to.equal(201);
    expect(body).to.include({ success: true, message: "User registered successfully" });
    expect(body.timestamp).to.match(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
    const { data } = body;
    expect(data).to.include({ success: true, token_type: "bearer", expires_in: 86_400, expiresIn: "24h" });
    expect(data.token).to.equal(data.access_token);
    expect(data.user).to.include({ email: "Ada@Example.com", name: "Ada Example", full_name: "Ada Example" });
    expect(data.user).to.include({ role: "user", tier: "basic", isActive: true, is_active: true });
    expect(data.user.id).to.match(UUID);
    expect(data.user.created_at).to.equal(data.user.memberSince);
    expect(JSON.stringify(body)).not.to.contain("argon2");
  });

  it("takes 004's full_name and phone, and a name in halves", async () => {
    const one = await register({
      email: "b@example.com",
      password: PASSWORD,
      full_name: "Bo",
      phone: "+1234567890",
    });
    expect(one.body.data.user).to.include({ name: "Bo", phone: "+1234567890" });
    const two = await register({
      email: "c@example.com",
      password: PASSWORD,
      firstName: "Cy",
      last_name: "Dee",
    });
    expect(two.body.data.user).to.include({ name: "Cy Dee", first_name: "Cy", lastName: "Dee" });
  });

  it("refuses names that contradict each other", async () => {
    for (const names of [
      { name: "Ada", full_name: "Eve" },
      { name: "Ada", firstName: "Eve", lastName: "Ada" },
      { firstName: "Eve" },
      {},
    ]) {
      const { status, body } = await register({ email: "d@example.com", password: PASSWORD, ...names });
      expect([status, body.code]).to.deep.equal([400, "VALIDATION_ERROR"]);
    }
    expect(await countOf("d@example.com")).to.equal(0);
  });

  it("knows an e-mail address in any case: 409", async () => {
    await register({ ...ada, email: "taken@example.com" });
    const { status, body } = await register({ ...ada, email: "TAKEN@example.COM" });
    expect([status, body.code]).to.deep.equal([409, "EMAIL_TAKEN"]);
  });

  it("lets one of twenty win who register the same address at once", async () => {
    const replies = await Promise.all(
      Array.from({ length: 20 }, (_, n) =>
        register({ ...ada, email: n % 2 ? "race@example.com" : "RACE@example.com" }),
      ),
    );
    expect(replies.map((reply) => reply.status).sort()).to.deep.equal([201, ...Array(19).fill(409)]);
    expect(await countOf("race@example.com")).to.equal(1);
  });

  const bad: Record<string, [Record<string, unknown>, string]> = {
    "no e-mail": [{ email: undefined }, "email"],
    "a bad e-mail": [{ email: "x@y" }, "email"],
    "an e-mail that is no text": [{ email: { $ne: null } }, "email"],
    "an e-mail with SQL": [{ email: "a'; drop table users; --@example.com" }, "email"],
    "a long e-mail": [{ email: `${"a".repeat(250)}@example.com` }, "email"],
    "a short password": [{ password: "xK4!mm2" }, "password"],
    "a common password": [{ password: "Password123" }, "password"],
    "the e-mail as password": [{ password: "bad@example.com" }, "password"],
    "a long password": [{ password: "plum tree ".repeat(200) }, "password"],
    "a password that is no text": [{ password: 1234567890 }, "password"],
    "a NUL in the name": [{ name: "A\0da" }, "name"],
    "a lone surrogate in the name": [{ name: "Ada \ud83d" }, "name"],
    "a blank name": [{ name: "   " }, "name"],
    "an unknown role": [{ role: "root" }, "role"],
    "an unknown field": [{ is_admin: true }, "is_admin"],
    "a tier": [{ tier: "vip" }, "tier"],
    "a bad telephone number": [{ phone: "call me" }, "phone"],
  };
  for (const [what, [change, field]] of Object.entries(bad)) {
    it(`refuses ${what}, naming the field, and registers nobody`, async () => {
      const { status, body } = await register({ ...ada, email: "bad@example.com", ...change });
      expect([status, body.code]).to.deep.equal([400, "VALIDATION_ERROR"]);
      expect(body.details).to.have.property(field);
      expect(await countOf("bad@example.com")).to.equal(0);
    });
  }

  it("refuses __proto__ and malformed JSON, and grants nothing by them", async () => {
    const text = JSON.stringify({ ...ada, email: "proto@example.com" }).replace(
      "{",
      '{"__proto__":{"role":"admin"},',
    );
    expect((await register(text)).status).to.equal(400);
    expect((await register('{"email":')).status).to.equal(400);
    expect((await register("[]")).status).to.equal(400);
    expect(await countOf("proto@example.com")).to.equal(0);
  });

  it("refuses a password of a megabyte fast", async () => {
    const startedMs = performance.now();
    const { status } = await register({ ...ada, password: "x".repeat(1_000_000) });
    expect(status).to.be.oneOf([400, 413]);
    expect(performance.now() - startedMs).to.be.below(1_000);
  });

  describe("with a role", () => {
    let number = 0;
    const withRole = (role: string, more = {}, options: { headers?: object; token?: string } = {}) => {
      number += 1;
      const body = { ...ada, email: `role${number}@example.com`, role, ...more };
      return world.call("POST", "/auth/register", {
        body,
        token: options.token,
        headers: { ...options.headers },
      });
    };

    it("always accepts user", async () => expect((await withRole("user")).status).to.equal(201));

    it("refuses others without the right token, and registers nobody", async () => {
      const { token } = await world.register();
      for (const reply of [
        await withRole("admin"),
        await withRole("organizer"),
        await withRole("admin", {}, { token }),
        await withRole("admin", { adminToken: `${CREATION_TOKEN}x` }),
        await withRole("admin", { admin_token: "" }),
        await withRole("admin", {}, { headers: { "x-admin-creation-token": "wrong" } }),
      ]) {
        expect([reply.status, reply.body.code]).to.deep.equal([403, "AUTH_UNAUTHORIZED"]);
        expect(await countOf(`role${number}@example.com`)).to.equal(0);
      }
    });

    it("grants them to whoever has the creation token, or is an admin", async () => {
      const replies = [
        await withRole("admin", { adminToken: CREATION_TOKEN }),
        await withRole("admin", { admin_token: CREATION_TOKEN }),
        await withRole("organizer", {}, { headers: { "x-admin-creation-token": CREATION_TOKEN } }),
      ];
      replies.push(await withRole("admin", {}, { token: replies[0]?.body.data.token }));
      expect(replies.map((reply) => [reply.status, reply.body.data.user.role])).to.deep.equal([
        [201, "admin"],
        [201, "admin"],
        [201, "organizer"],
        [201, "admin"],
      ]);
    });

    it("creates admins at /auth/create-admin with the token only", async () => {
      const create = (body: object) =>
        world.call("POST", "/auth/create-admin", { body: { ...ada, ...body } });
      expect((await create({ email: "no@example.com" })).status).to.equal(403);
      expect((await create({ email: "no@example.com", adminToken: "x", admin_token: "y" })).status).to.equal(
        400,
      );
      const { status, body } = await create({ email: "yes@example.com", adminToken: CREATION_TOKEN });
      expect([status, body.data.user.role]).to.deep.equal([201, "admin"]);
      const reach = await world.call("GET", "/admin-only", { token: body.data.token });
      expect(reach.status).to.equal(200);
    });
  });
});

describe("without a creation token in the configuration", () => {
  let world: World;
  before(async () => {
    world = await startWorld({ creationToken: null });
  });
  after(() => world.stop());

  it("there is no /auth/create-admin, and no token grants a role", async () => {
    const ada = { email: "ada@example.com", password: PASSWORD, name: "Ada" };
    const created = await world.call("POST", "/auth/create-admin", { body: { ...ada, adminToken: "null" } });
    expect([created.status, created.body.code]).to.deep.equal([404, "NOT_FOUND"]);
    for (const adminToken of ["", "null", "undefined"]) {
      const reply = await world.call("POST", "/auth/register", {
        body: { ...ada, role: "admin", adminToken },
      });
      expect(reply.status).to.equal(403);
    }
  });
});
