import { expect } from "chai";
import type pg from "pg";
import { createPool } from "../../src/store/database.ts";
import { loadTokenKeys } from "../../src/store/token-keys.ts";
import { Client } from "../support/client.ts";
import { createTestDatabase, silent, type TestDatabase } from "../support/postgres.ts";
import { createAdmin, type Role, startRole } from "../support/system.ts";
import { until } from "../support/until.ts";
import { EXIT, operatorOn } from "./operator.ts";

const TTL_S = 7_200;
const HOUR = "interval '1 hour'";

describe("the key that signs access tokens", () => {
  let database: TestDatabase;
  let pool: pg.Pool;
  let apis: Role[];
  let clients: [Client, Client];
  let evently: ReturnType<typeof operatorOn>;

  before(async () => {
    database = await createTestDatabase();
    pool = createPool({ url: database.url, name: "keys-test", max: 2, log: silent });
    evently = operatorOn(database.url);
    await createAdmin(database.url);
    const env = { ACCESS_TOKEN_TTL_S: `${TTL_S}` };
    apis = await Promise.all([startRole("api", database.url, env), startRole("api", database.url, env)]);
    clients = apis.map(({ url }) => new Client(url)) as [Client, Client];
  });
  after(async () => {
    await Promise.all(apis.map((api) => api.stop()));
    await pool.end();
    await database.drop();
  });

  const kidOf = (token: string) =>
    JSON.parse(Buffer.from(token.split(".")[0] as string, "base64url").toString()).kid;
  const statuses = (token: string) =>
    Promise.all(clients.map(async (client) => (await client.get("/auth/profile", { token })).status));
  const keys = async () =>
    (await pool.query("select number from token_key order by number")).rows.map(({ number }) => number);
  /** As if so much time had passed since the rotations. */
  const pass = (time: string) => pool.query(`update token_key set signs_from = signs_from - ${time}`);

  it("is rotated while processes run, and nobody is logged out", async () => {
    const [one, other] = clients;
    const old = await one.adminToken();
    expect(await statuses(old)).to.deep.equal([200, 200]);
    const rotated = await evently(["rotate-token-key", "--json"]);
    expect(rotated.code).to.equal(EXIT.done);
    const signsInMs = Date.parse(rotated.json.signs_from) - Date.now();
    expect(signsInMs).to.be.within(50_000, 61_000);
    const keptMs = Date.parse(rotated.json.old_key_verifies_until) - Date.parse(rotated.json.signs_from);
    expect(keptMs).to.be.at.least(TTL_S * 1_000);

    // Until every process had time to learn of it, the old one signs.
    expect(kidOf(await one.adminToken())).to.equal(kidOf(old));
    const again = await evently(["rotate-token-key"]);
    expect(again.code).to.equal(EXIT.refused);
    expect(again.out).to.contain("a new key was made already");

    await pass("interval '1 minute'");
    // A third process signs with it before the others have looked: they find it by its name, looking once a second at most.
    const third = await startRole("api", database.url, { ACCESS_TOKEN_TTL_S: `${TTL_S}` });
    try {
      const fresh = await new Client(third.url).adminToken();
      expect(kidOf(fresh)).not.to.equal(kidOf(old));
      await until("both have found it", async () =>
        (await statuses(fresh)).every((status) => status === 200),
      );
    } finally {
      await third.stop();
    }
    expect(await statuses(old)).to.deep.equal([200, 200]);
    expect(kidOf(await other.adminToken())).not.to.equal(kidOf(old));
  });

  it("goes when the last token that it signed has run out, and no sooner", async () => {
    expect(await keys()).to.deep.equal([1, 2]);
    await pass(HOUR);
    expect(await loadTokenKeys(pool, TTL_S)).to.have.length(2);
    await pass(HOUR);
    await pass("interval '2 minutes'");
    expect(await loadTokenKeys(pool, TTL_S)).to.have.length(1);
    const rotated = await evently(["rotate-token-key"]);
    expect(rotated.code).to.equal(EXIT.done);
    expect(await keys()).to.deep.equal([2, 3]);
  });

  it("is kept for as long as the longest token of whichever process signs", async () => {
    await pass("interval '1 minute'");
    await loadTokenKeys(pool, 86_400);
    await loadTokenKeys(pool, 600);
    const { rows } = await pool.query("select ttl_s_max from token_key order by number desc limit 1");
    expect(rows).to.deep.equal([{ ttl_s_max: 86_400 }]);
  });

  it("is one even where it is rotated by many at once", async () => {
    await pass("interval '2 days'");
    const answers = await Promise.all(Array.from({ length: 4 }, () => evently(["rotate-token-key"])));
    expect(answers.map(({ code }) => code).toSorted()).to.deep.equal([
      EXIT.done,
      EXIT.refused,
      EXIT.refused,
      EXIT.refused,
    ]);
  });

  it("is written into the audit, and never shown", async () => {
    const { rows } = await pool.query(
      "select actor, changes::text from admin_audit where action = 'token_key.rotated'",
    );
    expect(rows.length).to.be.at.least(2);
    const secrets = (await pool.query("select secret from token_key")).rows.map(({ secret }) => secret);
    for (const secret of secrets) expect(JSON.stringify(rows)).not.to.contain(secret);
    expect(rows[0].actor).to.equal("operator tester@here");
  });

  it("is JWT_SECRET where that is set: a list, of which the first signs and all verify", async () => {
    const [older, newer] = ["an older secret of thirty-two letters", "a newer secret of thirty-two letters!"];
    const start = (JWT_SECRET: string) => startRole("api", database.url, { JWT_SECRET });
    const roles = await Promise.all([start(older), start(`${older},${newer}`), start(`${newer}, ${older}`)]);
    try {
      const [before, during, after] = roles.map(({ url }) => new Client(url)) as [Client, Client, Client];
      const [first, last] = [await before.adminToken(), await after.adminToken()];
      const seenBy = (client: Client, token: string) => client.get("/auth/profile", { token });
      expect((await seenBy(during, first)).status).to.equal(200);
      expect((await seenBy(during, last)).status).to.equal(200);
      expect((await seenBy(after, first)).status).to.equal(200);
      expect((await seenBy(before, last)).status).to.equal(401);
    } finally {
      await Promise.all(roles.map((role) => role.stop()));
    }
    const told = await evently(["rotate-token-key"], { env: { JWT_SECRET: older } });
    expect(told.code).to.equal(EXIT.refused);
    expect(told.out).to.contain("JWT_SECRET=new,old");
  });
});
