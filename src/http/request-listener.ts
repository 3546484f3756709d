import type { IncomingMessage, RequestListener, ServerResponse } from "node:http";
import { pipeline, type Readable } from "node:stream";
import type Koa from "koa";
import type { ParameterizedContext } from "koa";
import { reached } from "../ops/points.ts";
import { compose } from "./compose.ts";
import type { Door } from "./shedding/door.ts";
import type { AppState } from "./state.ts";

type Context = ParameterizedContext<AppState>;

/**
 * What `app.callback()` is, for the bodies that this API has: objects, texts, buffers and streams. Koa's own also watches
 * every response for its end, to report connections that broke, which nobody needs and costs a twentieth of a request.
 * @param door where new work may be turned away before anything else; null: nowhere
 */
export function requestListener(app: Koa<AppState>, door: Door | null): RequestListener {
  const run = compose(app.middleware);
  return (request: IncomingMessage, response: ServerResponse) => {
    if (door?.turnsAway(request, response) === true) return;
    const ctx = app.createContext<AppState>(request, response);
    response.statusCode = 404;
    run(ctx).then(
      () => {
        try {
          respond(ctx);
        } catch (error) {
          // A header that cannot be written is found when it is: nothing has been sent then.
          ctx.onerror(error as Error);
        }
        reached("request.answered");
      },
      (error: Error) => ctx.onerror(error),
    );
  };
}

/** Statuses that have no body (RFC 9110 §15). */
const BODILESS: ReadonlySet<number> = new Set([204, 205, 304]);

function respond(ctx: Context): void {
  const { res, body } = ctx;
  if (BODILESS.has(ctx.status)) {
    ctx.body = null;
    res.end();
  } else if (ctx.method === "HEAD") {
    const { length } = ctx.response;
    if (!res.headersSent && Number.isInteger(length)) ctx.length = length;
    res.end();
  } else if (typeof body === "string") sendText(res, body);
  else if (Buffer.isBuffer(body)) res.end(body);
  else if (isStream(body)) pipeline(body, res, () => undefined);
  else if (body == null) sendText(res, ctx.message);
  else sendText(res, JSON.stringify(body));
}

/** Text in ASCII only, which nearly all of it is, is written without being encoded. */
function sendText(response: ServerResponse, text: string): void {
  const bytes = Buffer.byteLength(text);
  if (!response.headersSent) response.setHeader("Content-Length", bytes);
  response.end(text, bytes === text.length ? "latin1" : "utf8");
}

function isStream(body: unknown): body is Readable {
  return typeof (body as Partial<Readable> | null | undefined)?.pipe === "function";
}
