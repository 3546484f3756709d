import type { z } from "zod";
import type { ErrorCode } from "../errors.ts";
import type { FieldNames } from "../names.ts";

/** Headers that a client may send, see `parameters.ts`. */
export type RequestHeader =
  | "Idempotency-Key"
  | "Prefer"
  | "If-Match"
  | "If-None-Match"
  | "X-Admin-Creation-Token";

/** Headers that a reply may have, besides those that all have, see `reply-headers.ts`. */
export type ReplyHeader =
  | "Location"
  | "ETag"
  | "Link"
  | "Retry-After"
  | "Idempotency-Replayed"
  | "Preference-Applied";

/** The JSON body of a request: the very schema that validates it, and the other names its fields may have. */
export interface DocumentedBody {
  /** The component that clients know it by, such as `BookTickets`. */
  readonly name: string;
  readonly schema: z.ZodType;
  readonly otherNames?: FieldNames;
  /** Bodies that would be accepted, the usual one first. */
  readonly examples: readonly Readonly<Record<string, unknown>>[];
  /** False where no body at all means `{}` and `{}` would be accepted. Default: true. */
  readonly required?: boolean;
}

/** A reply of success in the envelope: `data`, and what stands beside it. */
export interface EnvelopeReply {
  readonly description: string;
  readonly data: z.ZodType;
  /** Fields beside `data`. `message` may stand there always. */
  readonly beside?: Readonly<Record<string, z.ZodType>>;
  readonly headers?: readonly ReplyHeader[];
}

/** A reply without the envelope, such as that of a probe or a document. */
export interface BareReply {
  readonly description: string;
  /** Null: it has no body. By media type otherwise. */
  readonly content: Readonly<Record<string, z.ZodType>> | null;
  readonly headers?: readonly ReplyHeader[];
}

export type DocumentedReply = EnvelopeReply | BareReply;

/**
 * How a route is documented. Whom it is for is not said here but in `CANONICAL_ACCESS`, and what every route can answer
 * (401 for a bad token, 403 for another role, 400, 413 and 415 for a body, 429, 500, 503) is added by `render.ts`.
 *
 * ```ts
 * export const EVENT_OPERATIONS: readonly Operation[] = [
 *   {
 *     method: "GET", path: "/events/:id", operationId: "getEvent", tag: "Events",
 *     summary: "One event",
 *     params: z.object({ id: eventId }),
 *     headers: ["If-None-Match"],
 *     replies: { 200: { description: "The event", data: event, headers: ["ETag"] }, 304: NOT_MODIFIED },
 *     errors: ["EVENT_NOT_FOUND"],
 *   },
 * ];
 * ```
 */
export interface Operation {
  readonly method: "GET" | "POST" | "PUT" | "PATCH" | "DELETE";
  /** As the router writes it, relative to its surface: `/events/:id`. */
  readonly path: string;
  readonly operationId: string;
  readonly tag: string;
  /** One line. */
  readonly summary: string;
  /** Markdown, where there is more to say. */
  readonly description?: string;
  readonly params?: z.ZodObject;
  /** The very schema that `parseQuery` takes. */
  readonly query?: z.ZodObject;
  readonly body?: DocumentedBody;
  /** Where a body is read and must be empty. */
  readonly refusesBody?: boolean;
  readonly headers?: readonly RequestHeader[];
  /** False where requests are not counted. Default: true, but for system routes. */
  readonly isLimited?: boolean;
  readonly replies: Readonly<Record<number, DocumentedReply>>;
  /** Codes of this route's own; their statuses are in `errors.ts`. */
  readonly errors: readonly ErrorCode[];
}
