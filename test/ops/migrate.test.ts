import { join } from "node:path";
import { expect } from "chai";
import pg from "pg";
import { installMailboxSchema } from "../../src/mailbox/schema.ts";
import { migrate } from "../../src/store/migrate.ts";
import { createTestDatabase, silent, type TestDatabase } from "../support/postgres.ts";
import { Program } from "../support/processes.ts";

const CLI = join(import.meta.dirname, "../../src/migrate.ts");

describe("bringing a database up to date", () => {
  let database: TestDatabase;
  let client: pg.Client;
  let emptyUrl: string;

  before(async () => {
    database = await createTestDatabase();
    client = new pg.Client({ connectionString: database.url });
    await client.connect();
    await client.query("create database migrated_at_once");
    const url = new URL(database.url);
    url.pathname = "/migrated_at_once";
    emptyUrl = url.href;
  });

  after(async () => {
    await client.query("drop database migrated_at_once");
    await client.end();
    await database.drop();
  });

  it("works from several processes at once, and changes nothing the next time", async () => {
    const steps = [installMailboxSchema];
    await Promise.all(Array.from({ length: 4 }, () => migrate(emptyUrl, silent, steps)));
    await migrate(emptyUrl, silent, steps);
    const reader = new pg.Client({ connectionString: emptyUrl });
    await reader.connect();
    const { rows } = await reader.query(
      "select name, count(*)::int as times from schema_migration group by name",
    );
    await reader.end();
    expect(rows).to.deep.include({ name: "0001_booking_engine", times: 1 });
    expect(rows.every(({ times }) => times === 1)).to.equal(true);
  });

  it("takes the database from DATABASE_URL as npm run migrate", async () => {
    const program = new Program([process.execPath, CLI], { env: { DATABASE_URL: emptyUrl } });
    expect(await program.ended).to.equal(0);
    expect(program.printed).to.contain("database is up to date");
  });

  it("asks for DATABASE_URL in one line where there is none", async () => {
    const program = new Program([process.execPath, CLI], { env: { DATABASE_URL: "" } });
    expect(await program.ended).to.equal(1);
    expect(program.printed).to.match(/^set DATABASE_URL; .*\n$/);
  });
});
