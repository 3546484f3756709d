import { once } from "node:events";
import { expect } from "chai";
import { io, type Socket } from "socket.io-client";
import { WebSocket } from "ws";
import { Client } from "../support/client.ts";
import { createTestDatabase, type TestDatabase } from "../support/postgres.ts";
import { createAdmin, type Role, startRole } from "../support/system.ts";
import { eventually } from "./client.ts";
import { RedisServer, whyNoRedis } from "./redis-server.ts";

interface Push {
  readonly name: string;
  // biome-ignore lint/suspicious/noExplicitAny: the shape is what the test is about
  readonly data: any;
}

/** A client's ears: everything that it was told, in order. */
async function listen(
  role: Role,
  token: string,
  eventId: string,
): Promise<{ socket: Socket; heard: Push[] }> {
  const socket = io(`${role.url}/notifications`, {
    auth: { token },
    transports: ["websocket"],
    forceNew: true,
  });
  const heard: Push[] = [];
  socket.onAny((name, data) => heard.push({ name, data }));
  const ack = await socket.timeout(15_000).emitWithAck("subscribe", { event_id: eventId });
  expect(ack).to.include({ ok: true });
  return { socket, heard };
}

for (const withRedis of [false, true]) {
  describe(`two API processes ${withRedis ? "with" : "without"} Redis`, () => {
    let database: TestDatabase;
    let redis: RedisServer | null = null;
    const roles: Role[] = [];
    const sockets: Socket[] = [];

    before(async function () {
      const reason = withRedis ? whyNoRedis() : null;
      if (reason !== null) {
        console.log(`      skipped: ${reason}`);
        this.skip();
      }
      if (withRedis) redis = await RedisServer.start();
      database = await createTestDatabase();
      await createAdmin(database.url);
      const env: Record<string, string> = redis === null ? {} : { REDIS_URL: redis.url };
      roles.push(
        ...(await Promise.all([
          startRole("api", database.url, env),
          startRole("api", database.url, env),
          startRole("booking", database.url),
        ])),
      );
    });
    after(async () => {
      for (const socket of sockets) socket.disconnect();
      await Promise.all(roles.map((role) => role.stop()));
      await redis?.kill();
      await database?.drop();
    });

    it("a client on one hears once what another's booking did", async () => {
      const [one, two] = roles as [Role, Role];
      const client = new Client(one.url);
      const event = await client.createEvent(await client.adminToken(), { total_capacity: 50 });
      const [buyer, watcher] = [await client.register(), await client.register()];
      const here = await listen(two, buyer.token, event.id);
      const there = await listen(one, watcher.token, event.id);
      sockets.push(here.socket, there.socket);
      const booked = await client.book(buyer.token, event.id, 3);
      expect(booked.status).to.equal(201);
      const figure = ({ heard }: { heard: Push[] }) =>
        heard.filter(({ name }) => name === "availability_update").at(-1)?.data;
      await eventually(
        () => figure(here)?.available_seats === 47 && figure(there)?.available_seats === 47,
        "figures",
      );
      const cancelled = await client.request("PUT", `/bookings/${booked.body.data.id}/cancel`, {
        token: buyer.token,
      });
      expect(cancelled.status).to.equal(200);
      await eventually(() => here.heard.some(({ name }) => name === "booking_cancelled"), "the cancellation");
      const own = here.heard.filter(({ name }) => name.startsWith("booking_"));
      expect(own.map(({ name }) => name)).to.deep.equal(["booking_confirmed", "booking_cancelled"]);
      expect(own[0]?.data).to.include({
        booking_id: booked.body.data.id,
        quantity: 3,
        total_amount: 60,
        seq: 2,
      });
      expect(own[1]?.data).to.include({ booking_id: booked.body.data.id, seq: 3 });
      expect(there.heard.filter(({ name }) => name.startsWith("booking_"))).to.deep.equal([]);
    });

    it("a raw socket of one is told each seat that another's booking takes, and who was away catches up", async () => {
      const [one, two] = roles as [Role, Role];
      const client = new Client(one.url);
      const row = { name: "Stalls", rows: ["A"], seats_per_row: 5, price: 0 };
      const event = await client.createEvent(await client.adminToken(), {
        total_capacity: undefined,
        price: undefined,
        seat_configuration: { sections: [row] },
      });
      const raw = new WebSocket(`${two.url.replace("http", "ws")}/ws/events/${event.id}`);
      const frames: Push["data"][] = [];
      raw.on("message", (data) => frames.push(JSON.parse(String(data))));
      await once(raw, "open");
      raw.send('{"action":"subscribe"}');
      await eventually(() => frames[0]?.type === "subscribed", "the answer");
      const buyer = await client.register();
      const booked = await client.book(buyer.token, event.id, 2);
      expect(booked.status).to.equal(201);
      await eventually(() => frames.filter(({ type }) => type === "seat_update").length === 2, "two seats");
      const seats = booked.body.data.seats.map(({ id }: { id: string }) => id);
      const updates = frames.filter(({ type }) => type === "seat_update").map(({ data }) => data);
      expect(updates.map(({ seat_id }) => seat_id)).to.deep.equal(seats);
      expect(updates[0]).to.include({ status: "booked", available_seats: 3, seq: 2 });
      raw.close();
      const late = await listen(two, buyer.token, event.id);
      sockets.push(late.socket);
      const asked = { event_id: event.id, after_seq: 1 };
      const missed = await late.socket.timeout(15_000).emitWithAck("catch_up", asked);
      expect(missed).to.include({ ok: true, seq: 2, complete: true });
      expect(missed.pushes).to.have.length(1);
      expect(missed.pushes[0]).to.deep.include({ name: "booking_confirmed" });
      expect(missed.pushes[0].data).to.include({ booking_id: booked.body.data.id, seq: 2 });
      const other = await client.register();
      const stranger = await listen(two, other.token, event.id);
      sockets.push(stranger.socket);
      const theirs = await stranger.socket.timeout(15_000).emitWithAck("catch_up", asked);
      expect(theirs.pushes).to.deep.equal([]);
    });

    it("a logout in one ends the sockets in the other", async () => {
      const [one, two] = roles as [Role, Role];
      const client = new Client(one.url);
      const event = await client.createEvent(await client.adminToken());
      const person = await client.register();
      const { socket } = await listen(two, person.token, event.id);
      sockets.push(socket);
      await client.post("/auth/logout", {}, { token: person.token });
      await eventually(() => socket.disconnected, "the end of the socket");
      expect((await new Client(two.url).get("/auth/profile", { token: person.token })).status).to.equal(401);
    });

    it("says in its health how Redis is", async () => {
      const { body } = await new Client((roles[0] as Role).url).get("/health");
      expect(body.redis).to.equal(withRedis ? "connected" : "not configured");
      expect(body.database).to.equal("connected");
    });
  });
}
