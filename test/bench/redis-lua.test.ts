import { randomUUID } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import type pg from "pg";
import { BenchRedis, whyNoRedis } from "../../bench/lib/redis-server.ts";
import { appendDecided } from "../../bench/peers/append.ts";
import type { Peer, PeerRequest } from "../../bench/peers/peer.ts";
import type { PeerWorker } from "../../bench/peers/peer-worker.ts";
import { createRedisLuaPeer } from "../../bench/peers/redis-lua.ts";
import { createRedisLuaWorker } from "../../bench/peers/redis-lua-worker.ts";
import { CONFIRMED_STREAM } from "../../bench/peers/redis-stock.ts";
import { createPeerEvents, createPeerTables, SCHEMA_OF } from "../../bench/peers/tables.ts";
import type { BookingId, EventId, UserId } from "../../src/domain/ids.ts";
import { createPool } from "../../src/store/database.ts";
import { createTestDatabase, silent, type TestDatabase } from "../support/postgres.ts";
import { until } from "../support/until.ts";

const SCHEMA = SCHEMA_OF["redis-lua"];
const CAPACITY = 5;
const missing = whyNoRedis();

describe(`the peer redis-lua${missing === null ? "" : `, which cannot be tested here: ${missing}`}`, () => {
  let folder: string;
  let database: TestDatabase;
  let db: pg.Pool;
  let redis: BenchRedis;
  let peer: Peer;
  let worker: PeerWorker;
  let eventId: EventId;

  const newPool = () => createPool({ url: database.url, name: "redis-lua", max: 4, log: silent });
  const request = (): PeerRequest => ({
    eventId,
    command: {
      type: "BookTickets",
      id: randomUUID() as BookingId,
      userId: randomUUID() as UserId,
      quantity: 1,
    },
    unitPriceMinor: 100,
  });
  const written = async () => {
    const { rows } = await db.query<{ command_id: string }>(
      `select command_id from ${SCHEMA}.ledger where event_id = $1 order by seq`,
      [eventId],
    );
    return rows.map(({ command_id }) => command_id);
  };
  const isWritten = () =>
    until("the stream is empty", async () => (await redis.client.xlen(CONFIRMED_STREAM)) === 0);

  before(async function () {
    if (missing !== null) this.skip();
    folder = await mkdtemp(join(tmpdir(), "evently-redis-"));
    [database, redis] = await Promise.all([createTestDatabase(), BenchRedis.start(folder)]);
    db = newPool();
    await createPeerTables(db);
  });
  after(async () => {
    await redis?.stop();
    await db?.end();
    await database?.drop();
    if (folder !== undefined) await rm(folder, { recursive: true, force: true });
  });
  beforeEach(async () => {
    eventId = randomUUID() as EventId;
    await createPeerEvents(db, [eventId], { capacity: CAPACITY, priceMinor: 100 });
    peer = createRedisLuaPeer(redis.url, newPool());
    worker = createRedisLuaWorker(redis.url, newPool());
  });
  afterEach(async () => {
    await worker?.close();
    await peer?.close();
  });

  it("sells as many tickets as there are, and has them in PostgreSQL only when its worker wrote them", async () => {
    const asked = Array.from({ length: 8 }, request);
    const answers = await Promise.all(asked.map((one) => peer.book(one)));
    expect(answers.filter((answer) => answer === "confirmed")).to.have.lengthOf(CAPACITY);
    expect(await written()).to.deep.equal([]);
    await worker.work();
    await isWritten();
    const confirmed = asked
      .filter((_one, at) => answers[at] === "confirmed")
      .map(({ command }) => command.id);
    expect(await written()).to.have.members(confirmed);
  });

  it("writes nothing twice where a worker was killed between writing and shortening the stream", async () => {
    const asked = [request(), request(), request()];
    for (const one of asked) await peer.book(one);
    await appendDecided(
      db,
      SCHEMA,
      asked.slice(0, 2).map((one, at) => ({ request: one, seq: at + 1 })),
    );
    await worker.work();
    await isWritten();
    expect(await written()).to.deep.equal(asked.map(({ command }) => command.id));
  });

  it("has after kill -9 what Redis had written to its file", async () => {
    const one = request();
    await peer.book(one);
    await redis.kill();
    await redis.restart();
    await worker.work();
    await isWritten();
    expect(await written()).to.deep.equal([one.command.id]);
  });
});
