import { WebSocket } from "ws";
import { type Answer, emitPacket, enterPacket, LEAVE, PONG, type PushData, readPacket } from "./packets.ts";

const ANSWER_MS_MAX = 20_000;

interface SocketClientOptions {
  readonly port: number;
  /** Where it says that it comes from: the server must trust its neighbour to say so. */
  readonly address: string;
  readonly onPush: (name: string, data: PushData) => void;
  /** Called once when the connection is over without `close` having been called. */
  readonly onLost: () => void;
}

interface Waiting {
  readonly resolve: (answer: Answer) => void;
  readonly reject: (error: Error) => void;
}

/**
 * One Socket.IO client on a WebSocket from the beginning, as thin as it can be: thousands of them share a core with what
 * they listen to. It enters the namespace, answers every ping, asks and is answered. It does not connect again.
 */
export class SocketClient {
  readonly #options: SocketClientOptions;
  readonly #socket: WebSocket;
  readonly #answers = new Map<number, Waiting>();
  #entering: Waiting | null = null;
  #token = "";
  #lastId = 0;
  #isOver = false;

  constructor(options: SocketClientOptions) {
    this.#options = options;
    const url = `ws://127.0.0.1:${options.port}/socket.io/?EIO=4&transport=websocket`;
    this.#socket = new WebSocket(url, {
      headers: { "x-forwarded-for": options.address },
      perMessageDeflate: false,
      handshakeTimeout: ANSWER_MS_MAX,
    });
    this.#socket.on("message", (data) => this.#take(String(data)));
    this.#socket.on("error", (error) => this.#end(error.message));
    this.#socket.on("close", (code) => this.#end(`closed with ${code}`));
  }

  /** Resolves when it is in the namespace. @throws Error with why it may not be. */
  async enter(token: string): Promise<void> {
    this.#token = token;
    await this.#bounded((waiting) => {
      this.#entering = waiting;
    });
  }

  /** Emits something and resolves with the answer. @throws Error where none comes. */
  async ask(name: string, payload: object): Promise<Answer> {
    if (this.#isOver) throw new Error("the connection is over");
    const id = this.#lastId;
    this.#lastId += 1;
    return await this.#bounded((waiting) => {
      this.#answers.set(id, waiting);
      this.#socket.send(emitPacket(id, name, payload));
    });
  }

  /** Leaves; resolves when the connection is closed. */
  async close(): Promise<void> {
    this.#isOver = true;
    if (this.#socket.readyState === WebSocket.CLOSED) return;
    const closed = new Promise<void>((resolve) => this.#socket.once("close", () => resolve()));
    if (this.#socket.readyState === WebSocket.OPEN) this.#socket.send(LEAVE);
    this.#socket.close();
    await closed;
  }

  #take(text: string): void {
    const packet = readPacket(text);
    switch (packet.type) {
      case "open":
        this.#socket.send(enterPacket(this.#token));
        break;
      case "ping":
        this.#socket.send(PONG);
        break;
      case "connected":
        this.#entering?.resolve({ ok: true });
        break;
      case "refused":
        this.#entering?.reject(new Error(packet.message));
        break;
      case "event":
        this.#options.onPush(packet.name, packet.data);
        break;
      case "answer":
        this.#answers.get(packet.id)?.resolve(packet.answer);
        this.#answers.delete(packet.id);
        break;
      case "disconnected":
        this.#end("the server ended it");
        break;
      case "other":
        break;
      default:
        packet satisfies never;
    }
  }

  #end(reason: string): void {
    const error = new Error(reason);
    this.#entering?.reject(error);
    for (const { reject } of this.#answers.values()) reject(error);
    this.#answers.clear();
    if (this.#isOver) return;
    this.#isOver = true;
    this.#options.onLost();
  }

  async #bounded(wait: (waiting: Waiting) => void): Promise<Answer> {
    const { promise, resolve, reject } = Promise.withResolvers<Answer>();
    const late = setTimeout(() => reject(new Error("no answer in time")), ANSWER_MS_MAX);
    try {
      wait({ resolve, reject });
      return await promise;
    } finally {
      clearTimeout(late);
    }
  }
}
