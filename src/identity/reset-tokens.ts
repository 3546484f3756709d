import { createHmac, timingSafeEqual } from "node:crypto";
import { isUuid } from "../domain/ids.ts";
import type { TokenKeys } from "./token-keys.ts";

/** Apart from everything else that is signed with the same secret. */
const PURPOSE = "evently password reset ";
const ID_LENGTH = 36;

export interface ResetTokens {
  /** The secret of a reset link: `<reset id>.<MAC>`. Made whenever it is needed, so that it need not be stored. */
  tokenOf(resetId: string): string;
  /** The reset that a genuine token is for; null otherwise. Whether it is still open is for the database. */
  read(token: string): string | null;
}

/**
 * Tokens of password resets: HMAC-SHA-256 of the reset's id. All processes need the same keys.
 * @param signing one secret that stays, or the keys of the installation, of which the first signs and all verify
 */
export function createResetTokens(signing: string | TokenKeys): ResetTokens {
  const secrets = () => (typeof signing === "string" ? [signing] : signing.known.map(({ secret }) => secret));
  return {
    tokenOf: (resetId) => tokenWith(secrets()[0] as string, resetId),
    read(token) {
      const resetId = token.slice(0, ID_LENGTH);
      const isGenuine =
        isUuid(resetId) && secrets().some((secret) => isSame(token, tokenWith(secret, resetId)));
      return isGenuine ? resetId : null;
    },
  };
}

function tokenWith(secret: string, resetId: string): string {
  const mac = createHmac("sha256", secret).update(`${PURPOSE}${resetId}`).digest("base64url");
  return `${resetId}.${mac}`;
}

function isSame(given: string, wanted: string): boolean {
  const [a, b] = [Buffer.from(given), Buffer.from(wanted)];
  return a.length === b.length && timingSafeEqual(a, b);
}
