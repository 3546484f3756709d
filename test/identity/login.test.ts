import { expect } from "chai";
import { mediansOf } from "./medians.ts";
import { PASSWORD, type Reply, startWorld, type World } from "./world.ts";

describe("logging in", () => {
  let world: World;
  before(async () => {
    world = await startWorld();
  });
  after(() => world.stop());

  const login = (email: string, password: string) =>
    world.call("POST", "/auth/login", { body: { email, password } });
  const seen = ({ status, body, headers }: Reply) => [status, body, headers.get("www-authenticate")];

  it("answers with person and tokens, whatever the case of the address", async () => {
    const { email } = await world.register();
    const { status, body } = await login(email.toUpperCase(), PASSWORD);
    expect(status).to.equal(200);
    expect(body.message).to.equal("Login successful");
    expect(body.data).to.include({ token_type: "bearer", expires_in: 86_400, expiresIn: "24h" });
    expect(body.data.user).to.include({ email, role: "user" });
    expect((await world.call("GET", "/auth/validate", { token: body.data.access_token })).status).to.equal(
      200,
    );
  });

  it("tells a wrong password, an unknown address and a deactivated user in the same words", async () => {
    const { email } = await world.register();
    const gone = await world.register();
    await world.pool.query("update users set is_active = false where email = $1", [gone.email]);
    const wrong = await login(email, "not the password");
    expect([wrong.status, wrong.body.code]).to.deep.equal([401, "AUTH_INVALID_CREDENTIALS"]);
    expect(wrong.headers.get("www-authenticate")).to.match(/^Bearer/);
    for (const reply of [await login("nobody@example.com", PASSWORD), await login(gone.email, PASSWORD)]) {
      expect(seen(reply)).to.deep.equal(seen(wrong));
    }
  });

  it("takes the same time for a known and an unknown address: medians differ by less than a quarter", async () => {
    const { email } = await world.register();
    const wrong = (address: string) => () => login(address, "not the password");
    const agree = (a: number, b: number) => Math.abs(a / b - 1) < 0.25;
    const [known, unknown] = await mediansOf(wrong(email), wrong("nobody@example.com"), agree);
    expect(unknown / known).to.be.within(0.75, 1.34);
  });

  it("refuses bodies that are none", async () => {
    for (const body of [
      {},
      { email: "a@example.com" },
      { email: [], password: {} },
      { email: "a@b.co", password: "x", x: 1 },
    ]) {
      const reply = await world.call("POST", "/auth/login", { body });
      expect([reply.status, reply.body.code]).to.deep.equal([400, "VALIDATION_ERROR"]);
    }
  });

  it("finds nobody by SQL or a pattern", async () => {
    for (const email of ["' or '1'='1", "%", "_@example.com", "*"]) {
      expect((await login(email, PASSWORD)).status).to.equal(401);
    }
  });

  it("takes no password of a megabyte, wherever one is taken, and is quick about it", async () => {
    const { email, token } = await world.register();
    const endless = "x".repeat(1_000_000);
    const attempts: [string, object][] = [
      ["/auth/login", { email, password: endless }],
      ["/auth/login", { email: endless, password: PASSWORD }],
      ["/auth/change-password", { currentPassword: endless, newPassword: PASSWORD }],
      ["/auth/change-password", { currentPassword: PASSWORD, newPassword: endless }],
      ["/auth/reset-password", { token: "x", new_password: endless }],
      ["/auth/reset-password", { token: endless, new_password: PASSWORD }],
      ["/auth/forgot-password", { email: `${endless}@example.com` }],
      ["/auth/refresh", { refresh_token: endless }],
    ];
    for (const [path, body] of attempts) {
      const startedMs = performance.now();
      const reply = await world.call("POST", path, { token, body });
      expect(reply.status, path).to.be.oneOf([400, 413]);
      expect(performance.now() - startedMs, path).to.be.below(500);
      expect(JSON.stringify(reply.body).length).to.be.below(2_000);
    }
  });

  it("takes no empty password for anything", async () => {
    const { email } = await world.register();
    expect((await login(email, "")).status).to.equal(401);
  });
});

describe("five hundred logins at once", () => {
  it("are shed beyond the bounded line, and the rest are served", async () => {
    const world = await startWorld({ hashQueueMax: 20 });
    try {
      const { email } = await world.register();
      const body = { email, password: PASSWORD };
      const all = Array.from({ length: 500 }, () => world.call("POST", "/auth/login", { body }));
      const replies = await Promise.all(all);
      const shed = replies.filter((reply) => reply.status === 503);
      const served = replies.filter((reply) => reply.status === 200);
      expect(shed.length + served.length).to.equal(500);
      expect(served.length).to.be.at.least(22);
      expect(shed.length).to.be.at.least(300);
      for (const { body: told } of shed) {
        expect(told.code).to.equal("Overloaded");
        expect(told.retryAfterMs).to.be.at.least(1_000);
      }
      expect((await world.call("POST", "/auth/login", { body })).status).to.equal(200);
    } finally {
      await world.stop();
    }
  });
});
