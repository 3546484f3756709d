import { randomUUID } from "node:crypto";
import { expect } from "chai";
import { createResetTokens } from "../../src/identity/reset-tokens.ts";
import { mediansOf } from "./medians.ts";
import { PASSWORD, SECRET, startWorld, type World } from "./world.ts";

const NEW_PASSWORD = "quince tree 48 in fruit";
const tokens = createResetTokens(SECRET);

describe("a forgotten password", () => {
  let world: World;
  before(async () => {
    world = await startWorld({ resetLimits: { resetAnswerMs: 60 } });
  });
  after(() => world.stop());

  const ask = (email: string) => world.call("POST", "/auth/forgot-password", { body: { email } });
  const reset = (token: string, next = NEW_PASSWORD) =>
    world.call("POST", "/auth/reset-password", { body: { token, new_password: next } });
  const login = async (email: string, password: string) =>
    (await world.call("POST", "/auth/login", { body: { email, password } })).status;

  /** What was written down for this person, the first first. */
  async function toldOf(
    userId: string,
    type: string,
  ): Promise<{ id: string; data: { reset_id?: string } }[]> {
    const { rows } = await world.pool.query(
      "select id, data, is_internal from notification where user_id = $1 and type = $2 order by created_at",
      [userId, type],
    );
    return rows;
  }

  /** Somebody who asked, with the token of their mail. */
  async function forgetful(): Promise<{ email: string; userId: string; token: string; access: string }> {
    const { email, body, token: access } = await world.register();
    const userId = body.data.user.id;
    expect((await ask(email)).status).to.equal(202);
    const [told] = await toldOf(userId, "password_reset");
    return { email, userId, access, token: tokens.tokenOf(told?.data.reset_id ?? "") };
  }

  /** As if it had been asked for this long ago. */
  const age = (userId: string, seconds: number) =>
    world.pool.query(
      `update password_reset set asked_at = asked_at - make_interval(secs => $2),
         expires_at = expires_at - make_interval(secs => $2) where user_id = $1`,
      [userId, seconds],
    );

  it("is answered with 202 and the same body, whether there is such an account or not", async () => {
    const { email } = await world.register();
    const gone = await world.register();
    await world.pool.query("update users set is_active = false where email = $1", [gone.email]);
    const known = await ask(email);
    expect(known.status).to.equal(202);
    expect(known.body).to.include({ success: true, data: null });
    for (const other of ["nobody@example.com", gone.email, email, email.toUpperCase()]) {
      const { status, body } = await ask(other);
      expect({ status, ...body, timestamp: 0 }).to.deep.equal({
        status: 202,
        ...known.body,
        timestamp: 0,
      });
    }
    expect(await toldOf(gone.body.data.user.id, "password_reset")).to.have.length(0);
  });

  it("is answered after the same time, though finding somebody takes 30 ms more: medians differ by less than 10", async () => {
    await world.pool.query(`create function linger() returns trigger language plpgsql as
      $$ begin perform pg_sleep(0.03); return new; end $$;
      create trigger lingering before insert on password_reset for each row execute function linger()`);
    const people = await Promise.all(Array.from({ length: 60 }, newcomer));
    const [known, unknown] = await mediansOf(
      (round) => ask(people[round - 1] ?? ""),
      (round) => ask(`nobody${round}@example.com`),
      (a, b) => Math.abs(a - b) < 10,
    );
    await world.pool.query("drop trigger lingering on password_reset");
    expect(Math.abs(known - unknown)).to.be.below(10);
  });

  /** Somebody who was never asked a password of. */
  async function newcomer(): Promise<string> {
    const email = `${randomUUID()}@example.com`;
    await world.pool.query(
      "insert into users (id, email, password_hash, name) values (gen_random_uuid(), $1, 'none', 'New')",
      [email],
    );
    return email;
  }

  it("sends one mail per account in five minutes, however many ask at once", async () => {
    const { email, body } = await world.register();
    const userId = body.data.user.id;
    await Promise.all(Array.from({ length: 10 }, () => ask(email)));
    expect(await toldOf(userId, "password_reset")).to.have.length(1);
    await age(userId, 299);
    await ask(email);
    expect(await toldOf(userId, "password_reset")).to.have.length(1);
    await age(userId, 2);
    await ask(email);
    const told = await toldOf(userId, "password_reset");
    expect(told).to.have.length(2);
    expect(told[0]).to.include({ is_internal: true });
  });

  it("is carried by e-mail; nothing of the secret is at rest", async () => {
    const { userId, token } = await forgetful();
    const [told] = await toldOf(userId, "password_reset");
    expect(Object.keys(told?.data ?? {})).to.deep.equal(["reset_id"]);
    const { rows: ways } = await world.pool.query(
      "select channel from notification_delivery where notification_id = $1",
      [told?.id],
    );
    expect(ways).to.deep.equal([{ channel: "email" }]);
    const secret = token.split(".")[1] ?? "";
    for (const table of ["password_reset", "notification", "notification_delivery"]) {
      const { rows } = await world.pool.query(`select t::text as row from ${table} t`);
      for (const { row } of rows) expect(row).not.to.contain(secret);
    }
  });

  it("is replaced: the new one opens the account, all sessions end, and the person is told", async () => {
    const { email, userId, token, access } = await forgetful();
    expect((await world.call("GET", "/auth/validate", { token: access })).status).to.equal(200);
    const reply = await reset(token);
    expect([reply.status, reply.body.success]).to.deep.equal([200, true]);
    expect((await world.call("GET", "/auth/validate", { token: access })).status).to.equal(401);
    expect(await login(email, PASSWORD)).to.equal(401);
    expect(await login(email, NEW_PASSWORD)).to.equal(200);
    expect(await toldOf(userId, "password_changed")).to.have.length(1);
  });

  it("is replaced once, also when the link is used ten times at once", async () => {
    const { email, token, userId } = await forgetful();
    const replies = await Promise.all(
      Array.from({ length: 10 }, (_, at) => reset(token, `${NEW_PASSWORD} ${at}`)),
    );
    const won = replies.flatMap(({ status }, at) => (status === 200 ? [at] : []));
    expect(won).to.have.length(1);
    for (const { status, body } of replies.filter((one) => one.status !== 200)) {
      expect([status, body.code]).to.deep.equal([401, "AUTH_TOKEN_INVALID"]);
    }
    expect(await login(email, `${NEW_PASSWORD} ${won[0]}`)).to.equal(200);
    expect(await toldOf(userId, "password_changed")).to.have.length(1);
    expect((await reset(token)).status).to.equal(401);
  });

  it("is not replaced by a link that is over an hour old", async () => {
    const late = await forgetful();
    await age(late.userId, 3_601);
    expect((await reset(late.token)).body.code).to.equal("AUTH_TOKEN_INVALID");
    const early = await forgetful();
    await age(early.userId, 3_590);
    expect((await reset(early.token)).status).to.equal(200);
  });

  it("is not replaced by the link before the last, or by one from before the password was changed", async () => {
    const twice = await forgetful();
    await age(twice.userId, 301);
    await ask(twice.email);
    expect((await reset(twice.token)).status).to.equal(401);
    const changed = await forgetful();
    const body = { currentPassword: PASSWORD, newPassword: NEW_PASSWORD };
    await world.call("POST", "/auth/change-password", { token: changed.access, body });
    expect((await reset(changed.token, "medlar tree 49 in leaf")).status).to.equal(401);
    expect(await toldOf(changed.userId, "password_changed")).to.have.length(1);
  });

  it("is not replaced by what somebody made up, in another's name, or once deactivated", async () => {
    const { token, userId, access } = await forgetful();
    const other = await forgetful();
    const [id = "", mac = ""] = token.split(".");
    for (const forged of [
      "",
      "x",
      id,
      `${id}.`,
      `${id}.${"A".repeat(43)}`,
      `${id}.${mac}x`,
      `${other.token.split(".")[0]}.${mac}`,
      createResetTokens(`${SECRET}x`).tokenOf(id),
      tokens.tokenOf(randomUUID()),
      access,
      `${"ü".repeat(36)}.${mac}`,
      "' or '1'='1",
    ]) {
      const { status, body } = await reset(forged);
      expect([status, body.code], forged).to.deep.equal([401, "AUTH_TOKEN_INVALID"]);
    }
    await world.pool.query("update users set is_active = false where id = $1", [userId]);
    expect((await reset(token)).status).to.equal(401);
  });

  it("is not replaced by one that nobody may have; the link still works", async () => {
    const { email, token } = await forgetful();
    for (const weak of ["short", "password123", email, "x".repeat(1_025)]) {
      const { status, body } = await reset(token, weak);
      expect([status, Object.keys(body.details)]).to.deep.equal([400, ["new_password"]]);
    }
    const body = { token, newPassword: NEW_PASSWORD };
    expect((await world.call("POST", "/auth/reset-password", { body })).status).to.equal(200);
  });

  it("takes no body but its own", async () => {
    for (const body of [{}, { email: "no address" }, { email: "a@b.co", role: "admin" }, { email: {} }]) {
      expect((await world.call("POST", "/auth/forgot-password", { body })).status).to.equal(400);
    }
    for (const body of [{ token: "x" }, { token: 1, new_password: NEW_PASSWORD }, { user_id: "x" }]) {
      expect((await world.call("POST", "/auth/reset-password", { body })).status).to.equal(400);
    }
  });
});
