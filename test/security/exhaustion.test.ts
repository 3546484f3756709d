import { once } from "node:events";
import { connect, type Socket } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { gzipSync } from "node:zlib";
import { expect } from "chai";
import { sendBytes } from "../http/raw-request.ts";
import { METRICS_TOKEN, type Person, sharedSystem } from "../http/shared-system.ts";
import { until } from "../support/until.ts";

const MS_MAX = 60_000;
const SAMPLES = 120;
/** What everybody else notices of an attack: at most twice the time, and never less than this is told apart. */
const SLOWDOWN_MAX = 2;
const NOISE_MS = 3;
const LOOKS_MAX = 6;
/** What the young and the old part of a heap may grow by until they are tidied; the bodies would unpack to gigabytes. */
const GROWTH_BYTES_MAX = 192 * 1_048_576;
const ROUNDS = 8;
const ATTACKS_A_ROUND = 56;
const SLOW_CLIENTS = 300;
const DRIP_MS = 250;
/** `headersTimeout`, how often it is looked at, and a busy machine. */
const CLOSED_WITHIN_MS = 10_000 + 1_000 + 4_000;
const ATTACKS_A_SECOND = 25;

const half = (text: string, end: string) => text.repeat(32_000) + end.repeat(32_000);
const BODIES: readonly (readonly [what: string, bytes: string | Buffer, encoding?: string])[] = [
  ["10 MB", Buffer.alloc(10 * 1_048_576, "[")],
  ["100,000 deep", "[".repeat(100_000)],
  ["as deep as fits", half("[", "]")],
  ["a gzip bomb of 50 MB", gzipSync(Buffer.alloc(50 * 1_048_576, " ")), "gzip"],
  ["a bomb in a bomb", gzipSync(gzipSync(Buffer.alloc(50 * 1_048_576))), "gzip"],
  ["__proto__ three thousand times", `{${Array(3_000).fill('"__proto__":{"a":1}').join(",")}}`],
  ["six thousand keys", `{${Array.from({ length: 6_000 }, (_, at) => `"k${at}":1`).join(",")}}`],
];

