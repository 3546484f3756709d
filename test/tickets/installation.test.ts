import { expect } from "chai";
import { composeTickets, rotateTicketKey } from "../../src/api/tickets.ts";
import { createPool } from "../../src/store/database.ts";
import type { DocumentPorts } from "../../src/tickets/documents.ts";
import { newKeyText, signingKeyOf } from "../../src/tickets/keys.ts";
import { createTestDatabase, silent, type TestDatabase } from "../support/postgres.ts";

describe("the ticket keys of an installation", () => {
  let database: TestDatabase;
  let pool: ReturnType<typeof createPool>;

  before(async () => {
    database = await createTestDatabase();
    pool = createPool({ url: database.url, name: "ticket-keys", max: 8, log: silent });
  });
  after(async () => {
    await pool.end();
    await database.drop();
  });
  beforeEach(() => pool.query("delete from setting where name like 'ticket_signing_key%'"));

  /** The keys as a process knows them that starts now. */
  function keysOf(...configured: readonly string[]) {
    const reads = {} as DocumentPorts["reads"];
    return composeTickets({ config: { TICKET_SIGNING_KEY: [...configured] }, pool, reads }).keys;
  }
  const idsOf = async (keys: ReturnType<typeof keysOf>) => (await keys.all()).map(({ id }) => id);

  it("are one key to begin with, although all processes start at once", async () => {
    const ids = await Promise.all(Array.from({ length: 8 }, () => idsOf(keysOf())));
    expect(ids[0]).to.have.length(1);
    for (const other of ids) expect(other).to.deep.equal(ids[0]);
  });

  it("are rotated: the newest signs, and those before verify, in the order of their age", async () => {
    const made = await idsOf(keysOf());
    for (let at = 0; at < 10; at += 1) made.unshift(await rotateTicketKey(pool));
    const keys = keysOf();
    expect(await idsOf(keys)).to.deep.equal(made);
    expect((await keys.signer()).id).to.equal(made[0]);
    await pool.query("delete from setting where name = 'ticket_signing_key.5'");
    expect(await rotateTicketKey(pool), "after one was withdrawn").not.to.be.oneOf(made);
    expect(await idsOf(keysOf())).to.have.length(11);
  });

  it("are those of the configuration first, and then those that were there before", async () => {
    const [generated] = await idsOf(keysOf());
    const [newer, older] = [newKeyText(), newKeyText()];
    const expected = [signingKeyOf(newer).id, signingKeyOf(older).id, generated];
    expect(await idsOf(keysOf(newer, older))).to.deep.equal(expected);
  });

  it("are not generated where some are configured", async () => {
    const text = newKeyText();
    expect(await idsOf(keysOf(text))).to.deep.equal([signingKeyOf(text).id]);
    const { rowCount } = await pool.query("select from setting where name like 'ticket_signing_key%'");
    expect(rowCount).to.equal(0);
  });
});
