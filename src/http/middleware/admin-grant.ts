import { createHash, timingSafeEqual } from "node:crypto";
import type { ParameterizedContext } from "koa";
import type { Actor } from "../../identity/principal.ts";
import { ApiError } from "../errors.ts";
import type { AppState } from "../state.ts";

export type GrantCheck = (ctx: ParameterizedContext<AppState>, tokenInBody: string | undefined) => Actor;

/** Whoever has the token may be anybody. */
const TOKEN_HOLDER: Actor = { id: null, name: "admin-creation token" };

/**
 * Who may give somebody a role above "user": an admin, or whoever presents the creation token in
 * `X-Admin-Creation-Token` or in the body. The check says who it is, and throws ApiError AUTH_UNAUTHORIZED at anybody
 * else.
 */
export function createGrantCheck(creationToken: string | null): GrantCheck {
  return (ctx, tokenInBody) => {
    const { principal } = ctx.state;
    if (principal?.role === "admin") return { id: principal.userId, name: principal.email };
    const given = ctx.get("X-Admin-Creation-Token") || tokenInBody;
    if (given !== undefined && creationToken !== null && isSameSecret(given, creationToken))
      return TOKEN_HOLDER;
    throw new ApiError("AUTH_UNAUTHORIZED", "Admin privileges required");
  };
}

/** Compares digests, so that neither content nor length shows in the time taken. */
function isSameSecret(given: string, wanted: string): boolean {
  const digest = (secret: string) => createHash("sha256").update(secret).digest();
  return timingSafeEqual(digest(given), digest(wanted));
}
