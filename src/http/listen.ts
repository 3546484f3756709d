import { createServer, type Server } from "node:http";
import type { AddressInfo, Socket } from "node:net";
import type Koa from "koa";
import { PlainResponse } from "./plain-response.ts";
import { requestListener } from "./request-listener.ts";
import type { AppState } from "./state.ts";

const HEADERS_MS_MAX = 10_000;
const REQUEST_MS_MAX = 30_000;
const KEEP_ALIVE_MS = 65_000;
const DRAIN_POLL_MS = 20;
const connections = new WeakMap<Server, ReadonlySet<Socket>>();

/** An HTTP server around the app, with time limits for slow senders. Not yet listening. */
export function createHttpServer(app: Koa<AppState>): Server {
  const server = createServer(
    {
      headersTimeout: HEADERS_MS_MAX,
      requestTimeout: REQUEST_MS_MAX,
      // Longer than load balancers keep theirs, so that it is not us who closes under a request.
      keepAliveTimeout: KEEP_ALIVE_MS,
      connectionsCheckingInterval: 1_000,
      ServerResponse: PlainResponse,
    },
    requestListener(app),
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

/** @returns the port, also where any free one was asked for. */
export async function listen(server: Server, host: string, port: number): Promise<number> {
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen({ host, port, backlog: 4_096 }, () => resolve());
  });
  return (server.address() as AddressInfo).port;
}

/**
 * Takes no more connections, lets requests under way be answered, and closes keep-alive connections as they fall
 * idle: `server.close()` alone leaves those open that were busy, and for its headers' time those that were opened in
 * advance and have said nothing yet.
 */
export async function drainHttp(server: Server): Promise<void> {
  server.on("request", (_request, response) => response.setHeader("Connection", "close"));
  const idle = setInterval(() => {
    server.closeIdleConnections();
    for (const socket of connections.get(server) ?? []) if (socket.bytesRead === 0) socket.destroy();
  }, DRAIN_POLL_MS);
  try {
    await new Promise<void>((resolve) => server.close(() => resolve()));
  } finally {
    clearInterval(idle);
  }
}
