import { createHash, timingSafeEqual } from "node:crypto";
import type { ParameterizedContext } from "koa";
import { ApiError } from "../errors.ts";
import type { AppState } from "../state.ts";

export type GrantCheck = (ctx: ParameterizedContext<AppState>, tokenInBody: string | undefined) => void;

/**
 * Who may give somebody a role above "user": an admin, or whoever presents the creation token in
 * `X-Admin-Creation-Token` or in the body. The check throws ApiError AUTH_UNAUTHORIZED at anybody else.
 */
export function createGrantCheck(creationToken: string | null): GrantCheck {
  return (ctx, tokenInBody) => {
    if (ctx.state.principal?.role === "admin") return;
    const given = ctx.get("X-Admin-Creation-Token") || tokenInBody;
    if (given !== undefined && creationToken !== null && isSameSecret(given, creationToken)) return;
    throw new ApiError("AUTH_UNAUTHORIZED", "Admin privileges required");
  };
}

/** Compares digests, so that neither content nor length shows in the time taken. */
function isSameSecret(given: string, wanted: string): boolean {
  const digest = (secret: string) => createHash("sha256").update(secret).digest();
  return timingSafeEqual(digest(given), digest(wanted));
}
