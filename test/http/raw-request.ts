import { request } from "node:http";
import type { Reply } from "../support/client.ts";

export interface RawOptions {
  /** Content-Type; null sends none. */
  readonly type?: string | null;
  readonly encoding?: string;
  /** In chunks, without a length. */
  readonly chunked?: boolean;
  /** Below /api/v1. */
  readonly path?: string;
}

const RESET_GRACE_MS = 200;

/** POSTs bytes as they are and measures the answer, which may come before all of them were sent. */
export function sendBytes(
  url: string,
  token: string,
  bytes: string | Buffer,
  { type = "application/json", encoding, chunked = false }: RawOptions,
): Promise<Reply & { readonly ms: number }> {
  const started = performance.now();
  const headers = {
    authorization: `Bearer ${token}`,
    ...(type === null ? {} : { "content-type": type }),
    ...(encoding === undefined ? {} : { "content-encoding": encoding }),
    ...(chunked ? {} : { "content-length": Buffer.byteLength(bytes) }),
  };
  return new Promise((resolve, reject) => {
    const outgoing = request(url, { method: "POST", headers });
    outgoing.once("response", (incoming) => {
      const chunks: Buffer[] = [];
      incoming.on("data", (chunk) => chunks.push(chunk));
      incoming.once("end", () => {
        const body = JSON.parse(Buffer.concat(chunks).toString());
        const told = new Headers(incoming.headers as Record<string, string>);
        resolve({ status: incoming.statusCode ?? 0, headers: told, body, ms: performance.now() - started });
        outgoing.destroy();
      });
    });
    outgoing.on("error", (error) => setTimeout(() => reject(error), RESET_GRACE_MS));
    outgoing.end(bytes);
  });
}
