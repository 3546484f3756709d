import { expect } from "chai";
import pg from "pg";
import { createPasswordHasher } from "../../src/identity/passwords.ts";
import { createResetTokens } from "../../src/identity/reset-tokens.ts";
import { Client, type Reply } from "../support/client.ts";
import { createTestDatabase, type TestDatabase } from "../support/postgres.ts";
import { type Role, startRole } from "../support/system.ts";

const PASSWORD = "plum tree 47 b";
const SECRET = "a-signing-secret-of-these-tests-long-enough";
const LIMITS = "all=1000000/60,failed_logins=4/900,failed_logins_by_address=8/900,failed_refreshes=3/900";

/** The headers are about the limit that refused, and agree with when to come back. */
function expectUsedUp({ status, headers }: Reply, name: string, points: number): void {
  expect(status).to.equal(429);
  const retryAfterS = headers.get("retry-after");
  expect(headers.get("x-ratelimit-limit")).to.equal(String(points));
  expect(headers.get("x-ratelimit-remaining")).to.equal("0");
  expect(headers.get("ratelimit")).to.equal(`"${name}";r=0;t=${retryAfterS}`);
  expect(headers.get("ratelimit-policy")).to.equal(`"${name}";q=${points};w=900`);
}

describe("guessing passwords and tokens", () => {
  let database: TestDatabase;
  let db: pg.Pool;
  let api: Role;
  let client: Client;
  let passwordHash = "";
  let made = 0;

  const anywhere = () => {
    made += 1;
    return `198.51.${made >> 8}.${made & 255}`;
  };
  /** Somebody's e-mail; they have an account, and never logged in. */
  const somebody = async (): Promise<string> => {
    made += 1;
    const email = `somebody-${made}@example.com`;
    const insert =
      "insert into users (id, email, password_hash, name, role) values ($1, $2, $3, 'S', 'user')";
    await db.query(insert, [crypto.randomUUID(), email, passwordHash]);
    return email;
  };
  const login = (email: string, password: string, address = anywhere()): Promise<Reply> =>
    client.post("/auth/login", { email, password }, { headers: { "x-forwarded-for": address } });
  const statusOf = async (reply: Promise<Reply>) => (await reply).status;
  const failing = async (times: number, email: string, from?: string): Promise<number[]> => {
    const statuses: number[] = [];
    for (let time = 0; time < times; time += 1)
      statuses.push(await statusOf(login(email, "a wrong one", from)));
    return statuses;
  };

  before(async () => {
    database = await createTestDatabase();
    db = new pg.Pool({ connectionString: database.url, max: 2 });
    passwordHash = await createPasswordHasher({ concurrencyMax: 1, queueMax: 1 }).hash(PASSWORD);
    const env = { RATE_LIMITS: LIMITS, TRUSTED_PROXIES: "127.0.0.1", JWT_SECRET: SECRET };
    api = await startRole("api", database.url, env);
    client = new Client(api.url);
  });
  after(async () => {
    await db.end();
    const code = await api.stop();
    await database.drop();
    expect(code).to.equal(0);
  });

  it("is over after a few failures to one account, from wherever they come, also with the right password", async () => {
    const email = await somebody();
    expect(await failing(5, email)).to.deep.equal([401, 401, 401, 401, 429]);
    const refused = await login(email.toUpperCase(), PASSWORD);
    expect(refused.status).to.equal(429);
    expect(refused.body).to.include({ code: "RATE_LIMIT_EXCEEDED", rate_limit: "failed_logins" });
    expect(Number(refused.headers.get("retry-after"))).to.be.within(800, 900);
    expectUsedUp(refused, "failed_logins", 4);
    expect(await statusOf(login(await somebody(), PASSWORD)), "others").to.equal(200);
  });

  it("shows nothing of which accounts there are", async () => {
    const [known, unknown] = [await somebody(), `nobody-${made}@example.com`];
    const replies = async (email: string) => {
      const all: unknown[] = [];
      for (let time = 0; time < 6; time += 1) {
        const { status, body } = await login(email, "a wrong one");
        const text = body.error.replace(/\d+ s$/, "");
        all.push({ status, code: body.code, text, rate_limit: body.rate_limit });
      }
      return all;
    };
    expect(await replies(unknown)).to.deep.equal(await replies(known));
  });

  it("does not lock an owner out where they were before, nor for longer than a window elsewhere", async () => {
    const [email, home] = [await somebody(), anywhere()];
    expect(await statusOf(login(email, PASSWORD, home))).to.equal(200);
    expect(await failing(5, email)).to.deep.equal([401, 401, 401, 401, 429]);
    expect(await statusOf(login(email, PASSWORD, home)), "at home").to.equal(200);
    expect(await failing(5, email, home), "but not without a limit").to.deep.equal([401, 401, 401, 401, 429]);
  });

  it("lets an owner in from anywhere after a password reset", async () => {
    const [email, address] = [await somebody(), anywhere()];
    expect(await failing(5, email)).to.deep.equal([401, 401, 401, 401, 429]);
    const headers = { "x-forwarded-for": address };
    expect(await statusOf(client.post("/auth/forgot-password", { email }, { headers }))).to.equal(202);
    const { rows } = await db.query(
      "select data from notification n join users u on u.id = n.user_id where u.email = $1",
      [email],
    );
    const body = {
      token: createResetTokens(SECRET).tokenOf(rows[0].data.reset_id),
      new_password: "pear tree 48 c",
    };
    expect(await statusOf(client.post("/auth/reset-password", body, { headers }))).to.equal(200);
    await failing(5, email);
    expect(await statusOf(login(email, "pear tree 48 c", address))).to.equal(200);
  });

  it("does not count what was right", async () => {
    const email = await somebody();
    for (let time = 0; time < 6; time += 1) expect(await statusOf(login(email, PASSWORD))).to.equal(200);
    expect(await failing(4, email)).to.deep.equal([401, 401, 401, 401]);
  });

  it("is over after some failures from one address, whatever the account", async () => {
    const address = anywhere();
    for (let time = 0; time < 4; time += 1) {
      expect(await failing(2, await somebody(), address)).to.deep.equal([401, 401]);
    }
    const refused = await login(await somebody(), PASSWORD, address);
    expect(refused.status).to.equal(429);
    expect(refused.body.rate_limit).to.equal("failed_logins_by_address");
    expectUsedUp(refused, "failed_logins_by_address", 8);
    expect(await statusOf(login(await somebody(), PASSWORD))).to.equal(200);
  });

  it("is no faster when all guesses come at once", async () => {
    const email = await somebody();
    const replies = await Promise.all(Array.from({ length: 60 }, () => login(email, "a wrong one")));
    const looked = replies.filter(({ status }) => status === 401);
    expect(looked).to.have.length(4);
    expect(new Set(replies.map(({ status }) => status))).to.deep.equal(new Set([401, 429]));
  });

  it("refuses nobody of many who are right at once, from one address", async () => {
    const [address, emails] = [anywhere(), await Promise.all(Array.from({ length: 20 }, somebody))];
    const replies = await Promise.all(emails.map((email) => login(email, PASSWORD, address)));
    expect(new Set(replies.map(({ status }) => status))).to.deep.equal(new Set([200]));
  });

  it("of the current password is bounded for who is logged in, whatever strangers fail at", async () => {
    const email = await somebody();
    const { token } = (await login(email, PASSWORD)).body.data;
    await failing(5, email);
    const change = (currentPassword: string) =>
      client.post("/auth/change-password", { currentPassword, newPassword: "pear tree 48 c" }, { token });
    for (let time = 0; time < 4; time += 1) expect(await statusOf(change("a wrong one"))).to.equal(401);
    const refused = await change(PASSWORD);
    expect(refused.status).to.equal(429);
    expect(refused.headers.get("retry-after")).to.match(/^\d+$/);
    expectUsedUp(refused, "failed_logins", 4);
  });

  it("of refresh tokens is bounded by address", async () => {
    const refresh = (from: string) =>
      client.post(
        "/auth/refresh",
        { refresh_token: `${crypto.randomUUID()}.${"x".repeat(43)}` },
        { headers: { "x-forwarded-for": from } },
      );
    const address = anywhere();
    const statuses: number[] = [];
    for (let time = 0; time < 3; time += 1) statuses.push(await statusOf(refresh(address)));
    expect(statuses).to.deep.equal([401, 401, 401]);
    expectUsedUp(await refresh(address), "failed_refreshes", 3);
    expect(await statusOf(refresh(anywhere()))).to.equal(401);
  });
});
