import { randomUUID } from "node:crypto";
import type { Middleware, ParameterizedContext } from "koa";
import { Fault } from "../../ops/fault.ts";
import type { Log } from "../../ops/log.ts";
import { ApiError } from "../errors.ts";
import type { AppState } from "../state.ts";

type Context = ParameterizedContext<AppState>;

/** Gives every request an id and every response the header that names it. A client may bring its own. */
export const requestId: Middleware<AppState> = (ctx, next) => {
  const given = ctx.req.headers["x-request-id"];
  ctx.state.requestId = typeof given === "string" && /^[\w.:-]{1,64}$/.test(given) ? given : randomUUID();
  ctx.state.principal = null;
  ctx.set("X-Request-Id", ctx.state.requestId);
  return next();
};

/** The one place where errors become replies. Nothing of a stack, of SQL or of a library gets out. */
export function errorFunnel(log: Log): Middleware<AppState> {
  return async (ctx, next) => {
    try {
      await next();
      if (ctx.status === 404 && ctx.body == null)
        throw new ApiError("NOT_FOUND", `No such path: ${ctx.path}`);
    } catch (error) {
      reply(ctx, apiErrorOf(error, ctx, log));
    }
  };
}

function apiErrorOf(error: unknown, ctx: Context, log: Log): ApiError {
  if (error instanceof ApiError) return error;
  const { requestId: id } = ctx.state;
  if (error instanceof Fault && error.kind !== "Unclassified") {
    log.warn({ request_id: id, fault: error.kind, error: error.message }, "request met a fault");
    const retryAfterS = Math.max(1, Math.ceil((error.retryAfterMs ?? 1_000) / 1_000));
    return new ApiError("OVERLOADED", "The service cannot take this request right now; try again shortly", {
      retryAfterS,
    });
  }
  const status = (error as { status?: number }).status;
  if (status !== undefined && status >= 400 && status < 500) {
    return new ApiError("VALIDATION_ERROR", "The request cannot be read");
  }
  const stack = error instanceof Error ? error.stack : String(error);
  log.error({ request_id: id, method: ctx.method, path: ctx.path, error: stack }, "request failed");
  return new ApiError("SERVER_ERROR", "Internal server error");
}

function reply(ctx: Context, error: ApiError): void {
  ctx.status = error.status;
  if (error.retryAfterS !== null) ctx.set("Retry-After", String(error.retryAfterS));
  const timestamp = new Date().toISOString();
  if (ctx.get("Accept").includes("application/problem+json")) {
    ctx.body = JSON.stringify({
      type: "about:blank",
      title: error.message,
      status: error.status,
      code: error.code,
      details: error.details,
      instance: `urn:request:${ctx.state.requestId}`,
      ...error.extra,
    });
    ctx.type = "application/problem+json";
    return;
  }
  ctx.body = {
    success: false,
    error: error.message,
    message: error.message,
    code: error.code,
    details: error.details,
    ...error.extra,
    timestamp,
    request_id: ctx.state.requestId,
  };
}
