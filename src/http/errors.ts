/**
 * The closed set of error codes of the API. Each has one HTTP status; a code that is missing here does
 * not compile.
 */
export const STATUS_OF = {
  VALIDATION_ERROR: 400,
  TICKET_CODE_INVALID: 400,
  AUTH_REQUIRED: 401,
  AUTH_TOKEN_INVALID: 401,
  AUTH_TOKEN_EXPIRED: 401,
  AUTH_INVALID_CREDENTIALS: 401,
  WEBHOOK_SIGNATURE_INVALID: 401,
  PAYMENT_FAILED: 402,
  PAYMENT_REQUIRED: 402,
  AUTH_UNAUTHORIZED: 403,
  LOAD_TESTS_DISABLED: 403,
  NOT_FOUND: 404,
  EVENT_NOT_FOUND: 404,
  BOOKING_NOT_FOUND: 404,
  TICKET_NOT_FOUND: 404,
  PAYMENT_NOT_FOUND: 404,
  WAITLIST_ENTRY_NOT_FOUND: 404,
  USER_NOT_FOUND: 404,
  SESSION_NOT_FOUND: 404,
  VENUE_NOT_FOUND: 404,
  WEBHOOK_NOT_FOUND: 404,
  REHEARSAL_NOT_FOUND: 404,
  NOTIFICATION_NOT_FOUND: 404,
  BROADCAST_NOT_FOUND: 404,
  LOAD_TEST_NOT_FOUND: 404,
  TRACE_NOT_FOUND: 404,
  METHOD_NOT_ALLOWED: 405,
  NOT_ACCEPTABLE: 406,
  EVENT_SOLD_OUT: 409,
  BOOKING_SEATS_UNAVAILABLE: 409,
  EVENT_NOT_ON_SALE: 409,
  BOOKING_LIMIT_EXCEEDED: 409,
  BOOKING_STATE_CONFLICT: 409,
  PRICE_CHANGED: 409,
  PROMO_CODE_INVALID: 409,
  PROMO_CODE_USED_UP: 409,
  TICKET_ALREADY_USED: 409,
  TICKET_REPLACED: 409,
  TICKET_NOT_VALID: 409,
  TICKET_WRONG_EVENT: 409,
  WAITLIST_NOT_NEEDED: 409,
  WAITLIST_ALREADY_JOINED: 409,
  CAPACITY_BELOW_SOLD: 409,
  EVENT_STATE_CONFLICT: 409,
  EMAIL_TAKEN: 409,
  WEBHOOK_LIMIT_EXCEEDED: 409,
  REHEARSAL_RUNNING: 409,
  REHEARSAL_NOT_DONE: 409,
  IDEMPOTENCY_KEY_IN_USE: 409,
  LOAD_TEST_RUNNING: 409,
  LAST_ADMIN: 409,
  BOOKING_EXPIRED: 410,
  PRECONDITION_FAILED: 412,
  PAYLOAD_TOO_LARGE: 413,
  UNSUPPORTED_MEDIA_TYPE: 415,
  IDEMPOTENCY_KEY_REUSED: 422,
  UPGRADE_REQUIRED: 426,
  RATE_LIMIT_EXCEEDED: 429,
  SERVER_ERROR: 500,
  OVERLOADED: 503,
} as const;

export type ErrorCode = keyof typeof STATUS_OF;

export interface ApiErrorOptions {
  /** `field → what is wrong with it`, for the `details` of the reply. */
  readonly details?: Readonly<Record<string, string>>;
  /** Fields that stand beside `error` in the reply, such as `available_seats`. */
  readonly extra?: Readonly<Record<string, unknown>>;
  readonly retryAfterS?: number;
  readonly cause?: unknown;
}

/** A reply other than success, thrown anywhere in `http/` and rendered by the one error funnel. */
export class ApiError extends Error {
  override readonly name = "ApiError";
  readonly code: ErrorCode;
  readonly status: number;
  readonly details: Readonly<Record<string, string>>;
  readonly extra: Readonly<Record<string, unknown>>;
  readonly retryAfterS: number | null;

  constructor(code: ErrorCode, message: string, options: ApiErrorOptions = {}) {
    super(message, { cause: options.cause });
    this.code = code;
    this.status = STATUS_OF[code];
    this.details = options.details ?? {};
    this.extra = options.extra ?? {};
    this.retryAfterS = options.retryAfterS ?? null;
  }
}
