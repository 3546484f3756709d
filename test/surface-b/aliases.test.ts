import { expect } from "chai";
import type pg from "pg";
import { IdSource } from "../../src/ops/id-source.ts";
import { createAliases } from "../../src/store/aliases.ts";
import { createPool } from "../../src/store/database.ts";
import { createTestDatabase, silent, type TestDatabase } from "../support/postgres.ts";

describe("aliases", () => {
  const ids = new IdSource();
  let database: TestDatabase;
  let pool: pg.Pool;

  before(async () => {
    database = await createTestDatabase();
    pool = createPool({ url: database.url, name: "test-aliases", max: 10, log: silent });
  });
  after(async () => {
    await pool.end();
    await database.drop();
  });

  const some = (count: number) => Array.from({ length: count }, () => ids.newId());

  it("are one number for one thing, however many ask for it at once, in whatever order", async () => {
    const wanted = some(300);
    // Processes that remember nothing of each other.
    const askers = Array.from({ length: 20 }, () => createAliases(pool));
    const answers = await Promise.all(
      askers.map(async (aliases, at) => {
        const order = at % 2 === 0 ? wanted : wanted.toReversed();
        const mine = order.slice(at * 5, at * 5 + 200);
        const numbers = await aliases.numbersOf("booking", mine);
        return mine.map((id, index) => [id, numbers[index]] as const);
      }),
    );
    const known = new Map<string, number>();
    for (const [id, number] of answers.flat()) {
      expect(number).to.be.a("number").that.is.greaterThan(0);
      expect(known.get(id) ?? number).to.equal(number);
      known.set(id, number as number);
    }
    expect(new Set(known.values()).size).to.equal(known.size);
    const fresh = createAliases(pool);
    for (const [id, number] of known) expect(await fresh.idOf("booking", number)).to.equal(id);
  });

  it("stay for ever, and are counted by kind", async () => {
    const [person] = some(1) as [string];
    const [first] = await createAliases(pool).numbersOf("user", [person]);
    await createAliases(pool).numbersOf("user", some(10));
    const again = await createAliases(pool).numbersOf("user", [person, person]);
    expect(again).to.deep.equal([first, first]);
    expect(await createAliases(pool).idOf("waitlist_entry", first as number)).to.equal(null);
    expect(await createAliases(pool).idOf("user", 0)).to.equal(null);
  });

  it("are never larger than what every client reads exactly", async () => {
    await pool.query("select setval('alias_notification', 9007199254740990)");
    const [last] = await createAliases(pool).numbersOf("notification", some(1));
    expect(last).to.equal(Number.MAX_SAFE_INTEGER);
    const beyond = await createAliases(pool)
      .numbersOf("notification", some(1))
      .catch(() => "refused");
    expect(beyond).to.equal("refused");
  });
});
