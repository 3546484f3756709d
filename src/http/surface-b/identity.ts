import { createHash, timingSafeEqual } from "node:crypto";
import type { Middleware, ParameterizedContext } from "koa";
import { gatewayPrincipal, isGateway } from "../../identity/gateway.ts";
import type { User } from "../../identity/ports.ts";
import type { Principal } from "../../identity/principal.ts";
import type { Aliases } from "../aliases.ts";
import { ApiError } from "../errors.ts";
import { principalOf } from "../middleware/authenticate.ts";
import type { AppState } from "../state.ts";
import { integerOf } from "./numbers.ts";

type Context = ParameterizedContext<AppState>;

export interface GatewayOptions {
  /** What the gateway sends as `X-Evently-Gateway-Secret`; null: there is no gateway, and nobody's word is taken. */
  readonly gatewaySecret: string | null;
  readonly aliases: Pick<Aliases, "idOf">;
  readonly users: { byId(userId: string): Promise<User | null> };
}

/**
 * Takes `X-User-ID` and `X-User-Role` from a trusted gateway, which is one that knows the secret; from everybody else
 * those headers mean nothing, and whoever asks is found out by their token.
 * @param byToken what finds that out
 * @param countRefused counts a request with a wrong secret as one of nobody's; may refuse it as too much
 */
export function identifyOnB(
  { gatewaySecret, aliases, users }: GatewayOptions,
  byToken: Middleware<AppState>,
  countRefused: (ctx: Context) => Promise<void>,
): Middleware<AppState> {
  const secret = gatewaySecret === null ? null : digestOf(gatewaySecret);
  return async (ctx, next) => {
    const given = ctx.get("X-Evently-Gateway-Secret");
    if (secret === null || given === "") return byToken(ctx, next);
    if (!timingSafeEqual(digestOf(given), secret)) {
      await countRefused(ctx);
      throw notTrusted("The gateway's secret is wrong");
    }
    const isAdmin = ctx.get("X-User-Role").trim().toLowerCase() === "admin";
    const named = ctx.get("X-User-ID").trim();
    // A gateway that says nothing of anybody may hand a token on.
    if (named === "" && !isAdmin && ctx.req.headers.authorization !== undefined) return byToken(ctx, next);
    const number = named === "" ? null : integerOf("X-User-ID", named);
    ctx.state.principal = gatewayPrincipal(number === null ? null : await personOf(number), isAdmin);
    return next();
  };

  async function personOf(number: number): Promise<User> {
    const id = await aliases.idOf("user", number);
    const user = id === null ? null : await users.byId(id);
    if (user?.isActive) return user;
    throw notTrusted("X-User-ID names nobody who may use this service");
  }
}

/** Digests are of one length, so that neither content nor length shows in the time that comparing takes. */
function digestOf(secret: string): Buffer {
  return createHash("sha256").update(secret).digest();
}

function notTrusted(message: string): ApiError {
  return new ApiError("AUTH_TOKEN_INVALID", message);
}

/** Who asks: a person, or a gateway in its own name where it does so as an admin. @throws ApiError AUTH_REQUIRED. */
export function callerOf(ctx: Parameters<typeof principalOf>[0]): Principal {
  const principal = principalOf(ctx);
  return principal.role === "admin" ? principal : personOf(ctx);
}

/** The person that a request is about. @throws ApiError AUTH_REQUIRED where a gateway names none. */
export function personOf(ctx: Parameters<typeof principalOf>[0]): Principal {
  const principal = principalOf(ctx);
  if (!isGateway(principal)) return principal;
  throw new ApiError("AUTH_REQUIRED", "This is about one person: send X-User-ID");
}
