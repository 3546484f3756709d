import { once } from "node:events";
import { createServer, type IncomingHttpHeaders, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { Webhook } from "standardwebhooks";

/** A message as it came in, verified or not. */
export interface Received {
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
  // biome-ignore lint/suspicious/noExplicitAny: the shape is what the tests are about
  readonly body: any;
  readonly at: number;
}

type Answer = (response: ServerResponse, message: Received, nth: number) => void;

/** Somebody's server that is told of outcomes, and does with them what a test wants. */
export class Receiver {
  readonly received: Received[] = [];
  /** Requests that have come and are not answered. */
  underWay = 0;
  underWayMost = 0;
  answer: Answer = (response) => response.writeHead(204).end();
  readonly #server: Server;

  constructor(server: Server) {
    this.#server = server;
    server.on("request", async (request, response) => {
      this.underWay += 1;
      this.underWayMost = Math.max(this.underWayMost, this.underWay);
      response.once("close", () => {
        this.underWay -= 1;
      });
      const chunks: Buffer[] = [];
      for await (const chunk of request) chunks.push(chunk);
      const text = Buffer.concat(chunks).toString("utf8");
      const message = { headers: request.headers, text, body: JSON.parse(text), at: Date.now() };
      this.received.push(message);
      this.answer(response, message, this.received.length);
    });
  }

  static async start(): Promise<Receiver> {
    const server = createServer().listen(0, "127.0.0.1");
    await once(server, "listening");
    return new Receiver(server);
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}/hooks`;
  }

  /** The messages about outcomes, each once, as whoever heeds `webhook-id` sees them. */
  get messages(): Received[] {
    return [...new Map(this.received.map((message) => [idOf(message), message])).values()].filter(
      ({ body }) => body.type === "event.outcomes",
    );
  }

  /** Those about an event, in the order of their first coming. */
  of(eventId: string): Received[] {
    return this.messages.filter(({ body }) => body.data.event_id === eventId);
  }

  /** The numbers that were told of an event, each once. */
  seqsOf(eventId: string): number[] {
    return [
      ...new Set(
        this.of(eventId).flatMap(({ body }) =>
          (body.data.outcomes as { seq: number }[]).map(({ seq }) => seq),
        ),
      ),
    ];
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    this.#server.close();
    await once(this.#server, "close");
  }
}

export function idOf({ headers }: Received): string {
  return String(headers["webhook-id"]);
}

/** Verifies with the library that Standard Webhooks gives out. @throws where the signature is wrong. */
export function verify(secret: string, { text, headers }: Received): unknown {
  return new Webhook(secret).verify(text, headers as Record<string, string>);
}

/** Where one message does not begin behind the one before: the first of each such pair. */
export function gapsIn(messages: readonly Received[]): string[] {
  return messages.slice(1).flatMap(({ body }, at) => {
    const before = messages[at]?.body.data.to_seq as number;
    return body.data.from_seq === before + 1 ? [] : [`${before} → ${body.data.from_seq}`];
  });
}
