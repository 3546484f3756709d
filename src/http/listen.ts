import { createServer, type Server } from "node:http";
import {
  type AddressInfo,
  createServer as createListener,
  type Server as Listener,
  type Socket,
} from "node:net";
import type Koa from "koa";
import { becomesFree } from "../ops/free-port.ts";
import { PlainResponse } from "./plain-response.ts";
import { requestListener } from "./request-listener.ts";
import type { Door } from "./shedding/door.ts";
import type { AppState } from "./state.ts";

const HEADERS_MS_MAX = 10_000;
const REQUEST_MS_MAX = 30_000;
const KEEP_ALIVE_MS = 65_000;
const DRAIN_POLL_MS = 20;
const connections = new WeakMap<Server, ReadonlySet<Socket>>();
const entrances = new WeakMap<Server, readonly Listener[]>();

/** An HTTP server around the app, with time limits for slow senders. Not yet listening. */
export function createHttpServer(app: Koa<AppState>, door: Door | null = null): Server {
  const server = createServer(
    {
      headersTimeout: HEADERS_MS_MAX,
      requestTimeout: REQUEST_MS_MAX,
      // Longer than load balancers keep theirs, so that it is not us who closes under a request.
      keepAliveTimeout: KEEP_ALIVE_MS,
      connectionsCheckingInterval: 1_000,
      ServerResponse: PlainResponse,
    },
    requestListener(app, door),
  );
  server.maxHeadersCount = 100;
  const sockets = new Set<Socket>();
  server.on("connection", (socket) => {
    sockets.add(socket);
    socket.once("close", () => sockets.delete(socket));
  });
  connections.set(server, sockets);
  return server;
}

/**
 * So many sockets listen on the same port. The event loop accepts one connection of each in a round, and a round in which
 * thousands of connections are read takes a tenth of a second: with a single one, whoever comes new, be it a probe, waits
 * for minutes (ADR 45).
 */
const ENTRANCES = 64;
const BACKLOG = 4_096;
/** Elsewhere a port has one listener. */
const CAN_SHARE_PORT = process.platform === "linux";

/** @returns the port, also where any free one was asked for. @throws where somebody else listens there. */
export async function listen(server: Server, host: string, port: number): Promise<number> {
  // Listeners who share a port would share it with a second process of ours, too, and nobody would notice.
  const isShared = CAN_SHARE_PORT && (port === 0 || (await becomesFree(port, host, 0)));
  await listening(server, { host, port, reusePort: isShared });
  const bound = (server.address() as AddressInfo).port;
  if (isShared) {
    const others = Array.from({ length: ENTRANCES - 1 }, () => entranceTo(server));
    entrances.set(server, others);
    await Promise.all(others.map((other) => listening(other, { host, port: bound, reusePort: true })));
  }
  return bound;
}

async function listening(
  server: Listener,
  at: { readonly host: string; readonly port: number; readonly reusePort: boolean },
): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen({ ...at, backlog: BACKLOG }, () => resolve());
  });
}

/** Brings those who come to it to the server, with the settings of its own connections. */
function entranceTo(server: Server): Listener {
  return createListener({ allowHalfOpen: true, noDelay: true }, (socket) => {
    (socket as Socket & { server: Listener }).server = server;
    server.emit("connection", socket);
  });
}

/**
 * Takes no more connections, lets requests under way be answered, and closes keep-alive connections as they fall
 * idle: `server.close()` alone leaves those open that were busy, and for its headers' time those that were opened in
 * advance and have said nothing yet.
 */
export async function drainHttp(server: Server): Promise<void> {
  // Before everybody else: who is refused a socket has been answered when the next listener is called.
  server.prependListener("request", (_request, response) => response.setHeader("Connection", "close"));
  const idle = setInterval(() => {
    server.closeIdleConnections();
    for (const socket of connections.get(server) ?? []) if (socket.bytesRead === 0) socket.destroy();
  }, DRAIN_POLL_MS);
  try {
    const all = [server, ...(entrances.get(server) ?? [])];
    await Promise.all(all.map((one) => new Promise((resolve) => one.close(resolve))));
  } finally {
    clearInterval(idle);
  }
}
