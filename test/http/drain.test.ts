import { once } from "node:events";
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
});
