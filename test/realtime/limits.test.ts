import { expect } from "chai";
import { RawSocket } from "./raw-socket.ts";
import { ADA, BOB, type Client, CONCERT, confirmed, entry, eventually, World } from "./world.ts";

describe("sockets: what is not let in", () => {
  let world: World;
  beforeEach(() => {
    world = new World();
  });
  afterEach(() => world.stop());

  const from = (origin: string, transport = "websocket") =>
    world.client({ transports: [transport], extraHeaders: { origin } } as never);

  for (const transport of ["websocket", "polling"]) {
    it(`refuses foreign origins (${transport})`, async () => {
      await world.start();
      for (const origin of [
        "https://evil.example",
        "null",
        "https://shop.example.evil.example",
        "nonsense",
      ]) {
        await from(origin, transport).refusal();
      }
      for (const origin of ["https://shop.example", world.url]) await from(origin, transport).connected();
      await world.client({ transports: [transport] }).connected();
    });
  }

  it("tells browsers which origins may poll", async () => {
    await world.start();
    const poll = (origin: string) =>
      fetch(`${world.url}/socket.io/?EIO=4&transport=polling`, { headers: { origin } });
    const own = await poll("https://shop.example");
    expect([own.status, own.headers.get("access-control-allow-origin")]).to.deep.equal([
      200,
      "https://shop.example",
    ]);
    const foreign = await poll("https://evil.example");
    expect([foreign.status, foreign.headers.get("access-control-allow-origin")]).to.deep.equal([403, null]);
  });

  it("leaves all other paths to the application", async () => {
    await world.start();
    expect(await (await fetch(`${world.url}/api`)).text()).to.equal("app");
    expect(await (await fetch(`${world.url}/socket.io.js`)).text()).to.equal("app");
  });

  it("bounds the connections of one address, and of the process", async () => {
    await world.start({ limits: { socketsPerIpMax: 2 } });
    const [first] = [await world.connect(ADA), await world.connect(BOB)];
    await world.client().refusal();
    expect(world.realtime.socketCount()).to.equal(2);
    first.socket.disconnect();
    await eventually(() => world.sockets === 1);
    await world.connect(ADA);
  });

  it("bounds the connections of the process", async () => {
    await world.start({ limits: { socketsMax: 1 } });
    await world.connect(ADA);
    await world.client().refusal();
  });

  it("bounds the connections of one person, by handshake and by `authenticate`", async () => {
    await world.start({ limits: { socketsPerUserMax: 2 } });
    const [first] = [await world.connect(ADA), await world.connect(ADA)];
    const token = `${ADA}/s1`;
    expect((await world.client({ auth: { token } }).refusal()).data.code).to.equal("RATE_LIMIT_EXCEEDED");
    const late = world.client();
    await late.connected();
    expect(await late.ask("authenticate", { token })).to.include({ code: "RATE_LIMIT_EXCEEDED" });
    first.socket.disconnect();
    await eventually(() => world.sockets === 2);
    expect(await late.ask("authenticate", { token })).to.include({ ok: true });
    expect(await late.ask("authenticate", { token }), "again").to.include({ ok: true });
  });
});

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
    raw.stopReading();
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

describe("sockets: closing", () => {
  it("closes every connection, also one that does not answer, and refuses new ones, while HTTP goes on", async () => {
    const world = await new World().start({ limits: { closeGraceMs: 100 } });
    const [ada, polling] = [await world.connect(ADA), world.client({ transports: ["polling"] })];
    await polling.connected();
    const deaf = await RawSocket.open(world.url, { token: `${BOB}/s1` });
    const began = performance.now();
    await world.realtime.close();
    expect(performance.now() - began).to.be.below(1_000);
    // Not "io server disconnect": the client is to connect again, to another process.
    expect(await ada.disconnected()).to.be.oneOf(["transport close", "already"]);
    await polling.disconnected();
    await eventually(() => deaf.isClosed, "its end");
    expect(world.realtime.socketCount()).to.equal(0);
    await world.client().refusal();
    await world.client({ transports: ["polling"] }).refusal();
    expect(await (await fetch(`${world.url}/api`)).text()).to.equal("app");
    await world.stop();
  });
});
