import { once } from "node:events";
import { connect } from "node:net";
import { expect } from "chai";
import { type ClientOptions, WebSocket } from "ws";
import type { BookingId } from "../../src/domain/ids.ts";
import { seatIdOf } from "../../src/domain/seat-ids.ts";
import { eventually, type Json } from "./client.ts";
import { ADA, BOB, CONCERT, confirmed, entry, NOWHERE, newBookingId, OPERA, soldView } from "./facts.ts";
import { World } from "./world.ts";

/** A raw WebSocket that keeps every frame. */
class Raw {
  readonly socket: WebSocket;
  readonly frames: Json[] = [];

  constructor(world: World, path: string, options: ClientOptions = {}) {
    this.socket = new WebSocket(world.url.replace("http", "ws") + path, options);
    this.socket.on("message", (data) => this.frames.push(JSON.parse(String(data))));
    this.socket.on("error", () => undefined);
  }

  async open(): Promise<this> {
    await once(this.socket, "open");
    return this;
  }

  /** The status of a refused handshake, whose reply names its request as every other does. */
  async refused(): Promise<number | undefined> {
    const [, response] = await once(this.socket, "unexpected-response");
    expect(response.headers["x-request-id"]).to.match(/^[\w.:-]{1,64}$/);
    return response.statusCode;
  }

  async ask(sent: unknown): Promise<Json> {
    const before = this.frames.length;
    this.socket.send(typeof sent === "string" ? sent : JSON.stringify(sent));
    await eventually(() => this.frames.length > before, "an answer");
    return this.frames[before];
  }

  named(type: string): Json[] {
    return this.frames.filter((frame) => frame.type === type).map(({ data }) => data);
  }
}

