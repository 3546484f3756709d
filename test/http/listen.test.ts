import { once } from "node:events";
import { connect, createServer as createListener, type Socket } from "node:net";
import { expect } from "chai";
import Koa from "koa";
import { createHttpServer, drainHttp, listen } from "../../src/http/listen.ts";
import type { AppState } from "../../src/http/state.ts";

const HOST = "127.0.0.1";
const REQUEST = "GET / HTTP/1.1\r\nHost: a\r\n\r\n";
/** Those who ask again and again, and what each answer costs: more than there is time for. */
const CROWD = 200;
const BUSY_MS = 0.5;
const NEWCOMERS = 200;

describe("an HTTP server that listens", () => {
  const app = () => {
    const koa = new Koa<AppState>();
    koa.use((ctx) => {
      const until = performance.now() + BUSY_MS;
      while (performance.now() < until);
      ctx.body = "here";
    });
    return koa;
  };

  it("lets many new connections in while others ask without end", async () => {
    const server = createHttpServer(app());
    const port = await listen(server, HOST, 0);
    const crowd = Array.from({ length: CROWD }, () => askForEver(port));
    await Promise.all(crowd.map((socket) => once(socket, "data")));
    const began = performance.now();
    const newcomers = Array.from({ length: NEWCOMERS }, () => connect(port, HOST));
    await Promise.all(
      newcomers.map((socket) => {
        socket.write(REQUEST);
        return once(socket, "data");
      }),
    );
    // A round takes a tenth of a second: one newcomer in each would be more than ten seconds.
    expect(performance.now() - began).to.be.below(5_000);
    for (const socket of [...crowd, ...newcomers]) socket.destroy();
    await drainHttp(server);
  });

  it("does not share its port with anybody, not even with another one of its kind", async () => {
    const server = createHttpServer(app());
    const port = await listen(server, HOST, 0);
    const failed = await listen(createHttpServer(app()), HOST, port).catch((error) => error);
    expect(failed).to.include({ code: "EADDRINUSE" });
    await drainHttp(server);
    const stranger = createListener().listen(port, HOST);
    await once(stranger, "listening");
    const refused = await listen(createHttpServer(app()), HOST, port).catch((error) => error);
    expect(refused).to.include({ code: "EADDRINUSE" });
    stranger.close();
    await once(stranger, "close");
  });

  it("is gone from all its entrances when it is drained, and can come back", async () => {
    const server = createHttpServer(app());
    const port = await listen(server, HOST, 0);
    await drainHttp(server);
    const tried = await Promise.all(Array.from({ length: 50 }, () => isRefused(port)));
    expect(tried).to.deep.equal(Array(50).fill(true));
    const again = createHttpServer(app());
    expect(await listen(again, HOST, port)).to.equal(port);
    await drainHttp(again);
  });

  function askForEver(port: number): Socket {
    const socket = connect(port, HOST);
    socket.on("error", () => undefined);
    socket.on("data", () => socket.write(REQUEST));
    socket.write(REQUEST);
    return socket;
  }

  async function isRefused(port: number): Promise<boolean> {
    const socket = connect(port, HOST);
    const error = await once(socket, "connect").then(
      () => null,
      (reason) => reason,
    );
    socket.destroy();
    return error !== null;
  }
});
