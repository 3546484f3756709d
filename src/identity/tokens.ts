import { webcrypto } from "node:crypto";
import { errors, jwtVerify, SignJWT } from "jose";
import { isUuid } from "../domain/ids.ts";
import type { AuthFailure, Principal } from "./principal.ts";

const ALGORITHM = "HS256";
const ISSUER = "evently";
const AUDIENCE = "evently-api";
const SECRET_BYTES_MIN = 32;

export interface AccessClaims {
  readonly userId: string;
  readonly sessionId: string;
  readonly expiresAtMs: number;
}

export interface AccessTokens {
  readonly ttlS: number;
  issue(principal: Pick<Principal, "userId" | "sessionId" | "email" | "role">): Promise<string>;
  /** Signature, algorithm, issuer, audience and expiry; whether the session still lives is for the authenticator. */
  verify(token: string): Promise<AccessClaims | AuthFailure>;
}

const isId = (claim: unknown): claim is string => typeof claim === "string" && isUuid(claim);

const VERIFY = {
  algorithms: [ALGORITHM],
  issuer: ISSUER,
  audience: AUDIENCE,
  requiredClaims: ["exp", "sub", "sid"],
};

/** Access tokens: JWTs signed with HMAC-SHA-256. All processes need the same secret, of 32 bytes or more. */
export async function createAccessTokens(options: {
  readonly secret: string;
  readonly ttlS: number;
}): Promise<AccessTokens> {
  const bytes = Buffer.from(options.secret, "utf8");
  if (bytes.length < SECRET_BYTES_MIN)
    throw new Error(`the signing secret needs ${SECRET_BYTES_MIN} bytes or more`);
  // An imported key is half the work of raw bytes at every verification.
  const algorithm = { name: "HMAC", hash: "SHA-256" };
  const key = await webcrypto.subtle.importKey("raw", bytes, algorithm, false, ["sign", "verify"]);
  return {
    ttlS: options.ttlS,
    issue: ({ userId, sessionId, email, role }) =>
      new SignJWT({ sid: sessionId, userId, email, role })
        .setProtectedHeader({ alg: ALGORITHM, typ: "JWT" })
        .setIssuer(ISSUER)
        .setAudience(AUDIENCE)
        .setSubject(userId)
        .setIssuedAt()
        .setExpirationTime(`${options.ttlS}s`)
        .sign(key),
    verify: (token) => verify(token, key),
  };
}

async function verify(token: string, key: webcrypto.CryptoKey): Promise<AccessClaims | AuthFailure> {
  try {
    const { payload } = await jwtVerify(token, key, VERIFY);
    const { sub: userId, sid: sessionId, exp } = payload;
    if (!isId(userId) || !isId(sessionId) || exp === undefined) return "TokenInvalid";
    return { userId, sessionId, expiresAtMs: exp * 1_000 };
  } catch (error) {
    if (error instanceof errors.JWTExpired) return "TokenExpired";
    if (error instanceof errors.JOSEError) return "TokenInvalid";
    throw error;
  }
}
