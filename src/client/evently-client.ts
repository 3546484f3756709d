import createClient, { type Client, type Middleware } from "openapi-fetch";
import type { paths } from "./schema.d.ts";

export interface EventlyClientOptions {
  /** Where the API is, such as `https://tickets.example.com`. */
  readonly baseUrl: string;
  /** The access token as it is now; null: nobody is logged in. */
  readonly token?: () => string | null;
  /** Attempts at one request, the first included. Default: 4. */
  readonly attemptsMax?: number;
  /** A server that asks for a longer pause than this is given up on. Default: 5,000. */
  readonly pauseMsMax?: number;
  readonly fetch?: (request: Request) => Promise<Response>;
}

export type EventlyClient = Client<paths>;

const ATTEMPTS_MAX = 4;
const PAUSE_MS_MAX = 5_000;
const FIRST_PAUSE_MS = 100;

/** Whoever answers like this did nothing, or may not know what it did; with a key that is safe to ask again. */
const WORTH_ANOTHER: ReadonlySet<number> = new Set([429, 502, 503, 504]);

/**
 * A client of the API with the types of its OpenAPI document. Every request that changes something carries an
 * Idempotency-Key, so that what was sent again after a broken connection happens once.
 *
 * ```ts
 * const evently = createEventlyClient({ baseUrl: "https://tickets.example.com", token: () => session.token });
 * const { data, error } = await evently.POST("/api/v1/bookings", { body: { event_id, quantity: 2 } });
 * if (error !== undefined) console.log(error.code);
 * else console.log(data.data.status);
 * ```
 */
export function createEventlyClient(options: EventlyClientOptions): EventlyClient {
  const { baseUrl, token = () => null } = options;
  const client = createClient<paths>({ baseUrl, fetch: retrying(options) });
  client.use(carrying(token));
  return client;
}

function carrying(token: () => string | null): Middleware {
  return {
    onRequest: ({ request }) => {
      const known = token();
      if (known !== null && !request.headers.has("Authorization")) {
        request.headers.set("Authorization", `Bearer ${known}`);
      }
      if (takesKey(request) && !request.headers.has("Idempotency-Key")) {
        request.headers.set("Idempotency-Key", crypto.randomUUID());
      }
      return request;
    },
  };
}

/** What changes something, except who somebody is: those requests have no keys. */
function takesKey({ method, url }: Request): boolean {
  return method !== "GET" && method !== "HEAD" && !new URL(url).pathname.includes("/auth/");
}

function retrying({
  attemptsMax = ATTEMPTS_MAX,
  pauseMsMax = PAUSE_MS_MAX,
  fetch: send = (request) => fetch(request),
}: EventlyClientOptions): (request: Request) => Promise<Response> {
  return async (request) => {
    const isSafe = request.method === "GET" || request.headers.has("Idempotency-Key");
    for (let attempt = 1; ; attempt += 1) {
      const isLast = !isSafe || attempt >= attemptsMax;
      const response = await send(request.clone()).catch((error: unknown) => {
        if (isLast || request.signal.aborted) throw error;
        return null;
      });
      if (response !== null && (isLast || !WORTH_ANOTHER.has(response.status))) return response;
      const pauseMs = Math.max(pauseOf(attempt), askedFor(response));
      if (response !== null && pauseMs > pauseMsMax) return response;
      await response?.body?.cancel();
      await new Promise((resolve) => setTimeout(resolve, pauseMs));
    }
  };
}

/** Twice as long each time, and not the same for everybody who was cut off in the same moment. */
function pauseOf(attempt: number): number {
  return FIRST_PAUSE_MS * 2 ** (attempt - 1) * (0.5 + Math.random());
}

function askedFor(response: Response | null): number {
  const seconds = Number(response?.headers.get("Retry-After"));
  return Number.isFinite(seconds) ? seconds * 1_000 : 0;
}
