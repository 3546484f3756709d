import { Client } from "undici";

/** One HTTP request of a test client. */
export interface Ask {
  readonly method: "GET" | "POST";
  readonly path: string;
  readonly token?: string;
  readonly body?: object;
  readonly headers?: Readonly<Record<string, string>>;
}

export interface Reply {
  readonly status: number;
  readonly location: string | null;
  /** What Retry-After says, in milliseconds; null without one. */
  readonly retryAfterMs: number | null;
  /** The parsed body; null where it is not JSON. */
  readonly body: ReplyBody | null;
}

/** The envelope of every reply. */
export interface ReplyBody {
  readonly data?: Readonly<Record<string, unknown>>;
  readonly code?: string;
  readonly error?: string;
}

const IDLE_MS_MAX = 60_000;

/** One keep-alive connection, one request at a time: what a browser is to a server. */
export class Lane {
  readonly #origin: string;
  readonly #client: Client;

  constructor(origin: string) {
    this.#origin = origin;
    this.#client = new Client(origin, { pipelining: 1, keepAliveTimeout: IDLE_MS_MAX });
  }

  /** @throws Error where no answer comes; every HTTP status is an answer. */
  async ask(ask: Ask): Promise<Reply> {
    try {
      return await this.#ask(ask);
    } catch (cause) {
      const why = cause instanceof Error ? cause.message : String(cause);
      throw new Error(`${this.#origin} does not answer: ${why}`, { cause });
    }
  }

  async #ask(ask: Ask): Promise<Reply> {
    const reply = await this.#client.request({
      method: ask.method,
      path: ask.path,
      headers: {
        ...(ask.token === undefined ? {} : { authorization: `Bearer ${ask.token}` }),
        ...(ask.body === undefined ? {} : { "content-type": "application/json" }),
        ...ask.headers,
      },
      body: ask.body === undefined ? null : JSON.stringify(ask.body),
    });
    const text = await reply.body.text();
    return {
      status: reply.statusCode,
      location: headerOf(reply.headers.location),
      retryAfterMs: msOf(headerOf(reply.headers["retry-after"])),
      body: parsed(text),
    };
  }

  async close(): Promise<void> {
    await this.#client.destroy();
  }
}

function headerOf(value: string | string[] | undefined): string | null {
  return (Array.isArray(value) ? value[0] : value) ?? null;
}

function msOf(retryAfter: string | null): number | null {
  const seconds = Number(retryAfter ?? Number.NaN);
  return Number.isFinite(seconds) ? seconds * 1_000 : null;
}

function parsed(text: string): ReplyBody | null {
  try {
    return JSON.parse(text) as ReplyBody;
  } catch {
    return null;
  }
}

/** Runs `work` once for each of `count` numbers, on all `lanes` at once, each taking the next number when free. */
export async function share<L>(
  lanes: readonly L[],
  count: number,
  work: (lane: L, at: number) => Promise<void>,
): Promise<void> {
  let next = 0;
  const takeNext = async (lane: L) => {
    while (next < count) {
      const at = next;
      next += 1;
      await work(lane, at);
    }
  };
  await Promise.all(lanes.map(takeNext));
}
