import { createHmac } from "node:crypto";
import { once } from "node:events";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import type { SignedCallback } from "../../src/payments/test-callback.ts";
import {
  type Intent,
  type Params,
  StripeStubBooks,
  type StubAnswer,
  StubRefusal,
} from "./stripe-stub-books.ts";

export const WEBHOOK_SECRET = "whsec_of_the_tests";
const HEADERS = { "content-type": "application/json", "request-id": "req_stub" };

/** How the next requests to matching paths go wrong. */
interface Trouble {
  readonly path: RegExp;
  /** A status to answer without doing anything; `failed`: 500, kept under the key; `lost`: done, and no answer. */
  readonly how: number | "failed" | "lost";
  times: number;
}

/** A local stand-in of Stripe's HTTP API: idempotency keys, refusals, and faults on request. */
export class StripeStub {
  readonly books = new StripeStubBooks();
  readonly requests: { readonly method: string; readonly path: string; readonly key: string }[] = [];
  readonly #answered = new Map<string, { readonly request: string; readonly answer: StubAnswer }>();
  readonly #server: Server;
  #troubles: Trouble[] = [];

  constructor() {
    this.#server = createServer((req, res) => void this.#serve(req, res));
  }

  async listen(): Promise<number> {
    this.#server.listen(0, "127.0.0.1");
    await once(this.#server, "listening");
    return (this.#server.address() as AddressInfo).port;
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  /** The next requests go wrong. */
  trouble(path: RegExp, how: Trouble["how"], times = 1): void {
    this.#troubles.push({ path, how, times });
  }

  /** As after a day: keys are forgotten. */
  forgetKeys(): void {
    this.#answered.clear();
  }

  async #serve(req: IncomingMessage, res: ServerResponse): Promise<void> {
    let text = "";
    for await (const chunk of req) text += chunk;
    const url = new URL(req.url ?? "/", "http://stub");
    const params = readForm(req.method === "GET" ? url.searchParams : new URLSearchParams(text));
    const key = String(req.headers["idempotency-key"] ?? "");
    this.requests.push({ method: req.method ?? "", path: url.pathname, key });
    const trouble = this.#troubles.find(({ path, times }) => times > 0 && path.test(url.pathname));
    if (trouble) trouble.times -= 1;
    if (typeof trouble?.how === "number") return send(res, faulty(trouble.how));
    const request = `${req.method} ${url.pathname} ${text}`;
    const before = req.method === "POST" ? this.#answered.get(key) : undefined;
    if (before !== undefined) return this.#replay(res, before, request);
    const answer =
      trouble?.how === "failed" ? faulty(500) : this.#answer(req.method ?? "", url.pathname, params);
    if (req.method === "POST") this.#answered.set(key, { request, answer });
    if (trouble?.how === "lost" || this.#isLost(url.pathname, params)) return;
    send(res, answer);
  }

  /** The same key gives the same answer, the first one, however things stand by now. */
  #replay(res: ServerResponse, before: { request: string; answer: StubAnswer }, request: string): void {
    const message = "Keys for idempotent requests can only be used with the same parameters.";
    const misused = { status: 400, body: { error: { type: "idempotency_error", message } } };
    if (before.request === request) send(res, before.answer, { "idempotent-replayed": "true" });
    else send(res, misused);
  }

  /** The money of `pm_timeout` is taken, and the first answer never comes. */
  readonly #slow = new Set<string>();
  #isLost(path: string, params: Params): boolean {
    const [, id = "", verb] = /payment_intents\/(\w+)\/(\w+)$/.exec(path) ?? [];
    if (verb === "confirm" && params.payment_method === "pm_timeout") this.#slow.add(id);
    return verb === "capture" && this.#slow.delete(id);
  }

  #answer(method: string, path: string, params: Params): StubAnswer {
    try {
      return { status: 200, body: structuredClone(this.#route(`${method} ${path}`, params)) };
    } catch (error) {
      if (!(error instanceof StubRefusal))
        return { status: 418, body: { error: { message: String(error) } } };
      return { status: error.status, body: { error: error.error } };
    }
  }

  #route(request: string, params: Params): object {
    const { books } = this;
    const [, id = "", verb] = /\/(?:payment_intents|sessions)\/(\w+)(?:\/(\w+))?$/.exec(request) ?? [];
    if (request === "POST /v1/payment_intents") return books.createIntent(params);
    if (request === "POST /v1/checkout/sessions") return books.createSession(params);
    if (request === "POST /v1/refunds") return books.refund(params);
    if (request === "GET /v1/refunds") {
      const data = books.refunds.filter((refund) => refund.payment_intent === params.payment_intent);
      return { object: "list", data, has_more: false, url: "/v1/refunds" };
    }
    if (request === "GET /v1/payment_intents/search") return this.#search(String(params.query));
    if (request.includes("/payment_intents/")) {
      const intent = books.intent(id);
      if (verb === "confirm") return books.confirm(intent, params);
      if (verb === "capture") return books.capture(intent);
      return verb === "cancel" ? books.cancel(intent) : intent;
    }
    const session = books.session(id);
    if (verb === "expire") return books.expire(session);
    const { payment_intent: paidBy } = session;
    return { ...session, payment_intent: paidBy === null ? null : books.intent(paidBy) };
  }

  #search(query: string): object {
    const [, paymentId] = /^metadata\['payment_id'\]:'([\w-]+)'$/.exec(query) ?? [];
    const data = [...this.books.intents.values()].filter(({ metadata }) => metadata.payment_id === paymentId);
    return { object: "search_result", data, has_more: false, url: "/v1/payment_intents/search" };
  }

