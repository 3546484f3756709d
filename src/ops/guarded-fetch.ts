import { lookup as systemLookup } from "node:dns";
import http, { type IncomingHttpHeaders, type IncomingMessage, type OutgoingHttpHeaders } from "node:http";
import https from "node:https";
import { isIP, type LookupFunction } from "node:net";
import { hostOf, problemOfUrl } from "./guarded-url.ts";
import { isPublicAddress } from "./public-address.ts";

/** Shorter than most servers keep a silent connection, so that it is seldom closed under a request. */
const SOCKET_IDLE_MS = 2_000;
const REPLY_BYTES_MAX = 4_096;
/** A name that takes longer is judged when it is connected to. */
const RESOLVE_MS_MAX = 3_000;

/** Addresses that customers give are called by rules: a request to one must not reach what only this machine may. */
export interface GuardOptions {
  /** For development and tests: plain http, any port, and addresses that are not public. */
  readonly allowPrivate: boolean;
  /** How names become addresses; the system's way unless told otherwise. */
  readonly lookup?: LookupFunction;
}

export interface GuardedRequest {
  readonly url: string;
  readonly method: "POST" | "GET";
  readonly headers: OutgoingHttpHeaders;
  readonly body: string | Buffer;
  /** For everything: names, connection, request and reply. */
  readonly timeoutMs: number;
  /** Gives it up. */
  readonly signal?: AbortSignal;
}

export interface GuardedReply {
  /** Any status; a redirect is an answer like others and is not followed. */
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  /** Its beginning, at most 4 KiB, undecoded. */
  readonly body: string;
}

/** Why a request got no answer. `refused`: by our own rules, so that the same one never will. */
export class GuardedFetchError extends Error {
  override readonly name = "GuardedFetchError";
  readonly kind: "refused" | "timeout" | "aborted" | "network";

  constructor(kind: GuardedFetchError["kind"], message: string, cause?: unknown) {
    super(message, { cause });
    this.kind = kind;
  }
}

/** Requests to addresses of customers. Each address is checked when it is connected to: what a name meant before is no matter. */
export class GuardedFetch {
  readonly #options: GuardOptions;
  readonly #lookup: LookupFunction;
  readonly #agents: { readonly http: http.Agent; readonly https: https.Agent };

  constructor(options: GuardOptions) {
    this.#options = options;
    this.#lookup = guardedLookup(options.lookup ?? systemLookup, options.allowPrivate);
    const pool = { keepAlive: true, timeout: SOCKET_IDLE_MS, maxFreeSockets: 64 };
    this.#agents = { http: new http.Agent(pool), https: new https.Agent(pool) };
  }

  /** As the function of this name, and also where the host's name leads. Null, too, where that cannot be found out now. */
  async problemOfUrl(text: string): Promise<string | null> {
    const problem = problemOfUrl(text, this.#options);
    if (problem !== null) return problem;
    const host = hostOf(new URL(text));
    if (isIP(host) !== 0) return null;
    const error = await this.#resolved(host);
    if (error instanceof GuardedFetchError) return "must not lead to a private or reserved address";
    return error?.code === "ENOTFOUND" ? `must name a host that exists; "${host}" has no address` : null;
  }

  /** @throws GuardedFetchError where there is no reply, whatever the reason. */
  async send(request: GuardedRequest): Promise<GuardedReply> {
    const problem = problemOfUrl(request.url, this.#options);
    if (problem !== null) throw new GuardedFetchError("refused", `the address ${problem}`);
    const late = AbortSignal.timeout(request.timeoutMs);
    const signal = request.signal === undefined ? late : AbortSignal.any([late, request.signal]);
    try {
      return await this.#exchange(request, signal);
    } catch (error) {
      if (late.aborted) throw new GuardedFetchError("timeout", `no answer within ${request.timeoutMs} ms`);
      if (signal.aborted) throw new GuardedFetchError("aborted", "given up", error);
      throw errorOf(error);
    }
  }

  /** Closes the connections that are kept open. */
  close(): void {
    this.#agents.http.destroy();
    this.#agents.https.destroy();
  }

  #exchange(request: GuardedRequest, signal: AbortSignal): Promise<GuardedReply> {
    const url = new URL(request.url);
    const isPlain = url.protocol === "http:";
    const body = Buffer.from(request.body);
    const options: https.RequestOptions = {
      method: request.method,
      headers: { ...request.headers, "content-length": body.byteLength },
      agent: isPlain ? this.#agents.http : this.#agents.https,
      lookup: this.#lookup,
      signal,
    };
    return new Promise((resolve, reject) => {
      const sent = isPlain ? http.request(url, options) : https.request(url, options);
      let isAnswered = false;
      sent.on("response", (reply) => {
        isAnswered = true;
        beginningOf(reply).then(resolve, reject);
      });
      sent.on("error", reject);
      // A connection can also go without an error.
      sent.on("close", () => isAnswered || reject(new Error("closed without a reply")));
      sent.end(body);
    });
  }

  #resolved(host: string): Promise<NodeJS.ErrnoException | null> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, RESOLVE_MS_MAX, null);
      this.#lookup(host, { all: true }, (error) => {
        clearTimeout(timer);
        resolve(error);
      });
    });
  }
}

/** A look-up that gives addresses only where all of them are public: one that is not tells of a trick. */
function guardedLookup(lookup: LookupFunction, allowPrivate: boolean): LookupFunction {
  if (allowPrivate) return lookup;
  return (hostname, options, callback) =>
    lookup(hostname, options, (error, found, family) => {
      const addresses = typeof found === "string" ? [found] : (found ?? []).map(({ address }) => address);
      if (error !== null || addresses.every(isPublicAddress)) return callback(error, found, family);
      callback(new GuardedFetchError("refused", `${hostname} leads to an address that is not public`), []);
    });
}

/** Reads as much of a reply as is of interest and lets go of its connection where there is more. */
async function beginningOf(reply: IncomingMessage): Promise<GuardedReply> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of reply as AsyncIterable<Buffer>) {
    chunks.push(chunk);
    bytes += chunk.byteLength;
    // Leaving the loop destroys the stream and its socket.
    if (bytes >= REPLY_BYTES_MAX) break;
  }
  const body = Buffer.concat(chunks).subarray(0, REPLY_BYTES_MAX).toString("utf8");
  return { status: reply.statusCode ?? 0, headers: reply.headers, body };
}

function errorOf(error: unknown): GuardedFetchError {
  if (error instanceof GuardedFetchError) return error;
  const { code, message } = error as NodeJS.ErrnoException;
  return new GuardedFetchError("network", code ?? message, error);
}
