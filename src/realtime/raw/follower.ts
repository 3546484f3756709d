import type { IncomingMessage } from "node:http";
import type { WebSocket } from "ws";
import { type EventId, isUuid } from "../../domain/ids.ts";
import type { Log } from "../../ops/log.ts";
import { type Refused, refused } from "../answers.ts";
import type { EventReader } from "../event-reader.ts";
import type { RealtimeLimits } from "../limits.ts";
import { presentAvailability } from "../present.ts";

const SECOND_MS = 1_000;
/** RFC 6455 §7.4.1: the peer broke the rules of whom it talks to. */
const POLICY_VIOLATION = 1008;

type Fields = Readonly<Record<string, unknown>>;

interface FollowerOptions {
  readonly eventId: EventId;
  readonly reader: EventReader;
  readonly limits: RealtimeLimits;
  readonly log: Log;
  /** The client's address, for the log. */
  readonly address: string;
  /** Whether it is to be told of its event, whenever that changes. */
  readonly follows: (follower: Follower, isFollowing: boolean) => void;
}

/** One raw WebSocket, which is about one event. It hears nothing before it has subscribed. */
export class Follower {
  readonly eventId: EventId;
  readonly socket: WebSocket;
  /** It was too far behind to be told of some change, so it has to read the event again. */
  hasMissed = false;
  isAlive = true;
  readonly #options: FollowerOptions;
  #windowEndsMs = 0;
  #frames = 0;

  constructor(socket: WebSocket, options: FollowerOptions) {
    this.socket = socket;
    this.eventId = options.eventId;
    this.#options = options;
    const late = setTimeout(() => this.#end("Subscribe first"), options.limits.authenticateMs);
    late.unref();
    socket.on("pong", () => {
      this.isAlive = true;
    });
    socket.on("message", (data, isBinary) => void this.#receive(isBinary ? null : String(data), late));
    // What the library finds wrong with a frame, it closes the socket for; there is nothing to add.
    socket.on("error", () => undefined);
    socket.on("close", () => {
      clearTimeout(late);
      options.follows(this, false);
    });
  }

  /** Whether so much waits to be sent that news had better wait, too. */
  get isBehind(): boolean {
    return this.socket.bufferedAmount > this.#options.limits.figuresBehindBytesMax;
  }

  send(type: string, data: Fields): void {
    if (this.socket.readyState !== this.socket.OPEN) return;
    this.socket.send(JSON.stringify({ type, data }));
    if (this.socket.bufferedAmount > this.#options.limits.bufferedBytesMax) this.#cutOff("reads too slowly");
  }

  async #receive(text: string | null, late: NodeJS.Timeout): Promise<void> {
    const wanted = actionOf(text, this.eventId);
    if (this.#sendsTooMuch()) this.#cutOff("sends too much");
    else if (typeof wanted !== "string") this.#refuse(wanted);
    else {
      clearTimeout(late);
      this.isAlive = true;
      if (wanted === "subscribe") await this.#subscribe();
      else this.#unsubscribe();
    }
  }

  #unsubscribe(): void {
    this.#options.follows(this, false);
    this.send("unsubscribed", { event_id: this.eventId });
  }

  /** Follows before it reads: what is decided after the answer's `seq` is told. */
  async #subscribe(): Promise<void> {
    const { follows, reader, log } = this.#options;
    follows(this, true);
    try {
      const event = await reader.read(this.eventId);
      if (event !== null) this.send("subscribed", presentAvailability(event));
      else {
        follows(this, false);
        this.#refuse(refused("EVENT_NOT_FOUND", "Event not found"));
        this.#end("Event not found");
      }
    } catch (error) {
      follows(this, false);
      log.warn({ error: String(error) }, "an event cannot be read for a raw socket");
      this.#refuse(
        refused("OVERLOADED", "The service cannot take this request right now; try again shortly"),
      );
    }
  }

  #refuse({ code, message }: Refused): void {
    this.send("error", { code, message });
  }

  #sendsTooMuch(): boolean {
    const now = performance.now();
    if (now >= this.#windowEndsMs) {
      this.#windowEndsMs = now + SECOND_MS;
      this.#frames = 0;
    }
    this.#frames += 1;
    return this.#frames > this.#options.limits.framesPerSecondMax;
  }

  #cutOff(reason: string): void {
    if (this.socket.readyState === this.socket.CLOSED) return;
    this.#options.log.info({ reason, address: this.#options.address }, "socket cut off");
    this.socket.terminate();
  }

  #end(reason: string): void {
    this.socket.close(POLICY_VIOLATION, reason);
  }
}

const WRONG = refused(
  "VALIDATION_ERROR",
  'Send {"action":"subscribe"} or {"action":"unsubscribe"}, with the event_id of the address or without',
);

/** What a frame asks for, or what is wrong with it. */
function actionOf(text: string | null, eventId: EventId): "subscribe" | "unsubscribe" | Refused {
  let sent: { readonly action?: unknown; readonly event_id?: unknown } | null;
  try {
    sent = text === null ? null : JSON.parse(text);
  } catch {
    return WRONG;
  }
  if (typeof sent !== "object" || sent === null) return WRONG;
  const { action, event_id: named = eventId } = sent;
  const isOwn = typeof named === "string" && isUuid(named.toLowerCase()) && named.toLowerCase() === eventId;
  return isOwn && (action === "subscribe" || action === "unsubscribe") ? action : WRONG;
}

/** The event that a request's path is about; null where it is none of ours. */
export function followedBy({ url = "" }: Pick<IncomingMessage, "url">): EventId | null {
  const [, id = ""] = /^\/ws\/events\/([^/?]+)\/?(?:\?.*)?$/.exec(url) ?? [];
  return isUuid(id.toLowerCase()) ? (id.toLowerCase() as EventId) : null;
}
