import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import pg from "pg";
import { io, type Socket } from "socket.io-client";
import { saveAudit } from "../../src/store/books-audit.ts";
import { RedisServer } from "../realtime/redis-server.ts";
import { Client } from "../support/client.ts";
import { createTestDatabase, type TestDatabase } from "../support/postgres.ts";
import { createAdmin, type Role, startRole } from "../support/system.ts";

const METRICS_TOKEN = "a-token-of-these-tests-alone";
const ENV = {
  METRICS_TOKEN,
  WEBHOOK_ALLOW_PRIVATE: "true",
  RATE_LIMITS: "all=1000000/60,registrations=3/60",
};

/** The real processes with a little of everything that they count. */
export class BusySystem {
  readonly #database: TestDatabase;
  readonly #redis: RedisServer | null;
  readonly #roles: readonly Role[];
  readonly #pool: pg.Pool;
  readonly #receiver: Server;
  #socket: Socket | null = null;

  private constructor(parts: {
    database: TestDatabase;
    redis: RedisServer | null;
    roles: readonly Role[];
    receiver: Server;
  }) {
    this.#database = parts.database;
    this.#redis = parts.redis;
    this.#roles = parts.roles;
    this.#receiver = parts.receiver;
    this.#pool = new pg.Pool({ connectionString: parts.database.url, max: 2 });
  }

  static async start(withRedis: boolean): Promise<BusySystem> {
    const redis = withRedis ? await RedisServer.start() : null;
    const database = await createTestDatabase();
    await createAdmin(database.url);
    const env = { ...ENV, ...(redis === null ? {} : { REDIS_URL: redis.url }) };
    const roles = await Promise.all(
      (["api", "booking", "effects"] as const).map((role) => startRole(role, database.url, env)),
    );
    const receiver = createServer((request, response) => request.resume().on("end", () => response.end()));
    await new Promise<void>((resolve) => receiver.listen(0, "127.0.0.1", resolve));
    return new BusySystem({ database, redis, roles, receiver });
  }

  /** Sells, pays, refuses, tells, follows and reads. */
  async trade(): Promise<void> {
    const url = (this.#roles[0] as Role).url;
    const client = new Client(url);
    const token = await client.adminToken();
    const buyer = await client.register();
    const { port } = this.#receiver.address() as AddressInfo;
    await client.post("/webhooks", { url: `http://127.0.0.1:${port}/hook` }, { token });
    const open = await client.createEvent(token, { total_capacity: 2 });
    this.#socket = io(`${url}/notifications`, { auth: { token: buyer.token }, transports: ["websocket"] });
    const socket = this.#socket;
    await new Promise<void>((resolve) => socket.on("connect", resolve));
    await socket.emitWithAck("subscribe", { event_id: open.id });
    for (const quantity of [1, 1, 1]) await client.book(buyer.token, open.id, quantity);
    for (let at = 0; at < 3; at += 1) await client.get(`/events/${open.id}`);
    const paid = await client.createEvent(token, { requires_payment: true });
    const held = (await client.book(buyer.token, paid.id, 1)).body.data;
    await client.post(
      `/bookings/${held.id}/confirm`,
      { payment_token: "tok_success" },
      { token: buyer.token },
    );
    for (let at = 0; at < 4; at += 1) await client.post("/auth/register", { email: "x" });
    // A sink that nobody is: what is owed to it stays, and is told of.
    await this.#pool.query(
      "insert into outbox (event_id, sink, from_seq, to_seq) values ($1, 'nobody', 1, 1)",
      [open.id],
    );
    await saveAudit(this.#pool, { differences: 0, events: 2, endedAt: Date.now(), durationMs: 5 });
  }

  /** The labels of every name that is told: of its samples, and none for a name that has no samples yet. */
  async scrape(): Promise<Map<string, Set<string>>> {
    const found = new Map<string, Set<string>>();
    const headers = { authorization: `Bearer ${METRICS_TOKEN}` };
    for (const { url } of this.#roles) {
      const text = await (await fetch(`${url}/metrics`, { headers })).text();
      for (const line of text.split("\n")) {
        const [, name, labels = ""] = /^(?:# TYPE )?([a-z]\w*)(?:\{(.*)\})? \S+$/.exec(line) ?? [];
        if (name === undefined) continue;
        const known = found.get(name) ?? new Set<string>();
        for (const [, label] of labels.matchAll(/(\w+)="(?:[^"\\]|\\.)*"/g)) known.add(label as string);
        found.set(name, known);
      }
    }
    return found;
  }

  async stop(): Promise<void> {
    this.#socket?.close();
    this.#receiver.close();
    await this.#pool.end();
    const codes = await Promise.all(this.#roles.map((role) => role.stop()));
    await this.#redis?.kill();
    await this.#database.drop();
    if (codes.some((code) => code !== 0)) throw new Error(`a process ended badly: ${codes.join(", ")}`);
  }
}
