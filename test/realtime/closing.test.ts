import { expect } from "chai";
import { eventually } from "./client.ts";
import { ADA, BOB } from "./facts.ts";
import { RawSocket } from "./raw-socket.ts";
import { World } from "./world.ts";

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
