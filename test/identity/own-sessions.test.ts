import { randomUUID } from "node:crypto";
import { expect } from "chai";
import { PASSWORD, startWorld, type World } from "./world.ts";

describe("one's own sessions", () => {
  let world: World;
  before(async () => {
    world = await startWorld();
  });
  after(() => world.stop());

  const status = async (token: string) => (await world.call("GET", "/auth/validate", { token })).status;
  const list = async (token: string) => (await world.call("GET", "/auth/sessions", { token })).body.data;

  async function twice(): Promise<{ here: string; there: string; refreshToken: string }> {
    const { email, token } = await world.register();
    const { body } = await world.call("POST", "/auth/login", { body: { email, password: PASSWORD } });
    return { here: token, there: body.data.token, refreshToken: body.data.refresh_token };
  }

  it("are listed, the one that asks marked, those that ended left out", async () => {
    const { here, there } = await twice();
    const sessions = await list(here);
    expect(sessions).to.have.length(2);
    expect(sessions.map((one: { current: boolean }) => one.current)).to.have.members([true, false]);
    for (const session of sessions) {
      expect(session).to.have.all.keys("id", "created_at", "last_used_at", "expires_at", "current");
      expect(new Date(session.expires_at).getTime()).to.be.above(Date.now());
    }
    await world.call("POST", "/auth/logout", { token: there });
    expect(await list(here)).to.have.length(1);
  });

  it("are ended one by one, at once", async () => {
    const { here, there, refreshToken } = await twice();
    expect(await status(there)).to.equal(200);
    const other = (await list(here)).find((one: { current: boolean }) => !one.current);
    const ended = await world.call("DELETE", `/auth/sessions/${other.id}`, { token: here });
    expect([ended.status, ended.body.data]).to.deep.equal([200, { id: other.id }]);
    expect([await status(here), await status(there)]).to.deep.equal([200, 401]);
    const body = { refresh_token: refreshToken };
    expect((await world.call("POST", "/auth/refresh", { body })).status).to.equal(401);
    expect((await world.call("DELETE", `/auth/sessions/${other.id}`, { token: here })).status).to.equal(404);
  });

  it("are nobody else's: another's session answers as one that never was", async () => {
    const mine = await world.register();
    const theirs = await world.register();
    const [{ id }] = await list(theirs.token);
    const foreign = await world.call("DELETE", `/auth/sessions/${id}`, { token: mine.token });
    const missing = await world.call("DELETE", `/auth/sessions/${randomUUID()}`, { token: mine.token });
    expect([foreign.status, foreign.body]).to.deep.equal([404, missing.body]);
    expect(foreign.body.code).to.equal("SESSION_NOT_FOUND");
    expect(await status(theirs.token)).to.equal(200);
    const malformed = await world.call("DELETE", "/auth/sessions/all", { token: mine.token });
    expect(malformed.status).to.equal(400);
  });

  it("are ended all at once by logout-all, this one too", async () => {
    const { here, there, refreshToken } = await twice();
    const stranger = await world.register();
    const reply = await world.call("POST", "/auth/logout-all", { token: here });
    expect([reply.status, reply.body.data]).to.deep.equal([200, { sessions_ended: 2 }]);
    expect([await status(here), await status(there)]).to.deep.equal([401, 401]);
    const body = { refresh_token: refreshToken };
    expect((await world.call("POST", "/auth/refresh", { body })).status).to.equal(401);
    expect(await status(stranger.token)).to.equal(200);
  });
});
