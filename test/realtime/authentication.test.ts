import { expect } from "chai";
import { eventually } from "./client.ts";
import { ADA, BOB, CONCERT, confirmed, entry } from "./facts.ts";
import { World } from "./world.ts";

describe("sockets: authentication", () => {
  let world: World;
  beforeEach(() => {
    world = new World();
  });
  afterEach(() => world.stop());

  it("takes a token from the handshake and joins the socket to its owner's room", async () => {
    await world.start();
    const ada = await world.connect(ADA);
    world.hear(entry(CONCERT, 2, confirmed(ADA)));
    expect(await ada.heard("booking_confirmed")).to.have.length(1);
  });

  it("takes a token from `authenticate`, and what is emitted right after it counts", async () => {
    await world.start();
    const client = world.client();
    await client.connected();
    const [first, second] = await Promise.all([
      client.ask("authenticate", { token: `${ADA}/s1` }),
      client.ask("subscribe", { event_id: CONCERT }),
    ]);
    expect(first).to.deep.equal({ ok: true, user_id: ADA });
    expect(second).to.include({ ok: true, event_id: CONCERT, seq: 1 });
  });

  it("refuses a handshake with a bad, expired or unreadable token and says which", async () => {
    world.authenticator.fail("old", "TokenExpired");
    await world.start();
    const cases: [unknown, string][] = [
      ["nonsense", "AUTH_TOKEN_INVALID"],
      ["old", "AUTH_TOKEN_EXPIRED"],
      [{ $ne: 1 }, "AUTH_TOKEN_INVALID"],
    ];
    for (const [token, code] of cases) {
      expect((await world.client({ auth: { token } }).refusal()).data).to.include({ code });
    }
  });

  it("refuses a handshake with nothing but a user id, saying what it takes", async () => {
    await world.start();
    for (const auth of [{ userId: ADA }, { user_id: ADA }, { userId: ADA, token: null }]) {
      const { message, data } = await world.client({ auth }).refusal();
      expect(data).to.deep.include({ code: "AUTH_REQUIRED" });
      expect(message).to.include("auth.token");
    }
    expect(world.realtime.subscriber.wants(CONCERT)).to.equal(false);
    // Beside a token it says nothing.
    await world.client({ auth: { userId: BOB, token: `${ADA}/s1` } }).connected();
  });

  it("refuses a bare user id and bad tokens in `authenticate`", async () => {
    world.authenticator.fail("old", "TokenExpired");
    await world.start();
    const client = world.client();
    await client.connected();
    expect(await client.ask("authenticate", { userId: ADA })).to.include({
      ok: false,
      code: "AUTH_REQUIRED",
    });
    expect(await client.ask("authenticate", { token: "x" })).to.include({ code: "AUTH_TOKEN_INVALID" });
    expect(await client.ask("authenticate", { token: "old" })).to.include({ code: "AUTH_TOKEN_EXPIRED" });
    expect(await client.ask("subscribe", { event_id: CONCERT })).to.include({ code: "AUTH_REQUIRED" });
    expect(world.realtime.subscriber.wants(CONCERT)).to.equal(false);
  });

  it("keeps a socket with the user it belongs to", async () => {
    await world.start();
    const ada = await world.connect(ADA);
    expect(await ada.ask("authenticate", { token: `${BOB}/s2` })).to.include({ code: "AUTH_UNAUTHORIZED" });
    expect(await ada.ask("authenticate", { token: `${ADA}/s2` })).to.include({ ok: true });
    world.hear(entry(CONCERT, 2, confirmed(ADA)));
    await ada.heard("booking_confirmed");
  });

  it("disconnects a socket that does not authenticate in time, and one that joins no namespace", async () => {
    await world.start({ limits: { authenticateMs: 60 } });
    const [silent, elsewhere] = [world.client(), world.client()];
    const authenticated = await world.connect(ADA);
    elsewhere.socket.io.socket("/");
    expect(await silent.disconnected()).to.equal("io server disconnect");
    await eventually(() => world.sockets === 1, "only the authenticated socket");
    expect(authenticated.socket.connected).to.equal(true);
  });

  it("serves no other namespace", async () => {
    await world.start();
    const client = world.client();
    const root = client.socket.io.socket("/");
    root.connect();
    const error = await new Promise<Error>((resolve) => root.once("connect_error", resolve));
    expect(error.message).to.match(/notifications/);
  });

  it("answers that it is overloaded while the database cannot be asked", async () => {
    world.authenticator.isDown = true;
    await world.start();
    expect((await world.client({ auth: { token: `${ADA}/s1` } }).refusal()).data.code).to.equal("OVERLOADED");
  });
});
