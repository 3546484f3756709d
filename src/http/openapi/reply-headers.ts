import type { ReplyHeader } from "./operation.ts";

interface DocumentedHeader {
  readonly description: string;
  readonly schema: { readonly type: "string" | "integer"; readonly examples: readonly (string | number)[] };
}

const text = (description: string, example: string): DocumentedHeader => ({
  description,
  schema: { type: "string", examples: [example] },
});
const whole = (description: string, example: number): DocumentedHeader => ({
  description,
  schema: { type: "integer", examples: [example] },
});

/** Headers of some replies, and of all. The rate-limit family tells the tightest limit of the request. */
export const REPLY_HEADERS = {
  "X-Request-Id": text("Names this request in logs; a client may bring its own", "b1c9d6e0-5f2a-4f1c"),
  "X-Trace-Id": text(
    "The trace of this request, where one is kept: that of its `traceparent`, or its own (32 hexadecimal digits)",
    "4bf92f3577b34da6a3ce929d0e0e4736",
  ),
  "X-RateLimit-Limit": whole("Requests that the tightest limit grants", 1_000),
  "X-RateLimit-Remaining": whole("Requests that are left of it", 999),
  "X-RateLimit-Reset": whole("When it starts anew, in Unix seconds", 1_900_000_000),
  "X-RateLimit-Tier": text("Whose limits these are: the person's tier, or anonymous", "basic"),
  RateLimit: text("The same as the IETF draft has it", '"user";r=999;t=60'),
  "RateLimit-Policy": text("What the tightest limit grants, as the IETF draft has it", '"user";q=1000;w=60'),
  Location: text(
    "Where the thing that was made is found",
    "/api/v1/bookings/0197c1a4-7c00-7000-8000-5f0000000001",
  ),
  ETag: text("Names this state of the thing, for If-None-Match and If-Match", '"3.120"'),
  Link: text("The neighbours of this page (RFC 8288)", '</api/v1/events?limit=50&offset=50>; rel="next"'),
  "Retry-After": whole("Seconds until it is worth asking again", 1),
  "Idempotency-Replayed": text("`true` where this answers an earlier request with the same key", "true"),
  "Preference-Applied": text("What of Prefer was honoured", "wait=10"),
  "WWW-Authenticate": text("How to authenticate", 'Bearer realm="evently"'),
} as const satisfies Readonly<Record<string, DocumentedHeader>>;

type HeaderName = keyof typeof REPLY_HEADERS;

const OF_ALL = ["X-Request-Id", "X-Trace-Id"] as const satisfies readonly HeaderName[];
const OF_LIMITED = [
  "X-RateLimit-Limit",
  "X-RateLimit-Remaining",
  "X-RateLimit-Reset",
  "X-RateLimit-Tier",
  "RateLimit",
  "RateLimit-Policy",
] as const satisfies readonly HeaderName[];

/** The headers of a reply, as references into the components. */
export function headersOf(
  status: number,
  { isLimited, own = [] }: { readonly isLimited: boolean; readonly own?: readonly ReplyHeader[] },
): Record<string, { $ref: string }> {
  const names: HeaderName[] = [
    ...OF_ALL,
    ...(isLimited ? OF_LIMITED : []),
    ...own,
    ...(status === 401 ? (["WWW-Authenticate"] as const) : []),
    ...(status === 429 || status === 503 ? (["Retry-After"] as const) : []),
  ];
  return Object.fromEntries(names.map((name) => [name, { $ref: `#/components/headers/${name}` }]));
}
