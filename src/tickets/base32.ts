/** RFC 4648 §6, without padding: letters and digits only, all of QR's alphanumeric mode, and none that a shell or URL minds. */
const ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
const VALUES = new Map([...ALPHABET].map((letter, value) => [letter, value]));
const BITS_PER_LETTER = 5;

/** Bytes as base 32. */
export function toBase32(bytes: Uint8Array): string {
  let text = "";
  let held = 0;
  let heldBits = 0;
  for (const byte of bytes) {
    held = (held << 8) | byte;
    heldBits += 8;
    while (heldBits >= BITS_PER_LETTER) {
      heldBits -= BITS_PER_LETTER;
      text += ALPHABET[(held >>> heldBits) & 31];
    }
    held &= (1 << heldBits) - 1;
  }
  return heldBits === 0 ? text : text + ALPHABET[(held << (BITS_PER_LETTER - heldBits)) & 31];
}

/**
 * The bytes that `toBase32` writes like this, and only like this; null for every other text. Of two texts for the same
 * bytes one would be a forgery that nobody signed.
 */
export function fromBase32(text: string): Uint8Array | null {
  const bytes = new Uint8Array(Math.floor((text.length * BITS_PER_LETTER) / 8));
  let held = 0;
  let heldBits = 0;
  let at = 0;
  for (const letter of text) {
    const value = VALUES.get(letter);
    if (value === undefined) return null;
    held = (held << BITS_PER_LETTER) | value;
    heldBits += BITS_PER_LETTER;
    if (heldBits >= 8) {
      heldBits -= 8;
      bytes[at] = held >>> heldBits;
      at += 1;
    }
    held &= (1 << heldBits) - 1;
  }
  return heldBits < BITS_PER_LETTER && held === 0 ? bytes : null;
}
