import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import fc from "fast-check";
import type { BookingId, EventId } from "../../src/domain/ids.ts";
import { fromBase32, toBase32 } from "../../src/tickets/base32.ts";
import { encodeTicket, keyIdOf, readCode } from "../../src/tickets/code.ts";
import { keysOfJwks } from "../../src/tickets/keys.ts";
import { anyKey, CLAIM, keyOfTheRfc, ringOf } from "./claims.ts";

const PREFIX = "EVT1.";
const DOCUMENT = readFileSync(join(import.meta.dirname, "../../src/tickets/CODES.md"), "utf8");

describe("a ticket's code", () => {
  const key = anyKey();
  const keys = ringOf(key);

  it("says what was signed, whatever it was, and always with the same text", () => {
    const id = fc.uuid();
    const claims = fc.record({
      eventId: id.map((text) => text as EventId),
      bookingId: id.map((text) => text as BookingId),
      ticket: fc.integer({ min: 1, max: 4_294_967_295 }),
      issue: fc.integer({ min: 1, max: 65_535 }),
      place: fc.string({ unit: "grapheme", maxLength: 12 }).filter((text) => Buffer.byteLength(text) <= 48),
    });
    fc.assert(
      fc.property(claims, (claim) => {
        const code = encodeTicket(claim, key);
        expect(readCode(code, keys)).to.deep.equal({ type: "signed", claim, keyId: key.id });
        expect(encodeTicket(claim, key)).to.equal(code);
        expect(code).to.match(/^EVT1\.[A-Z2-7]{172,250}$/);
      }),
      { numRuns: 50 },
    );
  });

  it("is the one of the document, made with the key of RFC 8037 and verified with what stands there", () => {
    const code = /^EVT1\.\w+$/m.exec(DOCUMENT)?.[0] ?? "";
    expect(encodeTicket(CLAIM, keyOfTheRfc())).to.equal(code);
    const jwk = JSON.parse(/^\{ "kty".*\}$/m.exec(DOCUMENT)?.[0] ?? "");
    expect(readCode(code, keysOfJwks({ keys: [jwk] }))).to.deep.equal({
      type: "signed",
      claim: CLAIM,
      keyId: "90facafe",
    });
  });

  it("is signed no more when any bit of any byte of it is another", () => {
    const code = encodeTicket(CLAIM, key);
    const bytes = fromBase32(code.slice(PREFIX.length)) as Uint8Array;
    for (let at = 0; at < bytes.length; at += 1) {
      for (let bit = 0; bit < 8; bit += 1) {
        const forged = Uint8Array.from(bytes);
        forged[at] = bytes[at]! ^ (1 << bit);
        const verdict = readCode(PREFIX + toBase32(forged), keys);
        // Another key id is one that nobody knows; another length of the place does not add up.
        const expected = at < 4 ? "unknownKey" : at === 42 ? "malformed" : "forged";
        expect(verdict.type, `bit ${bit} of byte ${at}`).to.equal(expected);
      }
    }
  });

  it("is none with any letter of it changed, left out, or added", () => {
    const code = encodeTicket(CLAIM, key);
    for (let at = 0; at < code.length; at += 1) {
      const [before, letter, after] = [code.slice(0, at), code[at] as string, code.slice(at + 1)];
      for (const other of ["A", "7", "=", " ", "é", letter.toLowerCase()]) {
        if (other === letter) continue;
        expect(readCode(before + other + after, keys).type, `${other} at ${at}`).not.to.equal("signed");
      }
      expect(readCode(before + after, keys).type, `without ${at}`).not.to.equal("signed");
    }
    for (const other of [
      "",
      "EVT1.",
      "EVT2.",
      `${code}A`,
      `${code}==`,
      `${code}\n`,
      ` ${code}`,
      code.slice(5),
      "x".repeat(1e6),
    ]) {
      expect(readCode(other, keys), other.slice(0, 300)).to.deep.equal({ type: "malformed" });
      expect(keyIdOf(other)).to.equal(null);
    }
  });

  it("is no one's without its key, and another key under its id makes none", () => {
    const [code, other] = [encodeTicket(CLAIM, key), anyKey()];
    expect(readCode(code, ringOf(other))).to.deep.equal({ type: "unknownKey", keyId: key.id });
    const passedOff = encodeTicket(CLAIM, { ...other, id: key.id });
    expect(readCode(passedOff, keys)).to.deep.equal({ type: "forged", keyId: key.id });
    expect(keyIdOf(code)).to.equal(key.id);
  });

  it("has a place of at most 48 bytes, cut between characters", () => {
    const claim = { ...CLAIM, place: "😀".repeat(40) };
    const verdict = readCode(encodeTicket(claim, key), keys);
    expect(verdict).to.have.nested.property("claim.place", `${"😀".repeat(11)}…`);
  });
});

describe("base 32", () => {
  it("is that of RFC 4648 §10, without padding", () => {
    const examples = {
      "": "",
      f: "MY",
      fo: "MZXQ",
      foo: "MZXW6",
      foob: "MZXW6YQ",
      fooba: "MZXW6YTB",
      foobar: "MZXW6YTBOI",
    };
    for (const [plain, encoded] of Object.entries(examples)) {
      expect(toBase32(Buffer.from(plain))).to.equal(encoded);
      expect(Buffer.from(fromBase32(encoded) ?? "?").toString()).to.equal(plain);
    }
  });

  it("has one text for the same bytes, and no other is taken", () => {
    for (const text of ["MZ", "M", "MZX", "MY======", "my", "M1", "MZXR", "MZXW6YR"]) {
      expect(fromBase32(text), text).to.equal(null);
    }
  });
});
