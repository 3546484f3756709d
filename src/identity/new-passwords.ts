import { COMMON_PASSWORDS } from "./common-passwords.ts";

const PASSWORD_LENGTH_MIN = 8;
export const PASSWORD_LENGTH_MAX = 1_024;

/** What is wrong with a new password, as a sentence that follows "password", or null if nothing is. */
export function passwordProblem(password: string, email?: string): string | null {
  if (password.length < PASSWORD_LENGTH_MIN) return `must have at least ${PASSWORD_LENGTH_MIN} characters`;
  if (password.length > PASSWORD_LENGTH_MAX) return `must have at most ${PASSWORD_LENGTH_MAX} characters`;
  const folded = password.toLowerCase();
  if (COMMON_PASSWORDS.has(folded) || new Set(folded).size < 3) {
    return "is among the most common ones and would be guessed; choose another";
  }
  if (email !== undefined && folded === email.toLowerCase()) return "must not be the e-mail address";
  return null;
}
