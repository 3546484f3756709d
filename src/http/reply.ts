import { createHash } from "node:crypto";
import type { ParameterizedContext } from "koa";
import { isoTime } from "../ops/iso-time.ts";
import { isUnchanged } from "./conditions.ts";
import { linkHeaderOf, type Page, paginationOf } from "./schemas/lists.ts";

type PagedContext = Pick<ParameterizedContext, "status" | "body" | "set" | "path" | "querystring">;

interface ReplyExtras {
  readonly message?: string;
  /** Fields that stand beside `data`, such as `count` or `pagination`. */
  readonly [field: string]: unknown;
}

/** Answers with the envelope of success: `{success: true, data, message?, timestamp, ...extras}`. */
export function succeed(
  ctx: Pick<ParameterizedContext, "status" | "body">,
  status: number,
  data: unknown,
  extras?: ReplyExtras,
): void {
  ctx.status = status;
  ctx.body = { success: true, data, timestamp: isoTime(Date.now()), ...extras };
}

/** Answers with a page of a list: its place stands beside the data, links to its neighbours in a header. */
export function succeedWithPage(
  ctx: PagedContext,
  shown: readonly unknown[],
  { page, total }: { readonly page: Page; readonly total: number },
  extras?: ReplyExtras,
): void {
  setLinks(ctx, page, total);
  succeed(ctx, 200, shown, { count: shown.length, pagination: paginationOf(page, total), ...extras });
}

/**
 * The same where everybody is told the same: with an ETag of the rows and of how many there are in all; 304 where the client
 * has this very page.
 */
export function succeedWithPublicPage(
  ctx: PagedContext & Parameters<typeof isUnchanged>[0],
  shown: readonly unknown[],
  { page, total }: { readonly page: Page; readonly total: number },
  extras?: ReplyExtras,
): void {
  const data = JSON.stringify(shown);
  const etag = listEtagOf(data, total);
  ctx.set("ETag", etag);
  ctx.set("Cache-Control", "no-cache");
  if (isUnchanged(ctx, etag)) {
    ctx.status = 304;
    return;
  }
  setLinks(ctx, page, total);
  succeedWith(ctx, 200, data, { count: shown.length, pagination: paginationOf(page, total), ...extras });
}

/** Of the rows of a page, as JSON, and of how many there are in all. */
export function listEtagOf(data: string, total: number): string {
  return `"${createHash("sha256").update(`${total} ${data}`).digest("base64url").slice(0, 22)}"`;
}

/** Links to the neighbours of a page, where it has any. */
export function setLinks(ctx: Omit<PagedContext, "status" | "body">, page: Page, total: number): void {
  const links = linkHeaderOf(ctx, page, total);
  if (links !== null) ctx.set("Link", links);
}

/** The same where `data` is JSON already. */
export function succeedWith(
  ctx: Pick<ParameterizedContext, "status" | "body" | "set">,
  status: number,
  data: string,
  extras: ReplyExtras,
): void {
  const rest = JSON.stringify({ timestamp: isoTime(Date.now()), ...extras });
  ctx.status = status;
  ctx.set("Content-Type", "application/json; charset=utf-8");
  ctx.body = `{"success":true,"data":${data},${rest.slice(1)}`;
}

/** The address of what a request to a collection's path made. */
export function locationOf(path: string, id: string): string {
  return `${path.replace(/\/+$/, "")}/${id}`;
}
