import { createHash, randomBytes } from "node:crypto";

const FORM = /^([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})\.([A-Za-z0-9_-]{43})$/;
const SECRET_BYTES = 32;

interface RefreshToken {
  /** What the client keeps: `<session id>.<secret>`. */
  readonly token: string;
  /** What is stored: its SHA-256. The secret has 256 random bits, so no slow hash is needed. */
  readonly digest: Buffer;
}

/** A fresh refresh token of a session. */
export function newRefreshToken(sessionId: string): RefreshToken {
  const token = `${sessionId}.${randomBytes(SECRET_BYTES).toString("base64url")}`;
  return { token, digest: digestOf(token) };
}

/** The session that a refresh token names and the digest to compare, or null if it is no refresh token. */
export function readRefreshToken(
  token: string,
): { readonly sessionId: string; readonly digest: Buffer } | null {
  const sessionId = FORM.exec(token)?.[1];
  return sessionId === undefined ? null : { sessionId, digest: digestOf(token) };
}

function digestOf(token: string): Buffer {
  return createHash("sha256").update(token).digest();
}