  /** The buyer acts: on the bank's page, or on Stripe's. */
  complete(ref: string, outcome: "success" | "decline"): SignedCallback {
    if (ref.startsWith("cs_"))
      return this.event("checkout.session.completed", this.books.pay(this.books.session(ref)));
    const intent = this.books.intent(ref);
    if (outcome === "success") {
      Object.assign(intent, { status: "requires_capture", next_action: null });
      return this.event("payment_intent.amount_capturable_updated", intent);
    }
    return this.fail(intent);
  }

  fail(intent: Intent): SignedCallback {
    const last_payment_error = {
      type: "card_error",
      code: "card_declined",
      message: "Authentication failed.",
    };
    Object.assign(intent, { status: "requires_payment_method", next_action: null, last_payment_error });
    return this.event("payment_intent.payment_failed", intent);
  }

  event(type: string, object: object): SignedCallback {
    const created = Math.floor(Date.now() / 1_000);
    const event = { id: this.books.id("evt"), object: "event", type, created, data: { object } };
    return sign(JSON.stringify(event), Date.now());
  }
}

/** As Stripe's documentation says: HMAC-SHA-256 over the time, a full stop and the body. */
export function sign(body: string, nowMs: number): SignedCallback {
  const t = Math.floor(nowMs / 1_000);
  const mac = createHmac("sha256", WEBHOOK_SECRET).update(`${t}.${body}`).digest("hex");
  return { body, headers: { "Stripe-Signature": `t=${t},v1=${mac}` } };
}

function send(res: ServerResponse, { status, body }: StubAnswer, headers: Record<string, string> = {}): void {
  res.writeHead(status, { ...HEADERS, ...headers }).end(JSON.stringify(body));
}

function faulty(status: number): StubAnswer {
  const type = status === 401 ? "invalid_request_error" : "api_error";
  return { status, body: { error: { type, message: `The stub answers ${status}` } } };
}

/** `a[b][0]=c` becomes `{a: {b: {0: "c"}}}`. */
function readForm(form: URLSearchParams): Params {
  const root: Params = {};
  for (const [name, value] of form) {
    const keys = name.split(/[[\]]+/).filter((key) => key !== "");
    let at = root;
    for (const key of keys.slice(0, -1)) {
      at[key] ??= {};
      at = at[key] as Params;
    }
    at[keys.at(-1) as string] = value;
  }
  return root;
}