describe("a raw WebSocket of an event", () => {
  let world: World;
  afterEach(() => world.stop());

  const follow = async (path = `/ws/events/${CONCERT}`): Promise<Raw> => {
    const raw = await new Raw(world, path).open();
    expect((await raw.ask({ action: "subscribe" })).type).to.equal("subscribed");
    return raw;
  };
  const seated = (seq: number, seats: readonly number[], bookingId: BookingId = newBookingId()) =>
    entry(CONCERT, seq, { ...confirmed(BOB, seats.length, bookingId), seats } as never);

  it("tells anybody each seat that changes, in a frame of its own", async () => {
    world = await new World().start();
    const raw = await new Raw(world, `/ws/events/${CONCERT}`).open();
    const answer = await raw.ask({ action: "subscribe", event_id: CONCERT });
    expect(answer).to.deep.include({ type: "subscribed" });
    expect(answer.data).to.include({ event_id: CONCERT, available_seats: 100, seq: 1 });
    world.events.set(CONCERT, soldView(CONCERT, 2, 5));
    world.hear(seated(5, [3, 4]));
    await eventually(() => raw.named("seat_update").length === 2, "two frames");
    expect(raw.named("seat_update")).to.deep.equal(
      [3, 4].map((seat) => ({
        seat_id: seatIdOf(7, seat),
        status: "booked",
        event_id: CONCERT,
        available_seats: 4_998,
        from_seq: 5,
        seq: 5,
      })),
    );
    expect(raw.named("availability_update")[0]).to.include({ available_seats: 4_998 });
  });

  it("is told nothing before it has subscribed, of no other event, and nothing after", async () => {
    world = await new World().start({ limits: { eventPushIntervalMs: 10 } });
    const silent = await new Raw(world, `/ws/events/${CONCERT}`).open();
    const opera = await follow(`/ws/events/${OPERA}`);
    const raw = await follow();
    world.hear(seated(2, [1]));
    await eventually(() => raw.named("seat_update").length === 1);
    expect(await raw.ask({ action: "unsubscribe" })).to.deep.include({ type: "unsubscribed" });
    const heard = raw.frames.length;
    const still = await follow();
    world.hear(seated(3, [2]));
    await eventually(() => still.named("seat_update").length === 1);
    expect([silent.frames.length, opera.frames.length, raw.frames.length]).to.deep.equal([0, 1, heard]);
  });

  it("is told at most four times a second, and to read the map again beyond 100 seats", async () => {
    world = await new World().start();
    const raw = await follow();
    for (let seq = 2; seq < 400; seq += 1) {
      world.hear(seated(seq, [seq]));
      if (seq % 10 === 0) await new Promise((resolve) => setTimeout(resolve, 20));
    }
    await eventually(() => raw.named("resync").length >= 1, "a resync");
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect(raw.named("availability_update").length).to.be.within(2, 8);
    expect(raw.named("resync")[0]).to.include({ event_id: CONCERT });
  });

  it("refuses foreign origins, other paths, and more than an address may have", async () => {
    world = await new World().start({ limits: { socketsPerIpMax: 2 } });
    const path = `/ws/events/${CONCERT}`;
    expect(await new Raw(world, path, { origin: "https://evil.example" }).refused()).to.equal(403);
    expect(await new Raw(world, "/ws/events/1").refused()).to.equal(404);
    expect(await new Raw(world, "/ws/other").refused()).to.equal(404);
    const own = await new Raw(world, path, { origin: "https://shop.example" }).open();
    await new Raw(world, path).open();
    expect(await new Raw(world, path).refused()).to.equal(429);
    // Somebody else, who comes through the proxy that is trusted here.
    await new Raw(world, path, { headers: { "x-forwarded-for": "203.0.113.9" } }).open();
    own.socket.close();
    await once(own.socket, "close");
    await eventually(() => world.sockets === 2, "one left");
    await new Raw(world, path).open();
  });

  it("counts with the sockets of the namespace", async () => {
    world = await new World().start({ limits: { socketsPerIpMax: 2 } });
    await world.connect(ADA);
    await new Raw(world, `/ws/events/${CONCERT}`).open();
    expect(await new Raw(world, `/ws/events/${CONCERT}`).refused()).to.equal(429);
    expect(world.realtime.socketCount()).to.equal(2);
  });

  it("answers what it does not understand, and an event that is not there", async () => {
    world = await new World().start();
    const raw = await new Raw(world, `/ws/events/${CONCERT}`).open();
    const wrongs = [
      "",
      "[]",
      "null",
      "{",
      '{"action":"book"}',
      `{"action":"subscribe","event_id":"${OPERA}"}`,
    ];
    for (const wrong of wrongs) {
      const { type, data } = await raw.ask(wrong);
      expect([type, data.code], wrong).to.deep.equal(["error", "VALIDATION_ERROR"]);
    }
    const nowhere = await new Raw(world, `/ws/events/${NOWHERE}`).open();
    const closed = once(nowhere.socket, "close");
    expect((await nowhere.ask({ action: "subscribe" })).data.code).to.equal("EVENT_NOT_FOUND");
    expect((await closed)[0]).to.equal(1008);
  });

  it("cuts off who sends huge frames or too many, and who only sits there", async () => {
    world = await new World().start({ limits: { framesPerSecondMax: 20, authenticateMs: 150 } });
    const huge = await new Raw(world, `/ws/events/${CONCERT}`).open();
    huge.socket.send("x".repeat(70_000));
    expect((await once(huge.socket, "close"))[0]).to.equal(1009);
    const flood = await new Raw(world, `/ws/events/${CONCERT}`).open();
    for (let n = 0; n < 30; n += 1) flood.socket.send('{"action":"subscribe"}');
    expect((await once(flood.socket, "close"))[0]).to.equal(1006);
    const idle = await new Raw(world, `/ws/events/${CONCERT}`).open();
    expect((await once(idle.socket, "close"))[0]).to.equal(1008);
  });

  it("does not let a slow reader pile up memory: it is told to read again, or cut off", async () => {
    const large = "x".repeat(50_000);
    world = await new World().start({
      limits: { eventPushIntervalMs: 1 },
      presenters: { event: () => ({ large }), refusal: () => ({}) },
    });
    const { hostname, port, host } = new URL(world.url);
    const tcp = connect(Number(port), hostname);
    tcp.on("error", () => undefined);
    tcp.write(
      `GET /ws/events/${CONCERT} HTTP/1.1\r\nHost: ${host}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n` +
        "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n",
    );
    await once(tcp, "data");
    const text = Buffer.from('{"action":"subscribe"}');
    tcp.write(Buffer.concat([Buffer.from([0x81, 0x80 | text.length, 0, 0, 0, 0]), text]));
    await once(tcp, "data");
    tcp.pause();
    const other = await follow();
    const changed = { type: "EventChanged", changes: {}, saleStatus: "open", version: 2 } as const;
    for (let seq = 2; other.named("event_update").length < 300; seq += 1) {
      world.events.set(CONCERT, soldView(CONCERT, 0, seq));
      world.hear(entry(CONCERT, seq, changed));
      await new Promise((resolve) => setTimeout(resolve, 2));
    }
    let seen = "";
    tcp.on("data", (chunk) => {
      seen += chunk;
    });
    tcp.resume();
    await eventually(() => seen.includes('"resync"'), "told to read again");
    expect(seen.split('"event_update"').length).to.be.below(250);
    tcp.destroy();
  });

  it("closes with the server", async () => {
    world = await new World().start();
    const raw = await follow();
    const closed = once(raw.socket, "close");
    await world.realtime.close();
    expect((await closed)[0]).to.equal(1001);
    expect(world.sockets).to.equal(0);
  });
});
