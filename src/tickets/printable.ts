const UNSHOWN = "?";
const NOTHING_TO_SEE = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Co}\p{Cn}\p{Cs}]+/gu;
const MARK = /^\p{M}$/u;

/** A text in the letters that a font has. */
export interface Printable {
  readonly text: string;
  /** Whether every letter is there as it was given. */
  readonly isWhole: boolean;
}

/**
 * Puts a text into letters that can be shown: characters that do something instead of being seen (controls, changes of
 * direction) become a space, a letter with a mark that the font has not got loses the mark, and what cannot be shown at all
 * becomes a visible `?`.
 * @param canShow whether a font has a code point
 */
export function printable(given: string, canShow: (codePoint: number) => boolean): Printable {
  const seen = given.toWellFormed().normalize("NFC").replaceAll(NOTHING_TO_SEE, " ").trim();
  let text = "";
  let isWhole = true;
  const shown = (character: string) => canShow(character.codePointAt(0) as number);
  for (const character of seen) {
    if (shown(character)) {
      text += character;
      continue;
    }
    isWhole = false;
    const base = [...character.normalize("NFKD")].filter((part) => !MARK.test(part));
    if (!MARK.test(character)) text += base.length > 0 && base.every(shown) ? base.join("") : UNSHOWN;
  }
  return { text, isWhole };
}
