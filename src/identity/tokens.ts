import { decodeProtectedHeader, errors, jwtVerify, SignJWT } from "jose";
import { isUuid } from "../domain/ids.ts";
import type { AuthFailure, Principal } from "./principal.ts";
import { fixedTokenKeys, type TokenKey, type TokenKeys } from "./token-keys.ts";

const ALGORITHM = "HS256";
const ISSUER = "evently";
const AUDIENCE = "evently-api";

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

/**
 * Access tokens: JWTs signed with HMAC-SHA-256. All processes need the same keys, each of 32 bytes or more.
 * @param options `secret`: one key that stays, in place of `keys`
 */
export async function createAccessTokens(
  options: { readonly ttlS: number } & ({ readonly keys: TokenKeys } | { readonly secret: string }),
): Promise<AccessTokens> {
  const keys = "keys" in options ? options.keys : await fixedTokenKeys([options.secret]);
  return {
    ttlS: options.ttlS,
    issue: ({ userId, sessionId, email, role }) => {
      const [signer] = keys.known as readonly [TokenKey];
      return new SignJWT({ sid: sessionId, userId, email, role })
        .setProtectedHeader({ alg: ALGORITHM, typ: "JWT", kid: signer.id })
        .setIssuer(ISSUER)
        .setAudience(AUDIENCE)
        .setSubject(userId)
        .setIssuedAt()
        .setExpirationTime(`${options.ttlS}s`)
        .sign(signer.key);
    },
    verify: (token) => verify(token, keys),
  };
}

async function verify(token: string, keys: TokenKeys): Promise<AccessClaims | AuthFailure> {
  for (const key of await keysFor(token, keys)) {
    const verdict = await verifyWith(token, key);
    if (verdict !== "WrongKey") return verdict;
  }
  return "TokenInvalid";
}

/** The key that a token names. Those from before keys had names name none: any may be theirs. */
async function keysFor(token: string, keys: TokenKeys): Promise<readonly TokenKey[]> {
  let id: unknown;
  try {
    id = decodeProtectedHeader(token).kid;
  } catch {
    return [];
  }
  if (id === undefined) return keys.known;
  const key = typeof id === "string" ? await keys.find(id) : null;
  return key === null ? [] : [key];
}

async function verifyWith(
  token: string,
  { key }: TokenKey,
): Promise<AccessClaims | AuthFailure | "WrongKey"> {
  try {
    const { payload } = await jwtVerify(token, key, VERIFY);
    const { sub: userId, sid: sessionId, exp } = payload;
    if (!isId(userId) || !isId(sessionId) || exp === undefined) return "TokenInvalid";
    return { userId, sessionId, expiresAtMs: exp * 1_000 };
  } catch (error) {
    if (error instanceof errors.JWTExpired) return "TokenExpired";
    if (error instanceof errors.JWSSignatureVerificationFailed) return "WrongKey";
    if (error instanceof errors.JOSEError) return "TokenInvalid";
    throw error;
  }
}
