import { STATUS_CODES } from "node:http";
import type { Access } from "../access.ts";
import { type ErrorCode, STATUS_OF } from "../errors.ts";
import type { Operation, ReplyHeader } from "./operation.ts";
import { headersOf } from "./reply-headers.ts";

const ANY: readonly ErrorCode[] = ["SERVER_ERROR", "OVERLOADED"];
const BAD_TOKEN: readonly ErrorCode[] = ["AUTH_TOKEN_INVALID", "AUTH_TOKEN_EXPIRED"];
const BAD_BODY: readonly ErrorCode[] = ["VALIDATION_ERROR", "PAYLOAD_TOO_LARGE", "UNSUPPORTED_MEDIA_TYPE"];

/** Whether requests for an operation are counted. */
export function isLimited(operation: Operation, access: Access | null): boolean {
  return operation.isLimited ?? access !== null;
}

/** The codes of an operation by status: its own, and those that all of its kind can have. */
export function codesOf(operation: Operation, access: Access | null): Map<number, ErrorCode[]> {
  const { errors, params, query, body, refusesBody, headers = [] } = operation;
  const takesInput = params !== undefined || query !== undefined || headers.includes("Idempotency-Key");
  const codes = new Set<ErrorCode>([
    ...errors,
    ...(access === null ? [] : BAD_TOKEN),
    ...(isLimited(operation, access) ? ["RATE_LIMIT_EXCEEDED" as const] : []),
    ...(access === null || access === "public" ? [] : ["AUTH_REQUIRED" as const]),
    ...(access === "organizer" || access === "admin" ? ["AUTH_UNAUTHORIZED" as const] : []),
    ...(takesInput ? ["VALIDATION_ERROR" as const] : []),
    ...(body !== undefined || refusesBody ? BAD_BODY : []),
    ...(headers.includes("Idempotency-Key") ? ["IDEMPOTENCY_KEY_REUSED" as const] : []),
    ...ANY,
  ]);
  const sorted = Object.keys(STATUS_OF).filter((code) => codes.has(code as ErrorCode)) as ErrorCode[];
  return Map.groupBy(sorted, (code) => STATUS_OF[code]);
}

/** Replies that many operations share have a component of their own; with more codes than these they are one's own. */
const SHARED_CODES_MAX = 3;

/** The error replies of a document: those that are alike are written once. */
export class ErrorReplies {
  readonly components: Record<string, ReturnType<typeof errorReply>> = {};

  /** The reply, or a reference to it. @param own headers besides those that every error has */
  reply(status: number, codes: readonly ErrorCode[], headers: ErrorHeaders) {
    if (codes.length > SHARED_CODES_MAX) return errorReply(status, codes, headers);
    const { isLimited, own } = headers;
    const name = [status, ...codes, ...own, ...(isLimited ? [] : ["unlimited"])].join(".");
    this.components[name] ??= errorReply(status, codes, headers);
    return { $ref: `#/components/responses/${name}` };
  }
}

interface ErrorHeaders {
  readonly isLimited: boolean;
  readonly own: readonly ReplyHeader[];
}

/** What was decided is told with these, also where it is an error. */
export function ownErrorHeaders(status: number, { headers = [] }: Operation): readonly ReplyHeader[] {
  if (status === 401 || status === 413 || status === 415 || status === 429 || status >= 500) return [];
  return [
    ...(headers.includes("Idempotency-Key") ? (["Idempotency-Replayed"] as const) : []),
    ...(headers.includes("Prefer") ? (["Preference-Applied"] as const) : []),
  ];
}

/** The reply of one error status: the envelope of errors with the codes that it can have here. */
function errorReply(status: number, codes: readonly ErrorCode[], { isLimited, own }: ErrorHeaders) {
  const narrowed = (component: string) => ({
    allOf: [
      { $ref: `#/components/schemas/${component}` },
      { type: "object" as const, properties: { code: { type: "string" as const, enum: [...codes] } } },
    ],
  });
  return {
    description: `${STATUS_CODES[status]}: ${codes.join(", ")}`,
    headers: headersOf(status, { isLimited, own }),
    content: {
      "application/json": { schema: narrowed("Error"), example: exampleError(codes[0] as ErrorCode) },
      "application/problem+json": {
        schema: narrowed("Problem"),
        example: exampleProblem(codes[0] as ErrorCode),
      },
    },
  };
}

const AT = "2030-05-01T19:00:00.000Z";
const REQUEST_ID = "b1c9d6e0-5f2a-4f1c";

/** The code in words: the examples say what kind of error it is, not what this very route would say of it. */
function wordsOf(code: ErrorCode): string {
  const words = code.toLowerCase().replaceAll("_", " ");
  return `${words.charAt(0).toUpperCase()}${words.slice(1)}`;
}

function exampleError(code: ErrorCode) {
  const error = wordsOf(code);
  return {
    success: false,
    error,
    message: error,
    code,
    details: {},
    timestamp: AT,
    request_id: REQUEST_ID,
  };
}

function exampleProblem(code: ErrorCode) {
  const status = STATUS_OF[code];
  return {
    type: "about:blank",
    title: STATUS_CODES[status],
    status,
    detail: wordsOf(code),
    instance: `urn:request:${REQUEST_ID}`,
    code,
    details: {},
    timestamp: AT,
    request_id: REQUEST_ID,
  };
}
