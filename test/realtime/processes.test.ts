import { setTimeout as sleep } from "node:timers/promises";
import { expect } from "chai";
import { createRedisClients, type RedisClients } from "../../src/cache/redis.ts";
import type { LedgerEntry } from "../../src/domain/ledger.ts";
import type { Log } from "../../src/ops/log.ts";
import { eventually } from "./client.ts";
import { ADA, BOB, CONCERT, confirmed, entry, soldView } from "./facts.ts";
import { RedisServer, whyNoRedis } from "./redis-server.ts";
import { World } from "./world.ts";

/** A log that keeps messages. */
function notebook(): { log: Log; messages: string[] } {
  const messages: string[] = [];
  const note = (level: string) => (_fields: object, message: string) => {
    messages.push(`${level}: ${message}`);
  };
  return {
    log: { debug: note("debug"), info: note("info"), warn: note("warn"), error: note("error") },
    messages,
  };
}

describe("sockets of several processes with Redis", () => {
  let server: RedisServer;
  let worlds: World[];
  let clients: RedisClients[];
  let notes: ReturnType<typeof notebook>[];
  /** Mocha passes over promises that fail unheard; a process ends by them. */
  const unheard: unknown[] = [];
  const hearRejection = (reason: unknown) => unheard.push(reason);

  before(function () {
    process.on("unhandledRejection", hearRejection);
    const reason = whyNoRedis();
    if (reason === null) return;
    console.log(`      skipped: ${reason}`);
    this.skip();
  });

  after(() => process.off("unhandledRejection", hearRejection));

  beforeEach(async () => {
    server = await RedisServer.start();
    notes = [notebook(), notebook()];
    clients = notes.map(({ log }, index) =>
      createRedisClients({ url: server.url, name: `api-${index}`, log }),
    );
    const first = new World();
    worlds = [first, new World(first)];
    for (const [index, world] of worlds.entries()) await world.start({ redis: clients[index] ?? null });
    await eventually(() => clients.every(({ pub, sub }) => pub.status === "ready" && sub.status === "ready"));
    // The adapters have subscribed when a message of each has reached the other.
    await sleep(50);
  });

  afterEach(async () => {
    for (const world of worlds) await world.stop();
    for (const redis of clients) redis.close();
    await server.kill();
    expect(unheard).to.deep.equal([]);
  });

  /** Both processes listen for notices, so both hear of everything. */
  const hear = (...entries: LedgerEntry[]) => {
    for (const world of worlds) world.hear(...entries);
  };
  const [one, two] = [() => worlds[0] as World, () => worlds[1] as World];

  it("push each outcome to each socket exactly once", async () => {
    const [here, there, bob] = [await one().connect(ADA), await two().connect(ADA), await two().connect(BOB)];
    for (const client of [here, there, bob]) await client.ask("subscribe", { event_id: CONCERT });
    one().events.set(CONCERT, soldView(CONCERT, 2, 2));
    hear(entry(CONCERT, 2, confirmed(ADA)), entry(CONCERT, 3, { type: "SaleClosed" }));
    one().events.set(CONCERT, soldView(CONCERT, 2, 3));
    for (const client of [here, there, bob]) await client.heard("event_update");
    await sleep(350);
    const counts = [here, there, bob].map((client) =>
      ["booking_confirmed", "availability_update", "event_update"].map((name) => client.named(name).length),
    );
    expect(counts).to.deep.equal([
      [1, 1, 1],
      [1, 1, 1],
      [0, 1, 1],
    ]);
  });

  it("show an alert to the authenticated sockets of all, once", async () => {
    const [here, there] = [await one().connect(ADA), await two().connect(BOB)];
    const stranger = two().client();
    await stranger.connected();
    one().realtime.alert({ message: "The sale moves to noon" });
    expect(await here.heard("system_alert")).to.deep.equal([{ message: "The sale moves to noon" }]);
    expect(await there.heard("system_alert")).to.have.length(1);
    await sleep(50);
    expect([here, there, stranger].map(({ pushes }) => pushes.length)).to.deep.equal([1, 1, 0]);
  });

  it("go on pushing while Redis is away, log the outage once, and find each other again", async () => {
    const [here, there] = [await one().connect(ADA), await two().connect(BOB)];
    await server.kill();
    await eventually(() => clients.every(({ pub, sub }) => pub.status !== "ready" && sub.status !== "ready"));
    expect(await clients[0]?.ping()).to.equal(false);
    hear(entry(CONCERT, 2, confirmed(ADA)), entry(CONCERT, 3, confirmed(BOB)));
    await here.heard("booking_confirmed");
    await there.heard("booking_confirmed");
    one().realtime.alert({ message: "local" });
    await here.heard("system_alert");
    await sleep(600);
    await server.restart();
    await eventually(() => clients.every(({ pub, sub }) => pub.status === "ready" && sub.status === "ready"));
    expect(await clients[0]?.ping()).to.equal(true);
    await sleep(50);
    one().realtime.alert({ message: "to all" });
    expect(await there.heard("system_alert")).to.deep.equal([{ message: "to all" }]);
    const outage = ["warn: Redis is away; what needs it waits or is local", "info: Redis is back"];
    for (const { messages } of notes) expect(messages).to.deep.equal(outage);
  });

  it("start without Redis, and join it when it comes", async () => {
    await server.kill();
    const note = notebook();
    const redis = createRedisClients({ url: server.url, name: "late", log: note.log });
    const world = await new World(one()).start({ redis });
    clients.push(redis);
    worlds.push(world);
    const client = await world.connect(ADA);
    world.hear(entry(CONCERT, 2, confirmed(ADA)));
    await client.heard("booking_confirmed");
    await server.restart();
    const all = () => clients.every(({ pub, sub }) => pub.status === "ready" && sub.status === "ready");
    await eventually(all, "all clients");
    await sleep(50);
    one().realtime.alert({ message: "welcome" });
    await client.heard("system_alert");
  });

  it("close while Redis is away", async () => {
    await server.kill();
    await eventually(() => clients.every(({ sub }) => sub.status !== "ready"));
    for (const world of worlds) await world.realtime.close();
    for (const redis of clients) redis.close();
    await sleep(50);
  });
});
