import type { IncomingMessage } from "node:http";
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
    return isPlain(ctx.req) ? readPlain(ctx, next) : parse(ctx, next);
  };
}

const UTF8_JSON = /^application\/json(?: *; *charset=utf-8)?$/i;

/** Nearly every body: JSON in UTF-8, of a length that is told and was found small enough, in no other coding. */
function isPlain({ headers }: IncomingMessage): boolean {
  return (
    headers["content-encoding"] === undefined &&
    headers["transfer-encoding"] === undefined &&
    UTF8_JSON.test(headers["content-type"] ?? "")
  );
}

/** The plain case needs no decoding, no inflating and no counting: the general parser's 25 µs are a quarter of a request. */
const readPlain: Middleware<AppState> = async (ctx, next) => {
  (ctx.request as { body?: unknown }).body = parsePlain(await textOf(ctx.req));
  return next();
};

function textOf(request: IncomingMessage): Promise<string> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () =>
      resolve((chunks.length === 1 ? chunks[0] : Buffer.concat(chunks))?.toString() ?? ""),
    );
    request.on("error", reject);
    request.on("aborted", () => reject(invalid("ended before its length was reached")));
  });
}

/** Only such a text can hold a field that would reach an object's prototype. */
const SUSPECT = /__proto__|constructor|\\u/;
const POISON = "must not have a field named __proto__ or constructor.prototype";

function parsePlain(text: string): unknown {
  try {
    return JSON.parse(text, SUSPECT.test(text) ? refusePoison : undefined);
  } catch (error) {
    throw error instanceof ApiError ? error : invalid("is not valid JSON");
  }
}

function refusePoison(key: string, value: unknown): unknown {
  const reachesPrototype =
    key === "constructor" && typeof value === "object" && value !== null && Object.hasOwn(value, "prototype");
  if (key === "__proto__" || reachesPrototype) throw invalid(POISON);
  return value;
}

function invalid(wrong: string): ApiError {
  return new ApiError("VALIDATION_ERROR", `The body ${wrong}`, { details: { body: wrong } });
}

function bodyError(error: Error & { status?: number; type?: string }, bytesMax: number): ApiError {
  if (error.status === 413 || error.type === "entity.too.large") return tooLarge(bytesMax);
  if (error.status === 415) {
    return new ApiError("UNSUPPORTED_MEDIA_TYPE", "The body's encoding or character set is not supported");
  }
  // What the parser calls a key that would reach an object's prototype.
  return invalid(error.message.includes("forbidden prototype") ? POISON : "is not valid JSON");
}

function tooLarge(bytesMax: number): ApiError {
  return new ApiError("PAYLOAD_TOO_LARGE", `The body is larger than ${bytesMax} bytes`);
}
