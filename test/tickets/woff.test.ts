import { deflateSync } from "node:zlib";
import { expect } from "chai";
import { unwrapWoff } from "../../src/tickets/woff.ts";

interface Table {
  readonly tag: string;
  readonly bytes: Buffer;
  readonly isPacked: boolean;
}

/** A WOFF file with these tables, as https://www.w3.org/TR/WOFF/ §3 lays it out. */
function woffOf(tables: readonly Table[]): Buffer {
  const header = Buffer.alloc(44 + tables.length * 20);
  header.write("wOFF", 0);
  header.writeUInt32BE(0x0001_0000, 4);
  header.writeUInt16BE(tables.length, 12);
  const stored = tables.map(({ bytes, isPacked }) => (isPacked ? deflateSync(bytes) : bytes));
  let offset = header.length;
  for (const [at, { tag, bytes }] of tables.entries()) {
    const entry = 44 + at * 20;
    header.write(tag, entry);
    header.writeUInt32BE(offset, entry + 4);
    header.writeUInt32BE(stored[at]?.length ?? 0, entry + 8);
    header.writeUInt32BE(bytes.length, entry + 12);
    header.writeUInt32BE(0xc0ffee00 + at, entry + 16);
    offset += stored[at]?.length ?? 0;
  }
  return Buffer.concat([header, ...stored]);
}

describe("a font out of its WOFF file", () => {
  const tables: Table[] = [
    { tag: "cmap", bytes: Buffer.from("a table that is packed ".repeat(20)), isPacked: true },
    { tag: "glyf", bytes: Buffer.from("short"), isPacked: false },
    { tag: "head", bytes: Buffer.from("with its sum"), isPacked: false },
  ];

  it("has all its tables whole, each where the directory says, on a multiple of four", () => {
    const font = unwrapWoff(woffOf(tables));
    expect(font.readUInt32BE(0)).to.equal(0x0001_0000);
    expect([4, 6, 8, 10].map((at) => font.readUInt16BE(at))).to.deep.equal([3, 32, 1, 16]);
    for (const [at, { tag, bytes }] of tables.entries()) {
      const entry = 12 + at * 16;
      const offset = font.readUInt32BE(entry + 8);
      expect(font.toString("latin1", entry, entry + 4)).to.equal(tag);
      expect(font.readUInt32BE(entry + 4)).to.equal(0xc0ffee00 + at);
      expect(offset % 4).to.equal(0);
      expect(font.subarray(offset, offset + font.readUInt32BE(entry + 12)).equals(bytes), tag).to.equal(true);
    }
    expect(font.length % 4).to.equal(0);
  });

  it("is refused where it is none, or longer than it says", () => {
    expect(() => unwrapWoff(Buffer.from("OTTO and more"))).to.throw("no WOFF font");
    const lying = woffOf(tables);
    lying.writeUInt32BE(10, 44 + 12);
    expect(() => unwrapWoff(lying)).to.throw(/larger than/);
  });
});
