import { expect } from "chai";
import { ConfigError, loadConfig } from "../../src/ops/config.ts";
import { ask } from "../support/bare-client.ts";
import { createTestDatabase, type TestDatabase } from "../support/postgres.ts";
import { type Role, startRole } from "../support/system.ts";

const TOKEN = "a-token-that-makes-admins";

describe("the other surfaces", () => {
  let database: TestDatabase;
  let none: Role;
  let onlyA: Role;

  before(async () => {
    database = await createTestDatabase();
    [none, onlyA] = await Promise.all([
      startRole("api", database.url, { SURFACES: "" }),
      startRole("api", database.url, {
        SURFACES: "a",
        ADMIN_CREATION_TOKEN: TOKEN,
        RATE_LIMITS: "failed_logins=2/900",
      }),
    ]);
  });
  after(async () => {
    await Promise.all([none.stop(), onlyA.stop()]);
    await database.drop();
  });

  it("are both on where nothing is said, and only those that there are can be named", () => {
    expect(loadConfig({}).SURFACES).to.deep.equal(["a", "b"]);
    expect(loadConfig({ SURFACES: "" }).SURFACES).to.deep.equal([]);
    expect(loadConfig({ SURFACES: "b" }).SURFACES).to.deep.equal(["b"]);
    expect(() => loadConfig({ SURFACES: "a,c" })).to.throw(ConfigError, "SURFACES");
    expect(() => loadConfig({ TRUSTED_GATEWAY_SECRET: "short" })).to.throw(
      ConfigError,
      "at least 32 characters",
    );
  });

  it("are unknown paths where they are switched off", async () => {
    for (const path of ["/api/events", "/api/bookings", "/events", "/users/me", "/admin/events"]) {
      const { status, body } = await ask(none.url, `GET ${path}`);
      expect([status, body.code], path).to.deep.equal([404, "NOT_FOUND"]);
    }
    expect((await ask(none.url, "GET /api/v1/events")).status).to.equal(200);
    expect((await ask(onlyA.url, "GET /events")).body.code).to.equal("NOT_FOUND");
    expect((await ask(onlyA.url, "GET /api/events")).body).to.deep.equal([]);
  });

  it("take nobody's word on who is asking where no gateway is configured", async () => {
    const gatewayless = await startRole("api", database.url, { RATE_LIMITS: "anonymous=3/60" });
    try {
      const headers = { "x-evently-gateway-secret": "undefined", "x-user-id": "1", "x-user-role": "admin" };
      for (const route of ["GET /users/me", "POST /admin/events"]) {
        const { status } = await ask(gatewayless.url, route, { headers });
        expect(status, route).to.equal(401);
      }
      await ask(gatewayless.url, "GET /events");
      const refused = await ask(gatewayless.url, "GET /events");
      expect(refused.status).to.equal(429);
      expect(refused.body.detail).to.match(/^Too many requests/);
      expect(refused.headers.get("retry-after")).to.match(/^\d+$/);
    } finally {
      await gatewayless.stop();
    }
  });

  it("bound guesses of a password like the canonical one, and with it", async () => {
    const body = { email: "guessed@example.com", password: "a-wrong-guess-1" };
    expect((await ask(onlyA.url, "POST /api/auth/login", { body })).status).to.equal(401);
    expect((await ask(onlyA.url, "POST /api/v1/auth/login", { body })).status).to.equal(401);
    const refused = await ask(onlyA.url, "POST /api/auth/login", { body });
    expect([refused.status, refused.body.details]).to.deep.equal([429, "RATE_LIMIT_EXCEEDED"]);
    expect(refused.headers.get("retry-after")).to.match(/^\d+$/);
  });

  it("make admins for who has the creation token, as document 002 has it", async () => {
    const person = {
      email: "root@example.com",
      password: "a-fairly-long-one-1",
      firstName: "Ro",
      lastName: "Ot",
    };
    const create = (body: object) => ask(onlyA.url, "POST /api/auth/create-admin", { body });
    const refused = await create({ ...person, adminToken: "another" });
    expect([refused.status, refused.body.details]).to.deep.equal([403, "AUTH_UNAUTHORIZED"]);
    const created = await create({ ...person, adminToken: TOKEN });
    expect(created.status).to.equal(201);
    expect(created.body.user).to.include({ email: person.email, role: "admin", firstName: "Ro" });
    expect(created.body.token).to.be.a("string");
  });
});
