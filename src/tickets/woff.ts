import { inflateSync } from "node:zlib";

const SIGNATURE = 0x774f_4646;
const HEADER_BYTES = 44;
const ENTRY_BYTES = 20;
const SFNT_HEADER_BYTES = 12;
const SFNT_ENTRY_BYTES = 16;

/**
 * A WOFF 1.0 font as the plain font that it wraps (https://www.w3.org/TR/WOFF/ §3–5). Whoever embeds a font reads single
 * glyphs of it, and would unpack whole tables for each.
 * @throws Error where it is none.
 */
export function unwrapWoff(woff: Buffer): Buffer {
  if (woff.readUInt32BE(0) !== SIGNATURE) throw new Error("this is no WOFF font");
  const count = woff.readUInt16BE(12);
  const header = headerOf(woff.readUInt32BE(4), count);
  const pieces = [header];
  let offset = header.length;
  for (let at = 0; at < count; at += 1) {
    const from = HEADER_BYTES + at * ENTRY_BYTES;
    const entry = SFNT_HEADER_BYTES + at * SFNT_ENTRY_BYTES;
    const table = tableAt(woff, from);
    // Tag and checksum stay as they are.
    woff.copy(header, entry, from, from + 4);
    woff.copy(header, entry + 4, from + 16, from + 20);
    header.writeUInt32BE(offset, entry + 8);
    header.writeUInt32BE(table.length, entry + 12);
    const padding = Buffer.alloc((4 - (table.length % 4)) % 4);
    pieces.push(table, padding);
    offset += table.length + padding.length;
  }
  return Buffer.concat(pieces);
}

/** The beginning of a font with so many tables; their entries are yet to be written. */
function headerOf(flavor: number, count: number): Buffer {
  const header = Buffer.alloc(SFNT_HEADER_BYTES + count * SFNT_ENTRY_BYTES);
  // What a binary search starts from: the largest power of two of entries, its exponent, and the rest.
  const exponent = Math.floor(Math.log2(count));
  const range = 2 ** exponent * SFNT_ENTRY_BYTES;
  header.writeUInt32BE(flavor, 0);
  header.writeUInt16BE(count, 4);
  header.writeUInt16BE(range, 6);
  header.writeUInt16BE(exponent, 8);
  header.writeUInt16BE(count * SFNT_ENTRY_BYTES - range, 10);
  return header;
}

/** The table of the directory entry at this place; one that would not get smaller is not packed. */
function tableAt(woff: Buffer, entry: number): Buffer {
  const start = woff.readUInt32BE(entry + 4);
  const packed = woff.subarray(start, start + woff.readUInt32BE(entry + 8));
  const length = woff.readUInt32BE(entry + 12);
  return packed.length === length ? packed : inflateSync(packed, { maxOutputLength: length });
}
