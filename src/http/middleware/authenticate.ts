import type { Middleware, ParameterizedContext } from "koa";
import type { Authenticator, AuthFailure, Principal } from "../../identity/principal.ts";
import { reached } from "../../ops/points.ts";
import { ApiError } from "../errors.ts";
import type { AppState } from "../state.ts";

const SCHEME = /^bearer +/i;
const CHALLENGE = 'Bearer realm="evently"';
const CHALLENGE_BAD_TOKEN = `${CHALLENGE}, error="invalid_token"`;

const FAILURES = {
  TokenInvalid: { code: "AUTH_TOKEN_INVALID", message: "Invalid authentication token" },
  TokenExpired: { code: "AUTH_TOKEN_EXPIRED", message: "The authentication token has expired" },
} as const satisfies Record<AuthFailure, unknown>;

interface Challenged {
  set(header: string, value: string): void;
}

/**
 * Finds out who is asking and puts it into `ctx.state.principal`: null without an Authorization header. A token
 * that is there must be good (401 otherwise), also where none is needed.
 * @param countRefused counts a request with a bad token as one of nobody's; may refuse it as too much
 */
export function identify(
  authenticator: Authenticator,
  countRefused: (ctx: ParameterizedContext<AppState>) => Promise<void>,
): Middleware<AppState> {
  return async (ctx, next) => {
    const header = ctx.req.headers.authorization;
    if (header === undefined) {
      ctx.state.principal = null;
      return next();
    }
    const scheme = SCHEME.exec(header);
    const known =
      scheme === null ? "TokenInvalid" : await authenticator.authenticate(header.slice(scheme[0].length));
    if (typeof known === "string") {
      await countRefused(ctx);
      throw badToken(ctx, known);
    }
    ctx.state.principal = known;
    reached("request.authenticated");
    return next();
  };
}

function badToken(ctx: Challenged, failure: AuthFailure): ApiError {
  ctx.set("WWW-Authenticate", CHALLENGE_BAD_TOKEN);
  return new ApiError(FAILURES[failure].code, FAILURES[failure].message);
}

/** Tells the client how to authenticate, as every 401 must. */
export function challenge(ctx: Challenged): void {
  ctx.set("WWW-Authenticate", CHALLENGE);
}

/** The principal of a request that needs one. @throws ApiError AUTH_REQUIRED where there is none. */
export function principalOf(ctx: Challenged & { readonly state: AppState }): Principal {
  const principal = ctx.state.principal;
  if (principal !== null) return principal;
  challenge(ctx);
  throw new ApiError("AUTH_REQUIRED", "Authentication required");
}
