import { linesOf } from "../templates/plain.ts";

/** The characters of GSM 7 bit (3GPP TS 23.038, 6.2.1); those of the second line take two places. */
const GSM_BASIC =
  "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà";
const GSM_EXTENDED = "\f^{}\\[~]|€";
const GSM_WIDTHS: ReadonlyMap<string, number> = new Map([
  ...[...GSM_BASIC].map((character) => [character, 1] as const),
  ...[...GSM_EXTENDED].map((character) => [character, 2] as const),
]);

/** Typography that would make every segment half as long. */
const PLAINER: Readonly<Record<string, string>> = {
  "‘": "'",
  "’": "'",
  "“": '"',
  "”": '"',
  "„": '"',
  "–": "-",
  "—": "-",
  "…": "...",
  "\u00a0": " ",
  "•": "-",
};

export const SEGMENTS_MAX = 3;
/** Of a text of several segments, each of which begins with a header. */
const GSM_PER_SEGMENT = 153;
const UCS2_PER_SEGMENT = 67;
const TEXT_LENGTH_MAX = 1_000;

/**
 * A text message: on one line, in GSM 7 bit where it can be written so, else in UCS-2, and cut to three segments of
 * either. What was cut off shows as "...".
 */
export function smsTextOf(brand: string, text: string): string {
  const line = `${brand}: ${linesOf(text, TEXT_LENGTH_MAX).join(" ")}`.replace(
    /[‘’“”„–—…\u00a0•]/g,
    (character) => PLAINER[character] ?? character,
  );
  const characters = [...line];
  const isGsm = characters.every((character) => GSM_WIDTHS.has(character));
  const widthOf = (character: string) => (isGsm ? (GSM_WIDTHS.get(character) ?? 0) : character.length);
  const placesMax = SEGMENTS_MAX * (isGsm ? GSM_PER_SEGMENT : UCS2_PER_SEGMENT);
  return fitting(characters, widthOf, placesMax);
}

function fitting(characters: readonly string[], widthOf: (c: string) => number, placesMax: number): string {
  const widthOfAll = characters.reduce((sum, character) => sum + widthOf(character), 0);
  if (widthOfAll <= placesMax) return characters.join("");
  let left = placesMax - "...".length;
  const end = characters.findIndex((character) => {
    left -= widthOf(character);
    return left < 0;
  });
  return `${characters.slice(0, end).join("").trimEnd()}...`;
}
