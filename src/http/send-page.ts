import { isAscii } from "node:buffer";
import { promisify } from "node:util";
import { constants, gzip } from "node:zlib";
import type { RouterContext } from "@koa/router";
import { isoTime } from "../ops/iso-time.ts";
import { isUnchanged } from "./conditions.ts";
import type { Page, ShownPage } from "./pages.ts";
import { setLinks } from "./reply.ts";
import { type Page as Place, paginationOf } from "./schemas/lists.ts";
import type { AppState } from "./state.ts";

type Context = RouterContext<AppState>;

/** Shorter ones are sent as they are. */
const GZIP_BYTES_MIN = 2_048;
const ENVELOPE = '{"success":true,"data":';
const compress = promisify(gzip);
/** By body, as it is told with `cached` and without. */
const gzippedPages = {
  cached: new WeakMap<Buffer, Promise<Buffer>>(),
  read: new WeakMap<Buffer, Promise<Buffer>>(),
};

/** Answers with a page's ETag; @returns whether that was all, because the client has this very page. */
export function answersUnchanged(ctx: Context, { etag }: Page): boolean {
  ctx.set("ETag", etag);
  ctx.set("Cache-Control", "no-cache");
  if (!isUnchanged(ctx, etag)) return false;
  ctx.status = 304;
  return true;
}

/** Answers with a page as `data` in the envelope of success. @param beside fields that stand beside `data` */
export async function sendPage(
  ctx: Context,
  shown: ShownPage,
  beside: Readonly<Record<string, unknown>>,
): Promise<void> {
  if (answersUnchanged(ctx, shown.page)) return;
  await sendBody(ctx, shown, () => {
    const rest = JSON.stringify({ timestamp: isoTime(Date.now()), ...beside });
    const { body } = shown.page;
    // As text in ASCII it leaves in one piece with the head.
    if (isAscii(body)) return `${ENVELOPE}${body.toString("latin1")},${rest.slice(1)}`;
    return Buffer.concat([Buffer.from(ENVELOPE), body, Buffer.from(`,${rest.slice(1)}`)]);
  });
}

/** The same with a page of a list, its place and its neighbours. */
export async function sendListPage(
  ctx: Context,
  shown: ShownPage,
  place: Place,
  beside: Readonly<Record<string, unknown>> = {},
): Promise<void> {
  const { count, total } = shown.page;
  if (answersUnchanged(ctx, shown.page)) return;
  setLinks(ctx, place, total);
  await sendPage(ctx, shown, { count, pagination: paginationOf(place, total), ...beside });
}

/** Answers with a page without an envelope, how many rows there are in all in a header. */
export async function sendBareList(ctx: Context, shown: ShownPage, place: Place): Promise<void> {
  const { total } = shown.page;
  ctx.set("Cache-Control", "no-cache");
  setLinks(ctx, place, total);
  ctx.set("X-Total-Count", String(total));
  await sendBody(ctx, shown, () => shown.page.body);
}

/**
 * Sends JSON. What many are sent is compressed once for all of them; its `timestamp` then is of the first.
 * @param whole the reply to one request
 * @param gzipBytesMin shorter ones are sent as they are
 */
export async function sendBody(
  ctx: Context,
  { page, cached }: ShownPage,
  whole: () => Buffer | string,
  gzipBytesMin = GZIP_BYTES_MIN,
): Promise<void> {
  ctx.status = 200;
  ctx.set("Content-Type", "application/json; charset=utf-8");
  if (page.body.length < gzipBytesMin || ctx.acceptsEncodings("gzip", "identity") !== "gzip") {
    ctx.body = whole();
    return;
  }
  const known = cached ? gzippedPages.cached : gzippedPages.read;
  let gzipped = known.get(page.body);
  if (gzipped === undefined) {
    gzipped = compress(whole(), { level: constants.Z_BEST_SPEED });
    known.set(page.body, gzipped);
  }
  ctx.set("Content-Encoding", "gzip");
  ctx.body = await gzipped;
}
