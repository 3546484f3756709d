import { createHmac, timingSafeEqual } from "node:crypto";
import { isUuid } from "../domain/ids.ts";

/** Apart from everything else that is signed with the same secret. */
const PURPOSE = "evently password reset ";
const ID_LENGTH = 36;

export interface ResetTokens {
  /** The secret of a reset link: `<reset id>.<MAC>`. Made whenever it is needed, so that it need not be stored. */
  tokenOf(resetId: string): string;
  /** The reset that a genuine token is for; null otherwise. Whether it is still open is for the database. */
  read(token: string): string | null;
}

/** Tokens of password resets: HMAC-SHA-256 of the reset's id. All processes need the same signing secret. */
export function createResetTokens(secret: string): ResetTokens {
  const tokenOf = (resetId: string) => {
    const mac = createHmac("sha256", secret).update(`${PURPOSE}${resetId}`).digest("base64url");
    return `${resetId}.${mac}`;
  };
  return {
    tokenOf,
    read(token) {
      const resetId = token.slice(0, ID_LENGTH);
      return isUuid(resetId) && isSame(token, tokenOf(resetId)) ? resetId : null;
    },
  };
}

function isSame(given: string, wanted: string): boolean {
  const [a, b] = [Buffer.from(given), Buffer.from(wanted)];
  return a.length === b.length && timingSafeEqual(a, b);
}
