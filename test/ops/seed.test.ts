import { join } from "node:path";
import { expect } from "chai";
import pg from "pg";
import { Client } from "../support/client.ts";
import { createTestDatabase, type TestDatabase } from "../support/postgres.ts";
import { Program } from "../support/processes.ts";
import { type Role, startRole } from "../support/system.ts";

const CLI = join(import.meta.dirname, "../../src/seed.ts");

describe("npm run seed", () => {
  let database: TestDatabase;
  let api: Role;
  let client: pg.Client;
  before(async () => {
    database = await createTestDatabase();
    client = new pg.Client({ connectionString: database.url });
    await client.connect();
  });
  after(async () => {
    await api?.stop();
    await client.end();
    await database.drop();
  });

  async function seed(env: Record<string, string> = {}): Promise<{ code: unknown; printed: string }> {
    const program = new Program([process.execPath, CLI], { env: { DATABASE_URL: database.url, ...env } });
    const code = await program.ended;
    return { code, printed: program.printed };
  }
  const row = (printed: string, what: string) =>
    printed.split("\n").filter((line) => line.trim().startsWith(what));

  it("makes user 1 and admin 2, whose printed passwords work, and three events with seats", async () => {
    const { code, printed } = await seed();
    expect(code).to.equal(0);
    const [user = "", admin = ""] = [...row(printed, "user"), ...row(printed, "admin")];
    expect(user).to.match(/^ +user +1 {2}user@sample/);
    expect(admin).to.match(/^ +admin +2 {2}admin@sample/);
    expect(row(printed, "event")).to.have.length(3);
    api = await startRole("api", database.url);
    const http = new Client(api.url);
    for (const [line, role] of [
      [user, "user"],
      [admin, "admin"],
    ] as const) {
      const [, email, password] = /(\S+@\S+) +password: (\S+)/.exec(line) ?? [];
      const { status, body } = await http.post("/auth/login", { email, password });
      expect([status, body.data.user.role]).to.deep.equal([200, role]);
    }
    const { data } = (await http.get("/events")).body;
    expect(data).to.have.length(3);
    for (const event of data) {
      expect(event).to.include({ seated: true, status: "active", sale_status: "open" });
      const seats = (await http.get(`/events/${event.id}/seats`)).body.data;
      expect(seats.summary.total_available).to.be.above(0);
    }
  });

  it("changes nothing when it runs again, and prints no password twice", async () => {
    const rows = async () => {
      const { rows: found } = await client.query(
        `select (select json_agg(u order by id) from users u)::text || (select json_agg(e order by event_id) from event e)::text
           || (select json_agg(a order by number) from alias a)::text as all`,
      );
      return found[0].all as string;
    };
    const before = await rows();
    const { code, printed } = await seed();
    expect(code).to.equal(0);
    expect(printed).to.contain("was there already").and.not.to.contain("password:");
    expect(await rows()).to.equal(before);
  });

  it("refuses in production", async () => {
    const { code, printed } = await seed({
      NODE_ENV: "production",
      PAYMENT_PROVIDER: "test",
      HOST: "127.0.0.1",
    });
    expect(code).to.equal(1);
    expect(printed).to.match(/^NODE_ENV is production: .*\n$/);
  });
});
