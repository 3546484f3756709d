import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { unwrapWoff } from "./woff.ts";

/** The two faces of a font that is embedded, as TrueType. */
export interface FontFiles {
  readonly regular: Buffer;
  readonly bold: Buffer;
}

/** In every PDF reader, with the letters of Western Europe. */
export const STANDARD_FACES = { regular: "Helvetica", bold: "Helvetica-Bold" } as const;

const FILES = "@fontsource/dejavu-sans/files/dejavu-sans-latin";

/**
 * DejaVu Sans (Latin, Greek, Cyrillic, Hebrew, Arabic, Armenian, Georgian, symbols), for what the standard faces have not
 * got; null where it is not installed.
 */
export function installedFonts(): FontFiles | null {
  try {
    return { regular: fileOf("400"), bold: fileOf("700") };
  } catch {
    return null;
  }
}

function fileOf(weight: "400" | "700"): Buffer {
  return unwrapWoff(readFileSync(fileURLToPath(import.meta.resolve(`${FILES}-${weight}-normal.woff`))));
}

/** What Windows-1252, the encoding of the standard faces, has beyond ASCII; its five holes are controls. */
const WESTERN = new Set(
  [...new TextDecoder("windows-1252").decode(Uint8Array.from({ length: 128 }, (_, at) => at + 128))].map(
    (character) => character.codePointAt(0) as number,
  ),
);

/** Whether the standard faces can show a code point. */
export function isStandard(codePoint: number): boolean {
  return (codePoint >= 0x20 && codePoint < 0x7f) || (codePoint >= 0xa0 && WESTERN.has(codePoint));
}