describe("requests that are made to exhaust", function () {
  this.timeout(MS_MAX);
  const system = sharedSystem();
  let buyer: Person;
  let attacker: Person;
  let eventId: string;

  before(async () => {
    [buyer, attacker] = (await system().people(2)) as [Person, Person];
    const event = await system().event({ total_capacity: 100_000, max_tickets_per_user: 10_000 });
    eventId = event.id;
  });

  /** How long somebody waits in the middle who reads an event and books, milliseconds. */
  async function waits(): Promise<number> {
    const times: number[] = [];
    for (let at = 0; at < SAMPLES; at += 1) {
      const startedMs = performance.now();
      const { client } = system();
      const { status } =
        at % 4 === 0 ? await client.book(buyer.token, eventId, 1) : await client.get(`/events/${eventId}`);
      times.push(performance.now() - startedMs);
      expect(status).to.be.oneOf([200, 201]);
    }
    return times.sort((a, b) => a - b)[SAMPLES >> 1] as number;
  }

  /** Whether others wait at most twice as long during an attack as before or after it. */
  async function keepsPace(attack: () => Promise<() => Promise<void>>): Promise<void> {
    await waits();
    const before = await waits();
    const end = await attack();
    const limitOf = (quiet: number) => Math.max(SLOWDOWN_MAX * quiet, quiet + NOISE_MS);
    let during = Number.POSITIVE_INFINITY;
    try {
      // What the machine does besides can only make it look worse: one of the looks has to be good.
      for (let look = 0; look < LOOKS_MAX && during > limitOf(before); look += 1) {
        during = Math.min(during, await waits());
      }
    } finally {
      await end();
    }
    const quiet = Math.max(before, await waits());
    const figures = `${during.toFixed(1)} ms, and ${quiet.toFixed(1)} ms without`;
    expect(during, figures).to.be.at.most(limitOf(quiet));
  }

  async function residentBytes(): Promise<number> {
    const headers = { authorization: `Bearer ${METRICS_TOKEN}` };
    const text = await (await fetch(`${system().api.url}/metrics`, { headers })).text();
    return Number(/^process_resident_memory_bytes(?:\{[^}]*\})? (\S+)$/m.exec(text)?.[1]);
  }

  async function open(bytes: string): Promise<Socket> {
    const socket = connect(system().api.port, "127.0.0.1");
    socket.on("error", () => {});
    await once(socket, "connect");
    socket.write(bytes);
    return socket;
  }

  /** Opens connections that say a little again and again and never come to an end. */
  async function drip(bytes: string, more: string, count: number) {
    const sockets: Socket[] = [];
    for (let at = 0; at < count; at += 1) sockets.push(await open(bytes));
    const timer = setInterval(() => {
      for (const socket of sockets) if (socket.writable) socket.write(more);
    }, DRIP_MS);
    return {
      sockets,
      end: () => {
        clearInterval(timer);
        for (const socket of sockets) socket.destroy();
      },
    };
  }

  it("so slowly that they never end delay nobody else, and are closed", async () => {
    const head = "GET /api/v1/events HTTP/1.1\r\nHost: x\r\n";
    const authorised = `POST /api/v1/bookings HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${attacker.token}\r\n`;
    const body = `${authorised}Content-Type: application/json\r\nContent-Length: 60000\r\n\r\n{"event_id":"`;
    const before = await residentBytes();
    const slow: Awaited<ReturnType<typeof drip>>[] = [];
    try {
      await keepsPace(async () => {
        slow.push(await drip(head, "X-More: 1\r\n", SLOW_CLIENTS), await drip(body, "a", SLOW_CLIENTS));
        await sleep(2 * DRIP_MS);
        return async () => {};
      });
      const [heads] = slow;
      const allClosed = () =>
        heads?.sockets.every(({ destroyed, readableEnded }) => destroyed || readableEnded);
      for (const socket of heads?.sockets ?? []) socket.resume();
      await until("slow heads are cut off", allClosed, CLOSED_WITHIN_MS);
      expect((await residentBytes()) - before).to.be.below(GROWTH_BYTES_MAX);
      expect((await system().client.get(`/events/${eventId}`)).status).to.equal(200);
    } finally {
      for (const { end } of slow) end();
    }
  });

  it("so large or deep that they cost are refused; others wait at most twice as long, and memory stays", async () => {
    const url = `${system().api.url}/api/v1/bookings`;
    let sent = 0;
    async function attackOnce(): Promise<void> {
      const [what, bytes, encoding] = BODIES[sent % BODIES.length] as (typeof BODIES)[number];
      sent += 1;
      const options = encoding === undefined ? {} : { encoding };
      const { status } = await sendBytes(url, attacker.token, bytes, options);
      expect(status, what).to.be.oneOf([400, 413]);
    }
    const flood = async () => {
      const underWay: Promise<void>[] = [];
      const timer = setInterval(() => underWay.push(attackOnce()), 1_000 / ATTACKS_A_SECOND);
      await sleep(500);
      return async () => {
        clearInterval(timer);
        await Promise.all(underWay);
      };
    };
    // The first of each kind make the process as large as it has to be.
    for (let at = 0; at < 3 * BODIES.length; at += 1) await attackOnce();
    const before = await residentBytes();
    await keepsPace(flood);
    for (let at = 0; at < ROUNDS * ATTACKS_A_ROUND; at += 1) await attackOnce();
    expect((await residentBytes()) - before).to.be.below(GROWTH_BYTES_MAX);
  });

  it("with more headers, a longer address or a larger page than there may be are refused at once", async () => {
    const { client } = system();
    const { token } = attacker;
    const long = await client.get(`/events?search=${"a".repeat(12_000)}`, { token });
    expect(long.status).to.equal(400);
    for (const query of [
      "limit=1000000",
      "limit=-1",
      "limit=1e9",
      "per_page=999999",
      "offset=-1",
      "page=0",
    ]) {
      for (const path of ["/events", "/bookings", "/venues", `/bookings/user/${attacker.userId}`]) {
        const { status } = await client.get(`${path}?${query}`, { token });
        expect(status, path + query).to.equal(400);
      }
    }
    const headers = Object.fromEntries(Array.from({ length: 90 }, (_, at) => [`x-many-${at}`, "1"]));
    expect((await client.get("/events?limit=1", { headers })).status).to.equal(200);
    const many = Array.from({ length: 2_000 }, (_, at) => `X-${at}: 1`).join("\r\n");
    const socket = await open(`GET /api/v1/events HTTP/1.1\r\nHost: x\r\n${many}\r\n\r\n`);
    const [first] = await once(socket, "data");
    expect(String(first)).to.match(/^HTTP\/1\.1 431 /);
    socket.destroy();
  });
});
