import type { Server as HttpServer, IncomingMessage } from "node:http";
import { Server } from "socket.io";
import type { Authenticator } from "../identity/principal.ts";
import type { Log } from "../ops/log.ts";
import type { FeedSubscriber } from "../outbox/feed.ts";
import { Admission } from "./admission.ts";
import { connectError, refused } from "./answers.ts";
import { BookingPushes } from "./booking-pushes.ts";
import { CatchUp, type ReadMissed } from "./catch-up.ts";
import { Connections } from "./connections.ts";
import { EventPushes } from "./event-pushes.ts";
import { EventReader, type ReadEvents } from "./event-reader.ts";
import { createHearing } from "./hearing.ts";
import { DEFAULT_LIMITS, type RealtimeLimits } from "./limits.ts";
import { isOwnOrigin } from "./origins.ts";
import { type TellPerson, tellPerson } from "./person-pushes.ts";
import type { Presenters } from "./present.ts";
import { type Connection, EVERYBODY, type ObservePush, type PushNamespace } from "./pushes.ts";
import { RawSockets } from "./raw/raw-sockets.ts";
import { createRedisAdapter, type MessageClient } from "./redis-adapter.ts";
import { SocketSessions } from "./socket-sessions.ts";
import { welcome } from "./welcome.ts";

export interface RealtimeOptions {
  /** Its request listeners must be there already; requests to `/socket.io/` are taken from them. */
  readonly httpServer: HttpServer;
  readonly authenticator: Authenticator;
  readonly readEvents: ReadEvents;
  readonly readMissed: ReadMissed;
  readonly presenters: Presenters;
  /** Null: alerts reach the sockets of this process only. All else works without. */
  readonly redis: { readonly pub: MessageClient; readonly sub: MessageClient } | null;
  readonly corsOrigins: readonly string[];
  /** The client's address; see `createClientAddress`. */
  readonly clientAddress: (request: IncomingMessage) => string;
  readonly log: Log;
  readonly observe: {
    /** How many connections are open, whenever that changes. */
    readonly sockets: (count: number) => void;
    /** A push, and to how many sockets it went. */
    readonly pushed: ObservePush;
  };
  readonly limits?: Partial<RealtimeLimits>;
}

export interface Realtime {
  /** To be subscribed to the outcome feed of this process; each process pushes to its own sockets. */
  readonly subscriber: FeedSubscriber;
  /** Open connections, authenticated or not. */
  socketCount(): number;
  /**
   * Disconnects the sockets of a session or user whose token is no longer good. To be called in every process for every
   * notice of `evently_sessions`, after `authenticator.forget`.
   */
  endSessions(sessionOrUserId: string): void;
  /** The same for all sockets; for when such notices may have been missed, after `authenticator.forgetAll`. */
  endLostSessions(): void;
  /** Shows every authenticated user of every process a `system_alert`. */
  alert(data: Readonly<Record<string, unknown>>): void;
  /** Shows a person something on those of their sockets that are here; how many these are. */
  tell: TellPerson;
  /** Closes every connection without closing the HTTP server, and takes no more. Clients reconnect elsewhere. */
  close(): Promise<void>;
}

const NOT_HERE = refused("VALIDATION_ERROR", "Connect to the namespace /notifications");

/** Socket.IO at `/notifications` of an HTTP server. */
export function createRealtime(options: RealtimeOptions): Realtime {
  const { authenticator, log, redis, observe } = options;
  const limits = { ...DEFAULT_LIMITS, ...options.limits };
  const admission = new Admission({
    limits,
    addressOf: options.clientAddress,
    observeCount: observe.sockets,
  });
  const connections = new Connections({ limits, admission, log });
  let isClosing = false;
  const io = createServer(options, limits, (request) =>
    isClosing ? "The server is closing" : admission.refusal(request),
  );
  if (redis !== null) io.adapter(createRedisAdapter(redis));
  io.use((_socket, next) => next(connectError(NOT_HERE)));
  io.engine.on("connection", (connection: Connection) => connections.add(connection));
  const namespace: PushNamespace = io.of("/notifications");
  const reader = new EventReader(options.readEvents);
  const sessions = new SocketSessions({ authenticator, log, ...limits });
  const catchUp = new CatchUp({ reader, presenters: options.presenters, readMissed: options.readMissed });
  welcome(namespace, { sessions, reader, catchUp, limits, log });
  const raw = createRaw(options, { limits, admission, reader });
  const { bookings, events } = createPushes({ options, limits, connections, namespace, reader, raw });
  return {
    subscriber: createHearing({ hasListeners: () => sessions.count > 0 || raw.count > 0, bookings, events }),
    socketCount: () => admission.count,
    endSessions: (id) => sessions.recheck(id),
    endLostSessions: () => sessions.recheckAll(),
    alert(data) {
      namespace.to(EVERYBODY).emit("system_alert", data);
      observe.pushed("system_alert", sessions.count);
    },
    tell: tellPerson(namespace, observe.pushed),
    async close() {
      isClosing = true;
      events.close();
      sessions.close();
      await Promise.all([connections.closeAll(), raw.close()]);
      io.engine.close();
      await Promise.all([io.of("/").adapter.close(), namespace.adapter.close()]);
    },
  };
}

/** Before Socket.IO looks at an upgrade, so that it leaves what is not for it alone. */
function createRaw(
  { httpServer, corsOrigins, log, observe }: RealtimeOptions,
  shared: { readonly limits: RealtimeLimits; readonly admission: Admission; readonly reader: EventReader },
): RawSockets {
  const allowedOrigins = new Set(corsOrigins);
  return new RawSockets({ ...shared, httpServer, allowedOrigins, log, observePush: observe.pushed });
}

function createPushes(parts: {
  readonly options: RealtimeOptions;
  readonly limits: RealtimeLimits;
  readonly connections: Connections;
  readonly namespace: PushNamespace;
  readonly reader: EventReader;
  readonly raw: RawSockets;
}): { readonly bookings: BookingPushes; readonly events: EventPushes } {
  const { options, limits, connections, ...shared } = parts;
  const { presenters, log, observe } = options;
  const pushing = { ...shared, presenters, log, observePush: observe.pushed };
  const events = new EventPushes({
    ...pushing,
    intervalMs: limits.eventPushIntervalMs,
    isBehind: (connection) => connections.waitingBytes(connection) > limits.figuresBehindBytesMax,
  });
  return { bookings: new BookingPushes(pushing), events };
}

function createServer(
  { httpServer, corsOrigins }: RealtimeOptions,
  limits: RealtimeLimits,
  refusalOf: (request: IncomingMessage) => string | null,
): Server {
  const allowed = new Set(corsOrigins);
  return new Server(httpServer, {
    serveClient: false,
    maxHttpBufferSize: limits.frameBytesMax,
    connectTimeout: limits.authenticateMs,
    cors: { origin: [...allowed] },
    allowRequest(request, decide) {
      const refusal = isOwnOrigin(request, allowed) ? refusalOf(request) : "Origin not allowed";
      decide(refusal, refusal === null);
    },
  });
}
