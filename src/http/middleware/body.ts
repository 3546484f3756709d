import { bodyParser } from "@koa/bodyparser";
import type { Middleware } from "koa";
import { ApiError } from "../errors.ts";
import type { AppState } from "../state.ts";

/**
 * Reads a JSON body into `ctx.request.body`, behind the checks of route and token. No body at all is `{}`.
 * @throws ApiError 415 for another media type, 413 beyond `bytesMax`, 400 for what is no JSON.
 */
export function jsonBody(bytesMax: number): Middleware<AppState> {
  const parse = bodyParser({
    // The media type is checked below, by one rule; the parser has a list of its own.
    detectJSON: () => true,
    parsedMethods: ["POST", "PUT", "PATCH", "DELETE"],
    jsonLimit: bytesMax,
    jsonStrict: false,
    onError: (error) => {
      throw bodyError(error, bytesMax);
    },
  }) as unknown as Middleware<AppState>;
  return (ctx, next) => {
    const { headers } = ctx.req;
    const hasBody = headers["transfer-encoding"] !== undefined || Number(headers["content-length"] ?? 0) > 0;
    if (!hasBody) {
      (ctx.request as { body?: unknown }).body = {};
      return next();
    }
    if (!/^application\/(?:[\w.-]+\+)?json\b/i.test(headers["content-type"] ?? "")) {
      throw new ApiError("UNSUPPORTED_MEDIA_TYPE", "Send the body as application/json");
    }
    if (Number(headers["content-length"] ?? 0) > bytesMax) throw tooLarge(bytesMax);
    return parse(ctx, next);
  };
}

function bodyError(error: Error & { status?: number; type?: string }, bytesMax: number): ApiError {
  if (error.status === 413 || error.type === "entity.too.large") return tooLarge(bytesMax);
  if (error.status === 415) {
    return new ApiError("UNSUPPORTED_MEDIA_TYPE", "The body's encoding or character set is not supported");
  }
  // What the parser calls a key that would reach an object's prototype.
  const isPoison = error.message.includes("forbidden prototype");
  const wrong = isPoison
    ? "must not have a field named __proto__ or constructor.prototype"
    : "is not valid JSON";
  return new ApiError("VALIDATION_ERROR", `The body ${wrong}`, { details: { body: wrong } });
}

function tooLarge(bytesMax: number): ApiError {
  return new ApiError("PAYLOAD_TOO_LARGE", `The body is larger than ${bytesMax} bytes`);
}
