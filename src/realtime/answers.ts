import type { AuthFailure } from "../identity/principal.ts";

/** Why an emit was not carried out; the same words as the HTTP API uses. */
export type AnswerCode =
  | "VALIDATION_ERROR"
  | "AUTH_REQUIRED"
  | "AUTH_TOKEN_INVALID"
  | "AUTH_TOKEN_EXPIRED"
  | "AUTH_UNAUTHORIZED"
  | "EVENT_NOT_FOUND"
  | "RATE_LIMIT_EXCEEDED"
  | "OVERLOADED"
  | "SERVER_ERROR";

export interface Refused {
  readonly ok: false;
  readonly code: AnswerCode;
  readonly message: string;
}

/** What an emit is acknowledged with. */
export type Answer = { readonly ok: true; readonly [field: string]: unknown } | Refused;

export function refused(code: AnswerCode, message: string): Refused {
  return { ok: false, code, message };
}

export const OVERLOADED = refused(
  "OVERLOADED",
  "The service cannot take this request right now; try again shortly",
);

const FAILURES = {
  TokenInvalid: refused("AUTH_TOKEN_INVALID", "Invalid authentication token"),
  TokenExpired: refused("AUTH_TOKEN_EXPIRED", "The authentication token has expired"),
} as const satisfies Record<AuthFailure, Refused>;

export function refusedToken(failure: AuthFailure): Refused {
  return FAILURES[failure];
}

/** A refusal to connect: Socket.IO hands it to the client's `connect_error` as `{message, data: {code, message}}`. */
export function connectError({ code, message }: Refused): Error {
  return Object.assign(new Error(message), { data: { code, message } });
}
