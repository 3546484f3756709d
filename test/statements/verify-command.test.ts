import { sign } from "node:crypto";
import { expect } from "chai";
import type { EventId } from "../../src/domain/ids.ts";
import { canonical } from "../../src/statements/canonical.ts";
import { readStatement, signStatement } from "../../src/statements/sign.ts";
import type { Statement } from "../../src/statements/statement.ts";
import { VERIFY_USAGE, verifyCommand } from "../../src/statements/verify-command.ts";
import { encodeTicket, readCode } from "../../src/tickets/code.ts";
import { jwkOf, newKeyText, signingKeyOf } from "../../src/tickets/keys.ts";
import { Engine } from "../engine/engine.ts";
import { CLAIM } from "../tickets/claims.ts";
import { exportedLedger, KEY, linesOf, statementOf } from "./support.ts";

const BOOKINGS = 6;
const KEYS = JSON.stringify({ keys: [jwkOf(KEY)] });

describe("npm run statement:verify", () => {
  let statement: Statement;
  let ledger: readonly string[];
  let engine: Engine;
  let eventId: EventId;

  before(async () => {
    engine = await Engine.start();
    eventId = await engine.event({ capacity: 4, name: "The \u001b[31mred\u202e one" });
    await engine.send(eventId, ...Array.from({ length: BOOKINGS }, () => engine.book(eventId)));
    await engine.drain(eventId, engine.worker());
    statement = await statementOf(engine.pool, eventId);
    ledger = await exportedLedger(engine.pool, eventId);
  });
  after(() => engine.stop());

  /** Runs the command on files that are given as texts. */
  async function run(
    files: Readonly<Record<string, string>>,
    given: readonly string[] = [],
  ): Promise<{ readonly code: number; readonly printed: string; readonly complained: string }> {
    const [printed, complained]: [string[], string[]] = [[], []];
    const contentOf = (path: string) => {
      const text = files[path];
      if (text === undefined) throw new Error(`there is no ${path}`);
      return text;
    };
    const options = Object.keys(files).flatMap((name) => [`--${name}`, name]);
    const code = await verifyCommand([...options, ...given], {
      readFile: async (path) => contentOf(path),
      linesOf: (path) => linesOf(contentOf(path).split("\n")),
      print: (line) => printed.push(line),
      complain: (line) => complained.push(line),
    });
    return { code, printed: printed.join("\n"), complained: complained.join("\n") };
  }

  const signed = (of: Statement = statement) => JSON.stringify(signStatement(of, KEY));
  const withLedger = (lines: readonly string[], of?: Statement) =>
    run({ statement: signed(of), key: KEYS, ledger: lines.join("\n") });

  it("says in words what is stated, and 0 where it is genuine", async () => {
    const { code, printed } = await run({ statement: signed(), key: KEYS });
    expect(code).to.equal(0);
    expect(printed).to.include("4 of 4 sold for 80.00 USD, 0 held, 0 cancelled (0 refunded)");
    expect(printed).to.match(/refused {3}2 tickets of 2 requests/);
    expect(printed).to.match(/Not final: the sale has not ended\./);
    expect(printed).to.match(/genuine\. Without a ledger, what it says was not counted again\.$/);
    expect(printed.replaceAll("\n", ""), "a terminal would obey").not.to.match(/[\p{Cc}\p{Cf}]/u);
  });

  it("counts a ledger again, given an entry or a whole reply a line, and what came later besides", async () => {
    const entries = ledger.map((line) => JSON.parse(line));
    const pages = [entries.slice(0, 4), entries.slice(4)].map((page) =>
      JSON.stringify({ success: true, data: { entries: page } }),
    );
    for (const lines of [ledger, pages, [...ledger, "", JSON.stringify({ ...entries[0], seq: 99 })]]) {
      const { code, printed } = await withLedger(lines);
      expect(code, printed).to.equal(0);
      expect(printed).to.match(
        new RegExp(`every figure follows from the ${BOOKINGS + 1} entries of the ledger\\.$`),
      );
    }
  });

  it("takes a reply of the API as it is, formatted anew, and with its members in another order", async () => {
    const reply = {
      success: true,
      data: signStatement(statement, KEY),
      timestamp: "2030-01-01T00:00:00.000Z",
    };
    const reversed = JSON.stringify(reply, (_, value) =>
      value !== null && typeof value === "object" && !Array.isArray(value)
        ? Object.fromEntries(Object.entries(value).reverse())
        : value,
    );
    for (const text of [JSON.stringify(reply), JSON.stringify(reply, null, 2), reversed])
      expect((await run({ statement: text, key: KEYS })).code).to.equal(0);
  });

  it("says 1 and where they part, where the ledger is another one", async () => {
    const changed = [...ledger];
    changed[2] = changed[2]?.replace('"quantity":1', '"quantity":2') ?? "";
    const entry = { code: 1, says: /✗ entry 3 was changed: it carries the digest [0-9a-f]{64}/ };
    const cases: readonly (readonly [readonly string[], typeof entry])[] = [
      [changed, entry],
      [ledger.slice(0, -1), { code: 1, says: /✗ it ends at entry 6, and the statement is of 7/ }],
      [ledger.toSpliced(3, 1), { code: 1, says: /✗ entry 4 is missing: there is 5 instead/ }],
      [[], { code: 1, says: /✗ it ends at entry 0/ }],
      [[ledger[1] ?? ""], { code: 1, says: /✗ entry 1 is missing/ }],
      [
        ledger.with(
          1,
          ledger[1]?.replace(/"previous_digest":"[0-9a-f]{8}/, '"previous_digest":"00000000') ?? "",
        ),
        { code: 1, says: /✗ entry 2 says that the digest before it was 00000000/ },
      ],
    ];
    for (const [lines, { code, says }] of cases) {
      const result = await withLedger(lines);
      expect(result.code, result.printed).to.equal(code);
      expect(result.printed).to.match(says);
      expect(result.printed).to.match(/this is not the ledger it speaks of\.$/);
    }
  });

  it("says 2 of a line that says something twice, so that people and programs may read it differently", async () => {
    const twice = ledger.with(
      2,
      ledger[2]?.replace('"command":', '"command":{"type":"BookTickets"},"command":') ?? "",
    );
    const { code, complained } = await withLedger(twice);
    expect(code).to.equal(2);
    expect(complained).to.match(/line 3 of the ledger: not as the API writes it/);
  });

  it("shows what nobody sees in the database: a history of which every digest was computed anew", async () => {
    const { pool } = engine;
    const lines = [...ledger];
    await pool.query(
      "update ledger set decided_at = decided_at - interval '1 s' where event_id = $1 and seq = 1",
      [eventId],
    );
    for (let seq = 1; seq <= BOOKINGS + 1; seq += 1) {
      await pool.query(
        `update ledger l set digest = ledger_digest(coalesce((select p.digest from ledger p where p.event_id = $1
            and p.seq = $2 - 1), decode(repeat('00', 32), 'hex')), l) where l.event_id = $1 and l.seq = $2`,
        [eventId, seq],
      );
    }
    const forged = await exportedLedger(pool, eventId);
    expect(forged).to.have.length(lines.length);
    const { code, printed } = await withLedger(forged);
    expect(code).to.equal(1);
    expect(printed).to.match(/✗ another history than the statement's: entry 7 has the digest/);
  });

  it("finds figures that do not follow from the ledger, although their key signed them", async () => {
    const wrong = { ...statement, tickets: { ...statement.tickets, sold: 3 }, final: true };
    const { code, printed } = await withLedger(ledger, wrong);
    expect(code).to.equal(1);
    expect(printed).to.match(/✗ final: the statement says true, and the ledger false/);
    expect(printed).to.match(/✗ tickets: the statement says \{.*"sold":3.*and the ledger \{.*"sold":4/);
  });

  it("says 1 to what nobody signed, or another key, or the same key for another purpose", async () => {
    const of = signStatement(statement, KEY);
    const forged = JSON.stringify({ ...of, statement: { ...statement, event: "Another" } });
    expect(await run({ statement: forged, key: KEYS })).to.include({ code: 1 });
    const other = signingKeyOf(newKeyText());
    const others = JSON.stringify({ keys: [jwkOf(other)] });
    expect((await run({ statement: signed(), key: others })).printed).to.match(/not among those given/);
    const byOther = JSON.stringify(signStatement({ ...statement, key_id: KEY.id }, other));
    expect((await run({ statement: byOther, key: KEYS })).printed).to.match(
      /The signature is not that of key/,
    );
    for (const text of [
      "{}",
      "[]",
      "null",
      '{"format":"EVS1"}',
      '{"format":"EVS2","statement":{},"signature":""}',
    ])
      expect(await run({ statement: text, key: KEYS }), text).to.include({
        code: 1,
        printed: "This is no signed statement.",
      });
  });

  it("takes nothing for a statement that the same key signed as something else, such as a ticket", () => {
    const keys = new Map([[KEY.id, KEY]]);
    const code = encodeTicket(CLAIM, KEY);
    expect(readCode(code, keys).type).to.equal("signed");
    const verdictOf = (prefix: string) => {
      const text = Buffer.from(prefix + canonical(statement));
      const signature = sign(null, text, KEY.privateKey).toString("base64url");
      return readStatement({ format: "EVS1", statement, signature }, keys).type;
    };
    expect(["EVS1.", "EVT1.", ""].map(verdictOf)).to.deep.equal(["signed", "forged", "forged"]);
  });

  it("says 2 where it cannot look", async () => {
    for (const given of [[], ["--statement", "a"], ["--key", "a"], ["--statement", "a", "--key"], ["x"]]) {
      const { code, complained } = await run({}, given);
      expect([code, complained]).to.deep.equal([2, VERIFY_USAGE]);
    }
    const unreadable = [
      { statement: "no JSON", key: KEYS },
      { statement: signed(), key: "no JSON" },
      { statement: signed(), key: '{"keys":[]}' },
      { statement: signed(), key: "{}" },
      { statement: signed(), key: KEYS, ledger: "no JSON" },
      { statement: signed(), key: KEYS, ledger: `${ledger[0]}\n{"seq":2}` },
    ];
    for (const files of unreadable) expect((await run(files)).code, JSON.stringify(files)).to.equal(2);
    const { code, complained } = await run({ statement: signed(), key: KEYS }, ["--ledger", "nowhere"]);
    expect([code, complained]).to.deep.equal([2, "there is no nowhere"]);
  });
});
