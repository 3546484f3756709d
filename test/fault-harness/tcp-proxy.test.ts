import { once } from "node:events";
import { connect, createServer, type Server, type Socket } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { expect } from "chai";
import { listenOnFreePort } from "../fault-runs/system/listening.ts";
import { TcpProxy } from "../fault-runs/system/tcp-proxy.ts";
import { until } from "../support/until.ts";

const WHILE_MS = 60;

describe("the TCP proxy of fault runs", () => {
  let server: Server;
  let proxy: TcpProxy;
  let heard: string;

  beforeEach(async () => {
    heard = "";
    // Says back what it hears, in capitals.
    server = createServer((socket) => {
      socket.on("error", () => undefined);
      socket.on("data", (text) => {
        heard += text;
        socket.write(String(text).toUpperCase());
      });
    });
    proxy = await TcpProxy.start({ host: "127.0.0.1", port: await listenOnFreePort(server) });
  });
  afterEach(async () => {
    await proxy.close();
    server.close();
  });

  async function client(): Promise<{ socket: Socket; told: () => string }> {
    const socket = connect(proxy.port, "127.0.0.1");
    socket.on("error", () => undefined);
    let told = "";
    socket.on("data", (text) => (told += text));
    await once(socket, "connect");
    return { socket, told: () => told };
  }

  it("passes both directions, large pieces too", async () => {
    const { socket, told } = await client();
    const text = "x".repeat(3_000_000);
    socket.write(text);
    await until("all comes back", () => told().length === text.length);
    expect(proxy.struck).to.equal(0);
    socket.destroy();
  });

  it("delays each direction and keeps the order", async () => {
    const { socket, told } = await client();
    proxy.set({ type: "delay", ms: WHILE_MS });
    const began = performance.now();
    for (const letter of "abc") socket.write(letter);
    await until("all comes back", () => told() === "ABC");
    expect(performance.now() - began).to.be.at.least(2 * WHILE_MS - 5);
    expect(proxy.struck).to.be.at.least(2);
    socket.destroy();
  });

  it("keeps what is sent over a cut link, one way or both, and delivers it when it heals", async () => {
    for (const direction of ["both", "toServer", "toClient"] as const) {
      heard = "";
      const { socket, told } = await client();
      proxy.set({ type: "cut", direction });
      socket.write("abc");
      await sleep(WHILE_MS);
      expect(heard).to.equal(direction === "toClient" ? "abc" : "");
      expect(told()).to.equal("");
      proxy.set({ type: "pass" });
      await until("it arrives late", () => told() === "ABC");
      socket.destroy();
    }
  });

  it("does not tell of an end over a cut link before it heals", async () => {
    const { socket } = await client();
    socket.write("a");
    await until("it is heard", () => heard === "a");
    const [other] = await Promise.all([once(server, "connection"), client()]);
    let isOver = false;
    (other[0] as Socket).once("end", () => {
      isOver = true;
    });
    proxy.set({ type: "cut", direction: "both" });
    socket.destroy();
    await sleep(WHILE_MS);
    expect(isOver).to.equal(false);
    expect(proxy.connections).to.be.above(0);
  });

  it("resets the connections of the moment, and takes new ones", async () => {
    const { socket } = await client();
    socket.write("a");
    await until("it is heard", () => heard === "a");
    const over = new Promise((resolve) => socket.once("close", resolve));
    expect(proxy.reset()).to.equal(1);
    await over;
    const { socket: next, told } = await client();
    next.write("b");
    await until("a new one passes", () => told() === "B");
    next.destroy();
  });
});
