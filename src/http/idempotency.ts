import { createHash } from "node:crypto";
import type { IncomingHttpHeaders } from "node:http";
import { ApiError } from "./errors.ts";
import { malformed } from "./validate.ts";

/** A client's claim that all requests with this key are one request. */
export interface IdempotencyKey {
  /** SHA-256 of user, method, path and key. */
  readonly digest: Buffer;
  /** SHA-256 of the body, whatever the order of its fields. */
  readonly fingerprint: Buffer;
}

/** What became of something that is done once for each key; `reply` is what the first request was told. */
export type KeptReply<T> =
  | { readonly type: "done"; readonly reply: T }
  | { readonly type: "replayed"; readonly reply: T }
  | { readonly type: "keyReused" };

const KEY_LENGTH_MAX = 255;

interface KeyedRequest {
  readonly method: string;
  readonly path: string;
  readonly req: { readonly headers: IncomingHttpHeaders };
}

/**
 * The request's Idempotency-Key (bare or quoted), scoped to user, method and path; null without one.
 * @param body what the checks made of the request's body
 * @throws ApiError where it is empty, too long, or holds other than printable characters.
 */
export function requestKey(request: KeyedRequest, userId: string, body: unknown): IdempotencyKey | null {
  const header = request.req.headers["idempotency-key"];
  if (header === undefined) return null;
  const given = Array.isArray(header) ? header.join(", ") : header;
  const key = /^"(.*)"$/.exec(given)?.[1] ?? given;
  if (key.length > KEY_LENGTH_MAX || !/^[\x20-\x7e]+$/.test(key)) {
    throw malformed("Idempotency-Key", `must be 1 to ${KEY_LENGTH_MAX} printable ASCII characters`);
  }
  // One path, however it is spelt: routes match without regard to case and a slash at the end.
  const path = request.path.toLowerCase().replace(/\/+$/, "");
  return {
    digest: createHash("sha256").update(`${userId}\n${request.method}\n${path}\n${key}`).digest(),
    fingerprint: createHash("sha256").update(canonical(body)).digest(),
  };
}

/** What is to be answered; says so where it was answered before. @throws ApiError where the key was used for something else. */
export function replyOf<T>(ctx: { set(header: string, value: string): void }, kept: KeptReply<T>): T {
  if (kept.type === "keyReused") {
    throw new ApiError("IDEMPOTENCY_KEY_REUSED", "This Idempotency-Key was used for another request");
  }
  if (kept.type === "replayed") ctx.set("Idempotency-Replayed", "true");
  return kept.reply;
}

/** JSON with sorted fields: a client may write the same body in another order. */
function canonical(value: unknown): string {
  return (
    JSON.stringify(value, (_, part: unknown) =>
      typeof part === "object" && part !== null && !Array.isArray(part)
        ? Object.fromEntries(Object.entries(part).sort(([a], [b]) => (a < b ? -1 : 1)))
        : part,
    ) ?? ""
  );
}
