import type { IncomingMessage } from "node:http";
import type { Middleware } from "koa";
import { ApiError } from "../errors.ts";
import type { AppState } from "../state.ts";

/**
 * Reads a body of any media type byte for byte into `ctx.request.body`, a Buffer: a signature covers bytes, not JSON.
 * @throws ApiError 413 beyond `bytesMax`, 415 for a coded body.
 */
export function rawBody(bytesMax: number): Middleware<AppState> {
  return async (ctx, next) => {
    const { headers } = ctx.req;
    if ((headers["content-encoding"] ?? "identity") !== "identity") {
      throw new ApiError("UNSUPPORTED_MEDIA_TYPE", "Send the body without a content coding");
    }
    if (Number(headers["content-length"] ?? 0) > bytesMax) throw tooLarge(bytesMax);
    (ctx.request as { body?: unknown }).body = await bytesOf(ctx.req, bytesMax);
    return next();
  };
}

function bytesOf(request: IncomingMessage, bytesMax: number): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let bytes = 0;
    request.on("data", (chunk: Buffer) => {
      bytes += chunk.length;
      if (bytes <= bytesMax) chunks.push(chunk);
      else reject(tooLarge(bytesMax));
    });
    request.on("end", () => resolve(Buffer.concat(chunks)));
    request.on("error", reject);
    request.on("aborted", () =>
      reject(new ApiError("VALIDATION_ERROR", "The body ended before its length was reached")),
    );
  });
}

function tooLarge(bytesMax: number): ApiError {
  return new ApiError("PAYLOAD_TOO_LARGE", `The body is larger than ${bytesMax} bytes`);
}
