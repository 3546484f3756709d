const DIGITS_MIN = 13;
const DIGITS_MAX = 19;

/** A digit that neither a letter, a digit nor a hyphen precedes: UUIDs and order numbers have none further in. */
const START = /(?<![\w-])\d/g;

/**
 * Whether a text is or contains what could be a card number: 13 to 19 digits, single spaces or hyphens between them,
 * with the check digit of ISO/IEC 7812-1 (Luhn). Times in milliseconds are none: 1 begins only 15 digits (UATP), 0 none.
 */
export function looksLikeCardNumber(text: string): boolean {
  for (const { index } of text.matchAll(START)) if (beginsCardNumber(text, index)) return true;
  return false;
}

function beginsCardNumber(text: string, from: number): boolean {
  let digits = "";
  for (let at = from; digits.length < DIGITS_MAX; at += 1) {
    const char = text.charAt(at);
    if (/\d/.test(char)) digits += char;
    else if (!/[ -]/.test(char) || !/\d/.test(text.charAt(at + 1))) return false;
    if (/\d/.test(char) && !/[\w-]/.test(text.charAt(at + 1)) && isCardNumber(digits)) return true;
  }
  return false;
}

function isCardNumber(digits: string): boolean {
  if (digits.length < DIGITS_MIN || digits.startsWith("0")) return false;
  if (digits.startsWith("1") && digits.length !== 15) return false;
  let sum = 0;
  for (let place = 0; place < digits.length; place += 1) {
    const digit = Number(digits.at(-1 - place));
    const doubled = digit * 2;
    sum += place % 2 === 0 ? digit : doubled > 9 ? doubled - 9 : doubled;
  }
  return sum % 10 === 0;
}

/**
 * Where a JSON value contains what could be a card number, as text, number or name of a field: `payment.cards[0]`.
 * @returns the path, "" for the value itself, null where there is none. The path never contains the number.
 */
export function findCardNumber(value: unknown): string | null {
  // A list of what is still to be seen instead of recursion: a body nested ten thousand deep is no stack overflow.
  const rest: { readonly path: string; readonly value: unknown }[] = [{ path: "", value }];
  for (let next = rest.pop(); next !== undefined; next = rest.pop()) {
    const { path, value: found } = next;
    if (typeof found === "string" && looksLikeCardNumber(found)) return path;
    if (typeof found === "number" && looksLikeCardNumber(String(found))) return path;
    if (typeof found !== "object" || found === null) continue;
    for (const [key, child] of Object.entries(found)) {
      if (looksLikeCardNumber(key)) return path;
      rest.push({ path: pathOf(path, key, Array.isArray(found)), value: child });
    }
  }
  return null;
}

function pathOf(parent: string, key: string, isItem: boolean): string {
  if (isItem) return `${parent}[${key}]`;
  return parent === "" ? key : `${parent}.${key}`;
}

/** For the buyer who sends a card number where a token belongs. It goes no further, to no provider and no log. */
export const CARD_NUMBER_REFUSED =
  "Card numbers are never accepted here; send a token of the payment provider";
