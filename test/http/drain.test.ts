import { once } from "node:events";
import type { ServerResponse } from "node:http";
import { connect } from "node:net";
import { expect } from "chai";
import Koa from "koa";
import { createHttpServer, drainHttp, listen } from "../../src/http/listen.ts";
import type { AppState } from "../../src/http/state.ts";

describe("draining HTTP", () => {
  it("does not wait for a connection that has said nothing yet", async () => {
    const server = createHttpServer(new Koa<AppState>());
    const socket = connect(await listen(server, "127.0.0.1", 0), "127.0.0.1");
    await Promise.all([once(server, "connection"), once(socket, "connect")]);
    socket.on("error", () => undefined);
    const closed = once(socket, "close");
    const startedAtMs = performance.now();
    await drainHttp(server);
    await closed;
    expect(performance.now() - startedAtMs).to.be.below(5_000);
  });

  it("survives who answers at once, as whoever refuses a socket does", async () => {
    const server = createHttpServer(new Koa<AppState>());
    server.removeAllListeners("request");
    const held: ServerResponse[] = [];
    server.on("request", (request, response) => {
      if (request.url === "/later") held.push(response);
      else response.writeHead(403).end("no");
    });
    const port = await listen(server, "127.0.0.1", 0);
    const answers: string[] = [];
    const socket = connect(port, "127.0.0.1").on("data", (data) => answers.push(data.toString()));
    socket.write("GET /later HTTP/1.1\r\nHost: x\r\n\r\n");
    await once(server, "request");
    const drained = drainHttp(server);
    socket.write("GET /socket.io/ HTTP/1.1\r\nHost: x\r\n\r\n");
    held[0]?.end("done");
    await Promise.all([drained, once(socket, "close")]);
    expect(answers.join("")).to.match(/200 OK[\s\S]*done[\s\S]*403 Forbidden\r\nConnection: close/i);
  });
});
