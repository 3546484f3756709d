import { createHash } from "node:crypto";
import { ApiError } from "./errors.ts";

/** A client's claim that all requests with this key are one request. */
export interface IdempotencyKey {
  /** SHA-256 of user, method, path and key. */
  readonly digest: Buffer;
  /** SHA-256 of the body, whatever the order of its fields. */
  readonly fingerprint: Buffer;
}

const KEY_LENGTH_MAX = 255;

/**
 * The request's Idempotency-Key (bare or quoted), scoped to user, method and path; null without one.
 * @throws ApiError where it is empty, too long, or holds other than printable characters.
 */
export function idempotencyKeyOf(request: {
  readonly header: string | undefined;
  readonly userId: string;
  readonly method: string;
  readonly path: string;
  readonly body: unknown;
}): IdempotencyKey | null {
  const { header, userId, method, path, body } = request;
  if (header === undefined) return null;
  const key = /^"(.*)"$/.exec(header)?.[1] ?? header;
  if (key.length === 0 || key.length > KEY_LENGTH_MAX || !/^[\x20-\x7e]+$/.test(key)) {
    const wrong = `must be 1 to ${KEY_LENGTH_MAX} printable ASCII characters`;
    throw new ApiError("VALIDATION_ERROR", `Idempotency-Key ${wrong}`, {
      details: { "Idempotency-Key": wrong },
    });
  }
  return {
    digest: createHash("sha256").update(`${userId}\n${method}\n${path}\n${key}`).digest(),
    fingerprint: createHash("sha256").update(canonical(body)).digest(),
  };
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
