import { expect } from "chai";
import { chainText, NO_DIGEST } from "../../src/domain/ledger-chain.ts";
import { canonical } from "../../src/statements/canonical.ts";
import { entriesIn } from "../../src/statements/exported.ts";

const ENTRY = {
  eventId: "0197f3a2-5c00-7d4e-8a11-2b3c4d5e6f70",
  seq: 12,
  commandId: "0197f3a2-6d11-7001-8fe2-0000002a9c4b",
  type: "BookingConfirmed",
  command: '{"é":"☕"}',
  outcomes: '[{"n":1}]',
  decidedAt: 1_750_000_000_123,
};

describe("the formats of STATEMENTS.md", () => {
  it("have a text of each entry that says what it is for, and lengths in bytes", () => {
    const lines = [
      "evently ledger 1",
      "0197f3a2-5c00-7d4e-8a11-2b3c4d5e6f70",
      "0".repeat(64),
      "12",
      "1750000000123",
      "0197f3a2-6d11-7001-8fe2-0000002a9c4b",
      "16 12 9",
      'BookingConfirmed{"é":"☕"}[{"n":1}]',
    ];
    expect(chainText(NO_DIGEST, ENTRY)).to.equal(lines.join("\n"));
  });

  it("have another text for each other entry, even where what follows each other is the same", () => {
    const texts = [
      ENTRY,
      { ...ENTRY, type: "BookingConfirmed{", command: '"é":"☕"}' },
      { ...ENTRY, command: `${ENTRY.command}[`, outcomes: '{"n":1}]' },
      { ...ENTRY, type: "", command: `${ENTRY.type}${ENTRY.command}` },
    ].map((entry) => chainText(NO_DIGEST, entry));
    expect(new Set(texts).size).to.equal(texts.length);
    expect(new Set(texts.map((text) => text.split("\n").at(-1))).size).to.equal(1);
  });

  it("write JSON with the members in the order of RFC 8785, section 3.2.3", () => {
    const given = {
      "\u20ac": "Euro Sign",
      "\r": "Carriage Return",
      "\ufb33": "Hebrew Letter Dalet With Dagesh",
      "1": "One",
      "\ud83d\ude00": "Emoji: Grinning Face",
      "\u0080": "Control",
      "\u00f6": "Latin Small Letter O With Diaeresis",
    };
    const names = ["\r", "1", "\u0080", "\u00f6", "\u20ac", "\ud83d\ude00", "\ufb33"];
    const members = names.map(
      (name) => `${JSON.stringify(name)}:${JSON.stringify(given[name as keyof typeof given])}`,
    );
    expect(canonical(given)).to.equal(`{${members.join(",")}}`);
    expect(canonical({ b: [1, null, { d: true, c: "é" }], a: {} })).to.equal(
      '{"a":{},"b":[1,null,{"c":"é","d":true}]}',
    );
  });

  it("leave an exported entry as it was read: its members stay in their order", () => {
    const entry =
      '"seq":1,"command_id":"x","type":"T","decided_at":"2030-01-01T00:00:00.000Z","digest":"d","previous_digest":null';
    const text = `{${entry},"command":{"z":1,"type":"C","a":2},"outcomes":[{"y":1,"type":"T"}]}`;
    for (const line of [text, `{"success":true,"data":{"entries":[${text}]}}`]) {
      const [read] = entriesIn(line);
      expect(JSON.stringify(read?.command)).to.equal('{"z":1,"type":"C","a":2}');
      expect(JSON.stringify(read?.outcomes)).to.equal('[{"y":1,"type":"T"}]');
    }
    for (const line of ["{}", "[]", "null", "1", '{"data":{"entries":[{}]}}'])
      expect(() => entriesIn(line), line).to.throw("neither an entry");
  });
});
