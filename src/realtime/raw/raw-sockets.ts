import type { IncomingMessage, Server } from "node:http";
import type { Duplex } from "node:stream";
import { WebSocketServer } from "ws";
import type { EventId } from "../../domain/ids.ts";
import type { Log } from "../../ops/log.ts";
import type { Admission } from "../admission.ts";
import type { EventReader } from "../event-reader.ts";
import type { RealtimeLimits } from "../limits.ts";
import { isOwnOrigin } from "../origins.ts";
import type { ObservePush } from "../pushes.ts";
import { Follower, followedBy } from "./follower.ts";
import { NOT_HERE, type Refusal, refuseUpgrade } from "./refuse-upgrade.ts";

const PREFIX = "/ws/";
const HEARTBEAT_MS = 25_000;
const CATCH_UP_MS = 1_000;
/** RFC 6455 §7.4.1: the server is going away. */
const GOING_AWAY = 1001;

type Fields = Readonly<Record<string, unknown>>;

interface RawSocketsOptions {
  readonly httpServer: Server;
  readonly admission: Admission;
  readonly allowedOrigins: ReadonlySet<string>;
  readonly reader: EventReader;
  readonly limits: RealtimeLimits;
  readonly log: Log;
  readonly observePush: ObservePush;
}

/** Raw WebSockets at `/ws/events/:id`, for anybody: `{"action":"subscribe"}`, then a frame per seat that changes. */
export class RawSockets {
  readonly #options: RawSocketsOptions;
  readonly #server: WebSocketServer;
  readonly #all = new Set<Follower>();
  readonly #byEvent = new Map<EventId, Set<Follower>>();
  readonly #heartbeat: NodeJS.Timeout;
  readonly #catchUp: NodeJS.Timeout;
  #isClosing = false;

  constructor(options: RawSocketsOptions) {
    this.#options = options;
    this.#server = new WebSocketServer({
      noServer: true,
      clientTracking: false,
      maxPayload: options.limits.frameBytesMax,
      perMessageDeflate: false,
    });
    options.httpServer.on("upgrade", (request, socket, head) => this.#upgrade(request, socket, head));
    this.#heartbeat = setInterval(() => this.#beat(), HEARTBEAT_MS);
    this.#catchUp = setInterval(() => this.#tellMissed(), CATCH_UP_MS);
    for (const timer of [this.#heartbeat, this.#catchUp]) timer.unref();
  }

  /** Sockets that follow some event. */
  get count(): number {
    return this.#byEvent.size;
  }

  follows(eventId: EventId): boolean {
    return this.#byEvent.has(eventId);
  }

  /** Tells an event's followers something; who is too far behind is told to read the event again, later. */
  tell(eventId: EventId, type: "availability_update" | "event_update", data: Fields): void {
    for (const follower of this.#ready(eventId)) follower.send(type, data);
  }

  /** One frame per seat, as 004 prints it; `seats` is null where they are too many to be told. */
  tellSeats(eventId: EventId, seats: readonly Fields[] | null, common: Fields): void {
    for (const follower of this.#ready(eventId)) {
      if (seats === null) follower.send("resync", common);
      for (const seat of seats ?? []) follower.send("seat_update", { ...seat, ...common });
    }
  }

  /** Closes every socket, and takes no more; resolves when the last one has left. */
  async close(): Promise<void> {
    this.#isClosing = true;
    for (const timer of [this.#heartbeat, this.#catchUp]) clearInterval(timer);
    const left = [...this.#all].map(({ socket }) => new Promise((gone) => socket.once("close", gone)));
    for (const { socket } of this.#all) socket.close(GOING_AWAY, "The server is closing");
    const late = setTimeout(() => {
      for (const { socket } of this.#all) socket.terminate();
    }, this.#options.limits.closeGraceMs);
    await Promise.all(left);
    clearTimeout(late);
  }

  #ready(eventId: EventId): Follower[] {
    const ready: Follower[] = [];
    for (const follower of this.#byEvent.get(eventId) ?? []) {
      if (follower.isBehind) {
        follower.hasMissed = true;
        continue;
      }
      ready.push(follower);
    }
    this.#options.observePush("seat_update", ready.length);
    return ready;
  }

  #upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    if (!request.url?.startsWith(PREFIX)) return;
    socket.on("error", () => undefined);
    const eventId = followedBy(request);
    const refusal = eventId === null ? NOT_HERE : this.#refusalOf(request);
    if (eventId === null || refusal !== null) refuseUpgrade(socket, request, refusal ?? NOT_HERE);
    else {
      const open = (webSocket: Follower["socket"]) => this.#open(webSocket, request, eventId);
      this.#server.handleUpgrade(request, socket, head, open);
    }
  }

  #refusalOf(request: IncomingMessage): Refusal | null {
    const { admission, allowedOrigins } = this.#options;
    if (!isOwnOrigin(request, allowedOrigins)) return { status: 403, message: "Origin not allowed" };
    if (this.#isClosing) return { status: 503, message: "The server is closing" };
    const full = admission.refusal(request);
    return full === null ? null : { status: 429, message: full };
  }

  #open(socket: Follower["socket"], request: IncomingMessage, eventId: EventId): void {
    const { admission, reader, limits, log } = this.#options;
    const leave = admission.enter(request);
    const address = admission.addressOf(request);
    const follower = new Follower(socket, {
      eventId,
      reader,
      limits,
      log,
      address,
      follows: (one, isFollowing) => this.#follow(one, isFollowing),
    });
    this.#all.add(follower);
    socket.on("close", () => {
      this.#all.delete(follower);
      leave();
    });
  }

  #follow(follower: Follower, isFollowing: boolean): void {
    const { eventId } = follower;
    const others = this.#byEvent.get(eventId) ?? new Set();
    if (isFollowing) this.#byEvent.set(eventId, others.add(follower));
    else if (others.delete(follower) && others.size === 0) this.#byEvent.delete(eventId);
  }

  /** Whoever was behind and has caught up is told, also where nothing else happens. */
  #tellMissed(): void {
    for (const follower of this.#all) {
      if (!follower.hasMissed || follower.isBehind) continue;
      follower.hasMissed = false;
      follower.send("resync", { event_id: follower.eventId });
    }
  }

  /** A peer that answered nothing since the last beat has gone without saying so. */
  #beat(): void {
    for (const follower of this.#all) {
      if (!follower.isAlive) follower.socket.terminate();
      follower.isAlive = false;
      follower.socket.ping();
    }
  }
}
