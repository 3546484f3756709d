import { randomUUID } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { expect } from "chai";
import pg from "pg";
import { newRefreshToken } from "../../src/identity/refresh-tokens.ts";
import { createAccessTokens } from "../../src/identity/tokens.ts";
import { CREATION_TOKEN, PASSWORD, SECRET, startWorld, type World } from "./world.ts";

const NEW_PASSWORD = "quince tree 48 in fruit";

describe("a session", () => {
  let world: World;
  before(async () => {
    world = await startWorld();
  });
  after(() => world.stop());

  const validate = async (token: string) => (await world.call("GET", "/auth/validate", { token })).status;
  const login = async (email: string, password = PASSWORD) =>
    world.call("POST", "/auth/login", { body: { email, password } });
  const refresh = (token: string) => world.call("POST", "/auth/refresh", { body: { refresh_token: token } });

  it("is validated: 001's fields stand beside data and inside it", async () => {
    const { token, body } = await world.register();
    const reply = await world.call("GET", "/auth/validate", { token });
    expect(reply.body).to.include({ success: true, message: "Token is valid", valid: true });
    expect(reply.body.user).to.include({ id: body.data.user.id, role: "user", name: "Ada Example" });
    expect(reply.body.data).to.deep.equal({ valid: true, user: reply.body.user });
  });

  it("ends at once by logout, however often its token was used before", async () => {
    const { token, body } = await world.register();
    await Promise.all(Array.from({ length: 20 }, () => validate(token)));
    const reply = await world.call("POST", "/auth/logout", { token });
    expect(reply.status).to.equal(200);
    expect(reply.body).to.include({ message: "Logged out successfully" });
    expect(reply.body.hint).to.equal(reply.body.data.hint);
    expect(await validate(token)).to.equal(401);
    expect((await world.call("POST", "/auth/logout", { token })).status).to.equal(401);
    expect((await refresh(body.data.refresh_token)).status).to.equal(401);
  });

  it("ends without touching the user's other sessions", async () => {
    const { token, email } = await world.register();
    const other = (await login(email)).body.data.token;
    await world.call("POST", "/auth/logout", { token });
    expect(await validate(other)).to.equal(200);
  });

  it("tells the other processes whose tokens to forget", async () => {
    const listener = new pg.Client({ connectionString: world.pool.options.connectionString as string });
    await listener.connect();
    const heard: (string | undefined)[] = [];
    listener.on("notification", ({ payload }) => heard.push(payload));
    await listener.query("listen evently_sessions");
    const { token, body } = await world.register();
    const { sessionId } = JSON.parse(JSON.stringify(await world.authenticator.authenticate(token)));
    const passwords = { currentPassword: PASSWORD, newPassword: NEW_PASSWORD };
    await world.call("POST", "/auth/change-password", { token, body: passwords });
    await world.call("POST", "/auth/logout", { token });
    await listener.query("select 1");
    await listener.end();
    expect(heard).to.deep.equal([body.data.user.id, sessionId]);
  });

  describe("refreshing", () => {
    it("gives a new pair, and the new refresh token works in turn", async () => {
      const { body } = await world.register();
      const first = await refresh(body.data.refresh_token);
      expect(first.status).to.equal(200);
      expect(first.body.data.refresh_token).not.to.equal(body.data.refresh_token);
      expect(first.body.data.user.id).to.equal(body.data.user.id);
      expect(await validate(first.body.data.access_token)).to.equal(200);
      expect((await refresh(first.body.data.refresh_token)).status).to.equal(200);
    });

    it("with a used token ends the whole session: the thief's tokens too", async () => {
      const { body } = await world.register();
      const stolen = await refresh(body.data.refresh_token);
      expect(await validate(stolen.body.data.access_token)).to.equal(200);
      const again = await refresh(body.data.refresh_token);
      expect([again.status, again.body.code]).to.deep.equal([401, "AUTH_TOKEN_INVALID"]);
      expect(await validate(stolen.body.data.access_token)).to.equal(401);
      expect(await validate(body.data.token)).to.equal(401);
      expect((await refresh(stolen.body.data.refresh_token)).status).to.equal(401);
    });

    it("ten times at once succeeds at most once, and counts as reuse", async () => {
      const { body } = await world.register();
      const replies = await Promise.all(Array.from({ length: 10 }, () => refresh(body.data.refresh_token)));
      const won = replies.filter((reply) => reply.status === 200);
      expect(won).to.have.length(1);
      expect(await validate(won[0]?.body.data.access_token)).to.equal(401);
    });

    it("refuses access tokens, invented and expired ones, and a missing one", async () => {
      const { token, body } = await world.register();
      expect((await refresh(token)).status).to.equal(401);
      expect((await refresh(newRefreshToken(randomUUID()).token)).status).to.equal(401);
      expect((await refresh("x")).status).to.equal(401);
      expect((await world.call("POST", "/auth/refresh", { body: {} })).status).to.equal(400);
      await world.pool.query("update session set expires_at = now() where user_id = $1", [body.data.user.id]);
      expect((await refresh(body.data.refresh_token)).status).to.equal(401);
    });

    it("keeps no refresh token in the database", async () => {
      const { body } = await world.register();
      const { rows } = await world.pool.query("select session::text as row from session");
      const secret = body.data.refresh_token.split(".")[1];
      for (const { row } of rows) expect(row).not.to.contain(secret);
    });
  });

  describe("changing the password", () => {
    const change = (token: string, body: object) =>
      world.call("POST", "/auth/change-password", { token, body });

    it("ends the other sessions at once and keeps this one", async () => {
      const { email, token } = await world.register();
      const other = (await login(email)).body.data;
      expect(await validate(other.token)).to.equal(200);
      const reply = await change(token, { current_password: PASSWORD, new_password: NEW_PASSWORD });
      expect(reply.body).to.include({ success: true, message: "Password changed successfully" });
      expect(await validate(token)).to.equal(200);
      expect(await validate(other.token)).to.equal(401);
      expect((await refresh(other.refresh_token)).status).to.equal(401);
      expect((await login(email)).status).to.equal(401);
      expect((await login(email, NEW_PASSWORD)).status).to.equal(200);
    });

    it("needs the right present password and a new one that may be used", async () => {
      const { email, token } = await world.register();
      const wrong = await change(token, { currentPassword: "something else", newPassword: NEW_PASSWORD });
      expect([wrong.status, wrong.body.code]).to.deep.equal([401, "AUTH_INVALID_CREDENTIALS"]);
      for (const newPassword of ["short", "newpassword456", PASSWORD]) {
        const { status, body } = await change(token, { currentPassword: PASSWORD, newPassword });
        expect(status).to.equal(400);
        expect(body.details).to.have.key("newPassword");
      }
      expect((await login(email)).status).to.equal(200);
    });

    it("twice at once: one wins", async () => {
      const { email, token } = await world.register();
      const replies = await Promise.all(
        [1, 2, 3].map((n) =>
          change(token, { currentPassword: PASSWORD, newPassword: `${NEW_PASSWORD} ${n}` }),
        ),
      );
      expect(replies.map((reply) => reply.status).sort()).to.deep.equal([200, 401, 401]);
      const winner = replies.findIndex((reply) => reply.status === 200) + 1;
      expect((await login(email, `${NEW_PASSWORD} ${winner}`)).status).to.equal(200);
    });

    it("lets nobody in who proved the old password while it was being replaced", async () => {
      const { email, body } = await world.register();
      const userId = body.data.user.id;
      const proved = await world.users.credentialsByEmail(email);
      const open = () =>
        world.sessions.open({
          id: randomUUID(),
          userId,
          verifiedHash: proved?.passwordHash as string,
          refreshDigest: Buffer.alloc(32),
          ttlS: 60,
        });
      expect(await open()).to.equal(true);
      const changing = await world.pool.connect();
      await changing.query("begin");
      await changing.query("update users set password_hash = 'another' where id = $1", [userId]);
      const opened = open();
      const early = await Promise.race([opened, sleep(100, "still waiting")]);
      await changing.query("commit");
      changing.release();
      expect([early, await opened]).to.deep.equal(["still waiting", false]);
    });

    it("leaves no session behind that was opened meanwhile with the old password", async () => {
      const { email, token } = await world.register();
      const logins = Array.from({ length: 12 }, () => login(email));
      const changed = change(token, { currentPassword: PASSWORD, newPassword: NEW_PASSWORD });
      const opened = (await Promise.all(logins)).filter((reply) => reply.status === 200);
      expect((await changed).status).to.equal(200);
      for (const { body } of opened) expect(await validate(body.data.token)).to.equal(401);
    });
  });

  describe("whose user changes", () => {
    it("loses admin at once when demoted", async () => {
      const { token, body } = await world.register({ role: "admin", adminToken: CREATION_TOKEN });
      const admin = async () => (await world.call("GET", "/admin-only", { token })).status;
      expect(await admin()).to.equal(200);
      await world.pool.query("update users set role = 'user' where id = $1", [body.data.user.id]);
      world.authenticator.forget(body.data.user.id);
      expect(await admin()).to.equal(403);
    });

    it("ends at once when the user is deactivated", async () => {
      const { token, body } = await world.register();
      expect(await validate(token)).to.equal(200);
      await world.pool.query("update users set is_active = false where id = $1", [body.data.user.id]);
      world.authenticator.forget(body.data.user.id);
      expect(await validate(token)).to.equal(401);
      expect((await refresh(body.data.refresh_token)).status).to.equal(401);
    });

    it("does not believe the role in the token", async () => {
      const { token } = await world.register();
      const known = await world.authenticator.authenticate(token);
      if (typeof known === "string") throw new Error(known);
      const tokens = await createAccessTokens({ secret: SECRET, ttlS: 60 });
      const forged = await tokens.issue({ ...known, role: "admin" });
      expect((await world.call("GET", "/admin-only", { token: forged })).status).to.equal(403);
    });

    it("is nobody else's: a token that pairs one's session with another's id is refused", async () => {
      const [mine, theirs] = [await world.register(), await world.register()];
      const known = await world.authenticator.authenticate(mine.token);
      if (typeof known === "string") throw new Error(known);
      const mixed = await world.tokens.issue({ ...known, userId: theirs.body.data.user.id });
      expect(await validate(mixed)).to.equal(401);
    });
  });

  it("is deleted some time after its refresh token expired", async () => {
    const { body } = await world.register();
    await world.pool.query("update session set expires_at = now() - interval '1 s' where user_id = $1", [
      body.data.user.id,
    ]);
    expect(await world.sessions.deleteExpired()).to.be.at.least(1);
  });
});
