import { breachOf } from "./contract.ts";
import { ADMIN } from "./system.ts";

/** A reply with its body parsed; `any`, because a test asserts what the product promises only in words. */
export interface Reply {
  readonly status: number;
  readonly headers: Headers;
  // biome-ignore lint/suspicious/noExplicitAny: the shape is what the tests are about
  readonly body: any;
}

export interface RequestOptions {
  readonly token?: string;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

const REQUEST_MS_MAX = 30_000;

/** Sends a request and reads its reply. @param base where the surface is, such as http://127.0.0.1:3000/api/v1 */
export async function exchange(
  base: string,
  { method, path, token, body, headers }: RequestOptions & { readonly method: string; readonly path: string },
): Promise<Reply> {
  const response = await fetch(base + path, {
    method,
    signal: AbortSignal.timeout(REQUEST_MS_MAX),
    headers: {
      ...(body === undefined ? {} : { "content-type": "application/json" }),
      ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
      ...headers,
    },
    ...(body === undefined ? {} : { body: typeof body === "string" ? body : JSON.stringify(body) }),
  });
  const isStream = response.headers.get("content-type")?.includes("event-stream") ?? false;
  const text = isStream ? await firstOf(response) : await response.text();
  const isJson = response.headers.get("content-type")?.includes("json") ?? false;
  return {
    status: response.status,
    headers: response.headers,
    body: isJson && text !== "" ? JSON.parse(text) : text,
  };
}

/** What comes first of a reply that goes on for as long as somebody listens. */
async function firstOf({ body }: Response): Promise<string> {
  const reader = body?.getReader();
  const first = await reader?.read();
  await reader?.cancel();
  return Buffer.from(first?.value ?? []).toString();
}

/** A REST client of one API process. Every reply is held against the OpenAPI document: what breaks it is thrown. */
export class Client {
  readonly #base: string;
  #users = 0;

  constructor(apiUrl: string) {
    this.#base = `${apiUrl}/api/v1`;
  }

  async request(method: string, path: string, options: RequestOptions = {}): Promise<Reply> {
    const reply = await exchange(this.#base, { method, path, ...options });
    const breach = breachOf(method, new URL(this.#base + path).pathname, reply);
    if (breach !== null) throw new Error(breach);
    return reply;
  }

  get(path: string, options?: RequestOptions): Promise<Reply> {
    return this.request("GET", path, options);
  }

  post(path: string, body: unknown, options?: RequestOptions): Promise<Reply> {
    return this.request("POST", path, { ...options, body });
  }

  async adminToken(): Promise<string> {
    const reply = await this.post("/auth/login", ADMIN);
    if (reply.status !== 200) throw new Error(`admin login: ${reply.status} ${JSON.stringify(reply.body)}`);
    return reply.body.data.token;
  }

  /** Registers somebody new. */
  async register(): Promise<{ readonly token: string; readonly userId: string }> {
    this.#users += 1;
    const email = `buyer-${process.pid}-${Date.now()}-${this.#users}@example.com`;
    const reply = await this.post("/auth/register", {
      email,
      name: "A Buyer",
      password: "a-fairly-long-one-1",
    });
    if (reply.status !== 201) throw new Error(`register: ${reply.status} ${JSON.stringify(reply.body)}`);
    return { token: reply.body.data.token, userId: reply.body.data.user.id };
  }

  /** Creates an event and returns it. */
  // biome-ignore lint/suspicious/noExplicitAny: see Reply
  async createEvent(token: string, fields: Readonly<Record<string, unknown>> = {}): Promise<any> {
    const body = {
      name: "An Evening",
      venue: "The Hall",
      event_date: inDays(30),
      total_capacity: 10,
      price: 20,
      ...fields,
    };
    const reply = await this.post("/events", body, { token });
    if (reply.status !== 201) throw new Error(`event: ${reply.status} ${JSON.stringify(reply.body)}`);
    return reply.body.data;
  }

  book(token: string, eventId: string, quantity: number, options: RequestOptions = {}): Promise<Reply> {
    return this.post("/bookings", { event_id: eventId, quantity }, { token, ...options });
  }
}

export function inDays(days: number): string {
  return new Date(Date.now() + days * 86_400_000).toISOString();
}
