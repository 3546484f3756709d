import { createHash } from "node:crypto";
import { promisify } from "node:util";
import { gzip as gzipNow } from "node:zlib";
import type Router from "@koa/router";
import type { RouterContext } from "@koa/router";
import { isKnown } from "../conditions.ts";
import { ApiError } from "../errors.ts";
import { DOCS_POLICY, readDocsFile, renderDocsPage } from "../openapi/docs-page.ts";
import { renderDocument } from "../openapi/render-document.ts";
import type { AppState } from "../state.ts";

type Context = RouterContext<AppState>;

interface Rendered {
  readonly body: Buffer;
  /** Null where that is no shorter. */
  readonly gzipped: Buffer | null;
  readonly etag: string;
}

const FILE_SECONDS_MAX = 86_400;

const gzip = promisify(gzipNow);

/**
 * The documents of this API, and the page that shows them. They are put together when they are first asked for, so
 * that neither the start of a process nor its other requests pay for them.
 */
export function addDocumentRoutes(router: Router<AppState>, version: string): Router<AppState> {
  const openApi = once(() => renderDocument("openapi", version));
  const asyncApi = once(() => renderDocument("asyncapi", version));
  const files = new Map<string, () => Promise<Rendered>>();
  return router
    .get("/openapi.json", async (ctx) => send(ctx, await openApi(), "application/json"))
    .get("/asyncapi.json", async (ctx) => send(ctx, await asyncApi(), "application/json"))
    .get("/docs", (ctx) => {
      ctx.set("Content-Security-Policy", DOCS_POLICY);
      ctx.set("Cache-Control", "no-cache");
      ctx.type = "html";
      ctx.body = renderDocsPage(ctx.path);
    })
    .get("/docs/:file", async (ctx) => {
      const file = readDocsFile(ctx.params.file ?? "");
      if (file === null) throw new ApiError("NOT_FOUND", "The page has no such file");
      const read = files.get(file.name) ?? once(file.read);
      files.set(file.name, read);
      send(ctx, await read(), file.type, `public, max-age=${FILE_SECONDS_MAX}`);
    });
}

/** Makes something when it is first wanted; what failed is tried again. */
function once(make: () => Promise<Buffer>): () => Promise<Rendered> {
  let made: Promise<Rendered> | null = null;
  return () => {
    made ??= make()
      .then(rendered)
      .catch((error: unknown) => {
        made = null;
        throw error;
      });
    return made;
  };
}

/** Compressed once: these are half a megabyte and more, and the same for everybody. */
async function rendered(body: Buffer): Promise<Rendered> {
  const gzipped = await gzip(body);
  const etag = `"${createHash("sha256").update(body).digest("base64url").slice(0, 22)}"`;
  return { body, gzipped: gzipped.length < body.length ? gzipped : null, etag };
}

function send(ctx: Context, made: Rendered, type: string, cacheControl = "no-cache"): void {
  const { body, gzipped, etag } = made;
  ctx.set("ETag", etag);
  ctx.set("Cache-Control", cacheControl);
  if (isKnown(ctx.get("If-None-Match"), etag)) {
    ctx.status = 304;
    return;
  }
  ctx.type = type;
  const isGzipped = gzipped !== null && ctx.acceptsEncodings("gzip", "identity") === "gzip";
  if (isGzipped) ctx.set("Content-Encoding", "gzip");
  ctx.body = isGzipped ? gzipped : body;
}
