import { expect } from "chai";
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

  it("takes about the same time for a known and an unknown address", async () => {
    const { email } = await world.register();
    const medianMs = async (address: string) => {
      const times: number[] = [];
      for (let round = 0; round < 9; round += 1) {
        const startedMs = performance.now();
        await login(address, "not the password");
        times.push(performance.now() - startedMs);
      }
      return times.sort((a, b) => a - b)[4] as number;
    };
    const ratio = (await medianMs("nobody@example.com")) / (await medianMs(email));
    expect(ratio).to.be.within(0.4, 2.5);
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
