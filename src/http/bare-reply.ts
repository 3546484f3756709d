import type { RouterContext } from "@koa/router";
import { setLinks } from "./reply.ts";
import type { Page } from "./schemas/lists.ts";
import type { AppState } from "./state.ts";

/** Answers with a bare body. */
export function send(ctx: RouterContext<AppState>, status: number, body: unknown): void {
  ctx.status = status;
  ctx.body = body;
}

/** Answers with a page of a list; how many there are in all, and where its neighbours are, stands in headers. */
export function sendList(
  ctx: RouterContext<AppState>,
  rows: readonly unknown[],
  { page, total }: { readonly page: Page; readonly total: number },
): void {
  setLinks(ctx, page, total);
  ctx.set("X-Total-Count", String(total));
  send(ctx, 200, rows);
}
