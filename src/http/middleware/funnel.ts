import { STATUS_CODES } from "node:http";
import type { Middleware, ParameterizedContext } from "koa";
import { Fault } from "../../ops/fault.ts";
import type { Log } from "../../ops/log.ts";
import { requestIdOf } from "../../ops/request-id.ts";
import { ApiError } from "../errors.ts";
import type { AppState } from "../state.ts";

const PATH_SHOWN_LENGTH_MAX = 200;
/** `Cache-Control` of what is said to one person at one moment: of all replies but those that say otherwise. */
export const PRIVATE = "private, no-store";

type Context = ParameterizedContext<AppState>;

/** Gives every request an id and every response the header that names it. A client may bring its own. */
export function nameRequest(ctx: Context): void {
  ctx.state.requestId = requestIdOf(ctx.req);
  ctx.state.principal = null;
  ctx.set("X-Request-Id", ctx.state.requestId);
}

/** Makes the reply of an error; its status and `Retry-After` are set already. */
export type ErrorRenderer = (ctx: Context, error: ApiError) => void;

/**
 * The one place where errors become replies. Nothing of a stack, of SQL or of a library gets out.
 * @param rendererOf who renders the errors of a path in a form of its own
 */
export function errorFunnel(
  log: Log,
  rendererOf: (path: string) => ErrorRenderer | undefined,
): Middleware<AppState> {
  return async (ctx, next) => {
    try {
      await next();
      if (ctx.body == null) throwUnrouted(ctx);
    } catch (error) {
      const failure = apiErrorOf(error, ctx, log);
      ctx.status = failure.status;
      // The route may have said already how long its reply would be good for.
      ctx.set("Cache-Control", PRIVATE);
      if (failure.retryAfterS !== null) ctx.set("Retry-After", String(failure.retryAfterS));
      const render = rendererOf(ctx.path) ?? renderError;
      render(ctx, failure);
    }
  };
}

/** What the routers leave without a body: they found no path, or a path that takes other methods. */
function throwUnrouted(ctx: Context): void {
  const isRefused = ctx.status === 405 || ctx.status === 501;
  const allowed = isRefused ? ctx.response.get("Allow") : "";
  if (allowed !== "") {
    throw new ApiError("METHOD_NOT_ALLOWED", `${ctx.method} is not possible here; use ${allowed}`);
  }
  // A method that no route of ours has is 501 to the router, whatever the path.
  if (ctx.status === 404 || isRefused) {
    throw new ApiError("NOT_FOUND", `No such path: ${ctx.path.slice(0, PATH_SHOWN_LENGTH_MAX)}`);
  }
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
  const status = (error as { status?: number } | null | undefined)?.status;
  if (status !== undefined && status >= 400 && status < 500) {
    return new ApiError("VALIDATION_ERROR", "The request cannot be read");
  }
  const stack = error instanceof Error ? error.stack : String(error);
  log.error({ request_id: id, method: ctx.method, path: ctx.path, error: stack }, "request failed");
  return new ApiError("SERVER_ERROR", "Internal server error");
}

function renderError(ctx: Context, error: ApiError): void {
  const timestamp = new Date().toISOString();
  if (ctx.get("Accept").includes("application/problem+json")) {
    ctx.body = JSON.stringify({
      type: "about:blank",
      // RFC 9457 §4.2.1: the phrase of the status, where the type says no more than that.
      title: STATUS_CODES[error.status],
      status: error.status,
      detail: error.message,
      instance: `urn:request:${ctx.state.requestId}`,
      code: error.code,
      details: error.details,
      ...error.extra,
      timestamp,
      request_id: ctx.state.requestId,
    });
    ctx.type = "application/problem+json";
    return;
  }
  ctx.body = errorBodyOf(error, ctx.state.requestId, timestamp);
}

/** The envelope of an error on the canonical surface. */
export function errorBodyOf(error: ApiError, requestId: string, timestamp: string) {
  return {
    success: false,
    error: error.message,
    message: error.message,
    code: error.code,
    details: error.details,
    ...error.extra,
    timestamp,
    request_id: requestId,
  };
}
