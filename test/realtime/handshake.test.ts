import { expect } from "chai";
import { createClientAddress } from "../../src/ops/client-address.ts";
import { eventually } from "./client.ts";
import { ADA, BOB } from "./facts.ts";
import { World } from "./world.ts";

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

  it("counts connections by the address that a trusted proxy names, IPv6 by its network", async () => {
    await world.start({ limits: { socketsPerIpMax: 1 } });
    const from = (address: string) => world.client({ extraHeaders: { "x-forwarded-for": address } });
    await from("192.0.2.1").connected();
    await from("192.0.2.1").refusal();
    await from("192.0.2.2").connected();
    await from("2001:db8::1").connected();
    await from("2001:db8::2").refusal();
    await from("2001:db8:0:1::1").connected();
  });

  it("does not believe the header of a peer that is no trusted proxy", async () => {
    await world.start({ limits: { socketsPerIpMax: 1 }, clientAddress: createClientAddress([]) });
    const from = (address: string) => world.client({ extraHeaders: { "x-forwarded-for": address } });
    await from("192.0.2.1").connected();
    await from("192.0.2.2").refusal();
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
