import { expect } from "chai";
import { eventually } from "./client.ts";
import { ADA, CONCERT, confirmed, entry } from "./facts.ts";
import { World } from "./world.ts";

describe("sockets: sessions that end", () => {
  let world: World;
  beforeEach(() => {
    world = new World();
  });
  afterEach(() => world.stop());

  it("disconnects the sockets of a revoked session, and no others of that user", async () => {
    await world.start();
    const [first, second] = [await world.connect(ADA, "s1"), await world.connect(ADA, "s2")];
    world.authenticator.fail("s1", "TokenInvalid");
    world.realtime.endSessions("s1");
    expect(await first.disconnected()).to.equal("io server disconnect");
    expect(second.socket.connected).to.equal(true);
  });

  it("asks about all sockets of a user and keeps those whose session goes on", async () => {
    await world.start();
    const [kept, ended] = [await world.connect(ADA, "s1"), await world.connect(ADA, "s2")];
    world.authenticator.fail("s2", "TokenInvalid");
    world.realtime.endSessions(ADA);
    await ended.disconnected();
    expect(kept.socket.connected).to.equal(true);
    world.hear(entry(CONCERT, 2, confirmed(ADA)));
    await kept.heard("booking_confirmed");
  });

  it("finds a session that ended while its socket was connecting", async () => {
    await world.start();
    const client = world.client();
    await client.connected();
    const { authenticator } = world;
    const authenticate = authenticator.authenticate.bind(authenticator);
    authenticator.authenticate = async (token) => {
      const known = await authenticate(token);
      authenticator.fail("s1", "TokenInvalid");
      world.realtime.endSessions("s1");
      return known;
    };
    client.socket.emit("authenticate", { token: `${ADA}/s1` });
    expect(await client.disconnected()).to.equal("io server disconnect");
  });

  it("finds what no notice told of, and keeps everybody while the database is away", async () => {
    await world.start({ limits: { recheckMs: 1_000 } });
    const ada = await world.connect(ADA);
    world.authenticator.isDown = true;
    world.realtime.endLostSessions();
    const { asked } = world.authenticator;
    await eventually(() => world.authenticator.asked > asked, "a recheck");
    expect(ada.socket.connected).to.equal(true);
    world.authenticator.fail("s1", "TokenExpired");
    world.authenticator.isDown = false;
    expect(await ada.disconnected()).to.equal("io server disconnect");
    expect(world.realtime.subscriber.wants(CONCERT)).to.equal(false);
  });
});
