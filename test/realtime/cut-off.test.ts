import { expect } from "chai";
import { type Client, eventually } from "./client.ts";
import { ADA, BOB, CONCERT, confirmed, entry } from "./facts.ts";
import { RawSocket } from "./raw-socket.ts";
import { World } from "./world.ts";

describe("sockets: what is cut off", () => {
  let world: World;
  let bystander: Client;
  beforeEach(() => {
    world = new World();
  });
  afterEach(async () => {
    world.hear(entry(CONCERT, 99, confirmed(BOB)));
    await bystander.heard("booking_confirmed");
    await world.stop();
  });

  const start = async (limits: Parameters<World["start"]>[0] = {}) => {
    await world.start(limits);
    bystander = await world.connect(BOB);
  };

  for (const transport of ["websocket", "polling"]) {
    it(`an oversized frame (${transport})`, async () => {
      await start();
      const client = world.client({ transports: [transport] });
      await client.connected();
      expect(await client.ask("subscribe", { event_id: "x".repeat(60_000) })).to.include({ ok: false });
      client.socket.emit("subscribe", { event_id: "x".repeat(70_000) });
      await client.disconnected();
    });
  }

  it("a flood of frames, at once", async () => {
    await start({ limits: { framesPerSecondMax: 50 } });
    const raw = await RawSocket.open(world.url, { token: `${ADA}/s1` });
    for (let sent = 0; sent < 60; sent += 1) raw.send('42/notifications,["x"]');
    await eventually(() => raw.isClosed, "its end");
    expect(world.logged.map(({ message }) => message)).to.include("socket cut off");
  });

  it("a flood of questions is answered up to a bound", async () => {
    let answer = () => {};
    await start({ limits: { emitsInFlightMax: 3 } });
    const ada = await world.connect(ADA);
    world.beforeRead = () => new Promise((resolve) => (answer = resolve));
    const answers = [1, 2, 3, 4, 5].map(() => ada.ask("subscribe", { event_id: CONCERT }));
    expect(await answers[4]).to.include({ ok: false, code: "RATE_LIMIT_EXCEEDED" });
    world.beforeRead = async () => {};
    answer();
    const codes = (await Promise.all(answers)).map(({ ok }) => ok);
    expect(codes).to.deep.equal([true, true, true, false, false]);
  });

  it("more than one socket on a connection", async () => {
    await start();
    const raw = await RawSocket.open(world.url, { token: `${ADA}/s1` });
    raw.send('40/notifications,{"token":"x"}');
    await eventually(() => raw.isClosed, "its end");
    const { authenticator } = world;
    const authenticate = authenticator.authenticate.bind(authenticator);
    authenticator.authenticate = async (token) => {
      await new Promise((resolve) => setTimeout(resolve, 20));
      return await authenticate(token);
    };
    const eager = await RawSocket.handshake(world.url);
    for (let sent = 0; sent < 3; sent += 1) eager.send(`40/notifications,{"token":"${ADA}/s1"}`);
    await eager.received("44/notifications,");
    await eager.received("40/notifications,");
    world.pushed.length = 0;
    world.hear(entry(CONCERT, 5, confirmed(ADA)));
    await eventually(() => world.pushed.length > 0);
    expect(world.pushed).to.deep.equal([{ name: "booking_confirmed", sockets: 1 }]);
    eager.tcp.destroy();
  });

  it("broken packets", async () => {
    await start();
    for (const broken of [
      "42/notifications,{",
      "9",
      "4",
      "42/notifications,[null]",
      `42["${"[".repeat(30_000)}`,
    ]) {
      const raw = await RawSocket.open(world.url, { token: `${ADA}/s1` });
      raw.send(broken);
      await eventually(
        () => raw.tcp.readableEnded || raw.isClosed || world.sockets === 1,
        broken.slice(0, 20),
      );
      raw.tcp.destroy();
    }
  });

  it("a reader that does not read, while others go on", async () => {
    await start({ limits: { bufferedBytesMax: 65_536 } });
    const raw = await RawSocket.open(world.url, { token: `${ADA}/s1` });
    raw.tcp.pause();
    for (let round = 2; world.sockets > 1; round += 1) {
      if (round > 200) throw new Error("it was never cut off");
      world.hear(
        ...Array.from({ length: 200 }, (_, index) => entry(CONCERT, round * 200 + index, confirmed(ADA))),
      );
      await new Promise((resolve) => setTimeout(resolve, 2));
    }
    await new Promise((resolve) =>
      world.server.getConnections((_error, count) => resolve(expect(count).to.equal(1))),
    );
  });
});
