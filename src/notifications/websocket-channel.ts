import { BriefMap } from "../ops/brief-map.ts";
import type { Channel, DeliveryResult, Message, Recipient } from "./channel.ts";

export interface WebsocketChannelPorts {
  /** Asks all API processes at once; `told` hears of those who had a socket. */
  readonly ask: (told: readonly Asked[]) => Promise<void>;
  /** How many fit into one notice. */
  readonly askedMax: number;
  /** How long API processes may take to say that somebody has a socket; silence means that nobody has one. */
  readonly answerMsMax?: number;
}

interface Asked {
  readonly notificationId: string;
  readonly userId: string;
}

interface Waiting extends Asked {
  readonly resolve: (result: DeliveryResult) => void;
}

const ANSWER_MS_MAX = 1_000;
/** Questions of this long share a notice. */
const GATHER_MS = 10;

const NOBODY: DeliveryResult = { type: "unreachable", reason: "no socket of this person is open" };

/**
 * Reaches people on their open sockets, which are in other processes: these are asked by a notice, each emits to the
 * sockets it has and says so by a notice. Delivered means that at least one socket of the person was there.
 */
export class WebsocketChannel implements Channel {
  readonly name = "websocket";
  readonly isLocal = true;
  readonly #ports: WebsocketChannelPorts;
  readonly #waiting = new BriefMap<string, Waiting>();
  #gathering: Waiting[] = [];

  constructor(ports: WebsocketChannelPorts) {
    this.#ports = ports;
  }

  deliver({ notificationId }: Message, { userId }: Recipient): Promise<DeliveryResult> {
    return new Promise((resolve) => {
      const waiting = { notificationId, userId, resolve };
      this.#waiting.set(notificationId, waiting);
      if (this.#gathering.length === 0) setTimeout(() => this.#ask(), GATHER_MS);
      this.#gathering.push(waiting);
    });
  }

  /** An API process had sockets for these. */
  told(notificationIds: readonly string[]): void {
    for (const id of notificationIds) {
      this.#waiting.take(id)?.resolve({ type: "delivered", ref: null });
    }
  }

  #ask(): void {
    const gathered = this.#gathering;
    this.#gathering = [];
    const { ask, askedMax, answerMsMax = ANSWER_MS_MAX } = this.#ports;
    for (let at = 0; at < gathered.length; at += askedMax) {
      const asked = gathered.slice(at, at + askedMax);
      ask(asked).then(
        () => setTimeout(() => this.#end(asked, NOBODY), answerMsMax),
        (error: unknown) =>
          this.#end(asked, { type: "failed", reason: `could not ask: ${String(error)}`, retryAfterMs: null }),
      );
    }
  }

  #end(asked: readonly Waiting[], result: DeliveryResult): void {
    for (const waiting of asked) {
      // The same one may have been asked about again since: that question is still open.
      if (this.#waiting.get(waiting.notificationId) === waiting) this.#waiting.take(waiting.notificationId);
      waiting.resolve(result);
    }
  }
}
