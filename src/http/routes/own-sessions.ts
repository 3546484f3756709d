import type Router from "@koa/router";
import type { RouterContext } from "@koa/router";
import type { Middleware } from "koa";
import type { OwnSessions } from "../../identity/own-sessions.ts";
import { ApiError } from "../errors.ts";
import { principalOf } from "../middleware/authenticate.ts";
import { presentSession } from "../presenters/user.ts";
import { succeed, succeedWithPage } from "../reply.ts";
import { LIST_DEFAULT, pageOf, pageQuery } from "../schemas/lists.ts";
import type { AppState } from "../state.ts";
import { expectNoFields, parseQuery, uuidParam } from "../validate.ts";

/** One's own logins: which there are, and ending one or all of them. */
export function addSessionRoutes(
  router: Router<AppState>,
  { ownSessions, readBody }: { readonly ownSessions: OwnSessions; readonly readBody: Middleware<AppState> },
): Router<AppState> {
  return router
    .get("/auth/sessions", async (ctx) => {
      const { userId, sessionId } = principalOf(ctx);
      const page = pageOf(parseQuery(pageQuery, ctx.query), LIST_DEFAULT);
      const { sessions, total } = await ownSessions.list({ userId, ...page });
      const shown = sessions.map((session) => presentSession(session, sessionId));
      succeedWithPage(ctx, shown, { page, total });
    })
    .delete("/auth/sessions/:id", readBody, (ctx) => end(ownSessions, ctx))
    .post("/auth/logout-all", readBody, async (ctx) => {
      expectNoFields(ctx.request.body, "must be empty: all of your sessions end");
      const ended = await ownSessions.endAll(principalOf(ctx).userId);
      succeed(ctx, 200, { sessions_ended: ended }, { message: "Logged out everywhere" });
    });
}

async function end(ownSessions: OwnSessions, ctx: RouterContext<AppState>): Promise<void> {
  const id = uuidParam(ctx.params);
  expectNoFields(ctx.request.body, "must be empty: the session in the path ends");
  const isEnded = await ownSessions.end(principalOf(ctx).userId, id);
  if (!isEnded) throw new ApiError("SESSION_NOT_FOUND", "You have no such session");
  succeed(ctx, 200, { id }, { message: "Session ended" });
}
