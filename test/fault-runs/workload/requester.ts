import { setTimeout as sleep } from "node:timers/promises";
import { Agent, request } from "undici";
import type { Ending, HistoryWriter } from "../history/history-writer.ts";
import type { Op } from "../history/op.ts";
import { endingOf, endingWithoutReply } from "./answers.ts";
import { type Credentials, requestOf } from "./requests.ts";

export interface RequesterOptions {
  readonly history: HistoryWriter;
  readonly credentials: Credentials;
  /** Base addresses of API processes; asked for every request, because they come and go. */
  readonly apis: () => readonly string[];
  /** A client gives up waiting for a reply after so long. */
  readonly requestMsMax: number;
  /** To each API process; requests beyond wait for one. */
  readonly connections?: number;
}

/** Short, so that recovery is seen when it is there. */
const RETRY_MS = 60;
const CONNECTIONS_PER_API = 64;
const CONNECT_MS_MAX = 1_000;

/** Sends operations, each time to the next API process there is, and writes down what was sent and what came back. */
export class Requester {
  readonly #options: RequesterOptions;
  readonly #agent: Agent;
  #turn = 0;

  constructor(options: RequesterOptions) {
    this.#options = options;
    this.#agent = new Agent({
      connections: options.connections ?? CONNECTIONS_PER_API,
      pipelining: 1,
      connect: { timeout: CONNECT_MS_MAX },
    });
  }

  /** Sends an operation once. Never throws: that no reply came is an ending, too. */
  async send(client: number, op: Op): Promise<Ending> {
    const { history } = this.#options;
    const id = history.invoke(client, op);
    const ending = await this.#ask(op);
    history.done(id, ending);
    return ending;
  }

  /**
   * Sends an operation with a key until there is an end to it: again and again after a reset, a time-out, a 5xx, and
   * after a 202 that promises an end. Without a key it is sent once, because to send it again would be another wish.
   * @param goesOn asked before each further attempt
   */
  async pursue(client: number, op: Op, goesOn: () => boolean): Promise<Ending> {
    for (;;) {
      const ending = await this.send(client, op);
      if (isEnd(op, ending) || !hasKey(op)) return ending;
      await sleep(RETRY_MS);
      if (!goesOn()) return ending;
    }
  }

  async close(): Promise<void> {
    await this.#agent.destroy();
  }

  async #ask(op: Op): Promise<Ending> {
    const { apis, credentials, requestMsMax } = this.#options;
    const urls = apis();
    this.#turn += 1;
    const url = urls[this.#turn % Math.max(1, urls.length)];
    // Nobody to ask: nothing was sent.
    if (url === undefined) return { type: "fail", status: null, code: "ECONNREFUSED", body: {} };
    try {
      const { method, path, headers, body } = requestOf(op, credentials);
      const signal = AbortSignal.timeout(requestMsMax);
      const reply = await request(url + path, { method, headers, body, signal, dispatcher: this.#agent });
      const text = await reply.body.text();
      return endingOf(op, { status: reply.statusCode, headers: reply.headers, body: parsed(text) });
    } catch (error) {
      return endingWithoutReply(error);
    }
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

export function hasKey(op: Op): boolean {
  return "key" in op && op.key !== null;
}

/** Whether the client knows what became of it. A payment that is under way ends by what its buyer does next. */
export function isEnd(op: Op, { type, status, body }: Ending): boolean {
  if (type === "info" || status === null) return false;
  if (status !== 202) return true;
  switch (op.type) {
    case "book":
    case "probe":
    case "confirm":
    case "checkout":
      // What became of a booking that is in line is asked for by its id.
      return body.booking !== undefined || body.payment !== undefined;
    default:
      return false;
  }
}
