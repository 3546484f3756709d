import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { type AddressInfo, createServer as createSocketServer } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { expect } from "chai";
import { LatencyHistogram } from "../../bench/lib/statistics.ts";
import { decisionsOf } from "../../bench/open-loop/accepted-bookings.ts";
import { PoissonArrivals } from "../../bench/open-loop/arrivals.ts";
import { HealthProbe } from "../../bench/open-loop/health-probe.ts";
import type { OpenOrder, RequestKind } from "../../bench/open-loop/messages.ts";
import { OpenLoad } from "../../bench/open-loop/open-load.ts";
import { BOOKING } from "../../bench/open-loop/orders.ts";
import { RequestWriter } from "../../bench/open-loop/request-writer.ts";
import { WaitingRoom } from "../../bench/open-loop/waiting-room.ts";

describe("the arrivals of an open loop", () => {
  const gapsOf = (seed: number, count: number) => {
    const arrivals = new PoissonArrivals({ ratePerS: 1_667, seed });
    let last = 0;
    return Array.from({ length: count }, () => {
      const at = arrivals.next();
      const gap = at - last;
      last = at;
      return gap;
    });
  };

  it("have gaps with the mean that the rate says, and the deviation of an exponential distribution", () => {
    for (const seed of [0, 1, 42]) {
      const gaps = gapsOf(seed, 100_000);
      const wanted = 1_000 / 1_667;
      const mean = gaps.reduce((sum, gap) => sum + gap, 0) / gaps.length;
      const variance = gaps.reduce((sum, gap) => sum + (gap - mean) ** 2, 0) / gaps.length;
      expect(mean).to.be.closeTo(wanted, wanted * 0.02);
      expect(Math.sqrt(variance)).to.be.closeTo(wanted, wanted * 0.02);
      expect(Math.min(...gaps.slice(0, 10_000))).to.be.above(0);
    }
  });

  it("know nothing of each other: a long gap is not followed by a long one", () => {
    const gaps = gapsOf(7, 50_000);
    const mean = gaps.reduce((sum, gap) => sum + gap, 0) / gaps.length;
    const covariance = gaps.slice(1).reduce((sum, gap, at) => sum + (gap - mean) * (gaps[at]! - mean), 0);
    expect(covariance / gaps.length / mean ** 2).to.be.closeTo(0, 0.03);
  });

  it("are the same for the same seed, and others for another", () => {
    expect(gapsOf(3, 50)).to.deep.equal(gapsOf(3, 50)).and.not.to.deep.equal(gapsOf(4, 50));
  });
});

describe("the open-loop generator", () => {
  type Answer = (request: IncomingMessage, response: ServerResponse) => void;
  let server: Server | null = null;

  async function serve(answer: Answer): Promise<number> {
    server = createServer((request, response) => {
      request.resume();
      request.on("end", () => answer(request, response));
    });
    await new Promise<void>((resolve) => server?.listen(0, "127.0.0.1", resolve));
    return (server.address() as AddressInfo).port;
  }

  afterEach(() => {
    server?.closeAllConnections();
    server?.close();
    server = null;
  });

  function reply(response: ServerResponse, status: number, headers = {}, body = "{}"): void {
    response.writeHead(status, { "content-length": Buffer.byteLength(body), ...headers });
    response.end(body);
  }

  const run = (order: Partial<OpenOrder> & { readonly port: number }, onBoundary = (_at: number) => {}) =>
    new OpenLoad(
      {
        type: "open-load",
        ratePerS: 200,
        seed: 5,
        tokens: ["one", "two"],
        eventIds: ["e"],
        kinds: [BOOKING],
        headers: {},
        warmUpMs: 0,
        windowMs: 800,
        windows: 1,
        graceMs: 1_000,
        connectionsMax: 50,
        patienceMs: null,
        ...order,
      },
      onBoundary,
    ).run();

  const summary = (encoded: string) => new LatencyHistogram().addEncoded(encoded).summary();
  const count = (encoded: string) => new LatencyHistogram().addEncoded(encoded).count;

  it("offers what the rate says, whatever the answers, and tells when windows begin and end", async () => {
    const port = await serve((_request, response) => reply(response, 201));
    const boundaries: number[] = [];
    const { windows } = await run({ port, windowMs: 400, windows: 2, warmUpMs: 200 }, (at) =>
      boundaries.push(at),
    );
    expect(boundaries).to.deep.equal([0, 1, 2]);
    for (const window of windows) {
      expect(window.offered).to.be.within(40, 130);
      expect(count(window.decided)).to.equal(window.offered);
    }
  });

  it("counts the wait into latencies: while the server stalls, whoever should have been sent waits too", async () => {
    const stall = { fromMs: 200, toMs: 600 };
    const startedMs = performance.now();
    let stalled = 0;
    const port = await serve((_request, response) => {
      const atMs = performance.now() - startedMs;
      const isStalled = atMs >= stall.fromMs && atMs < stall.toMs;
      stalled += isStalled ? 1 : 0;
      setTimeout(() => reply(response, 201), isStalled ? stall.toMs - atMs + 5 : 0);
    });
    const { windows } = await run({ port, connectionsMax: 2 });
    const [window] = windows;
    // Two requests met the stall. A closed loop would report two slow answers among all the others.
    expect(stalled).to.equal(2);
    expect(count(window!.decided)).to.equal(window!.offered).and.to.be.above(100);
    const { p50_ms, p90_ms, max_ms } = summary(window!.decided)!;
    expect(max_ms).to.be.above(330);
    expect(p90_ms).to.be.above(220);
    expect(p50_ms).to.be.below(p90_ms);
    // That was the server, not the generator.
    expect(summary(window!.lag)!.p50_ms).to.be.below(20);
  });

  it("opens no more connections than it may, and sends the rest when one is free", async () => {
    const sockets = new Set<unknown>();
    const port = await serve((request, response) => {
      sockets.add(request.socket);
      setTimeout(() => reply(response, 201), 30);
    });
    const { windows } = await run({ port, connectionsMax: 3 });
    expect(sockets.size).to.equal(3);
    expect(windows[0]!.connections).to.equal(3);
    expect(windows[0]!.waiting).to.be.above(0);
  });

  it("lets go whose patience ends before there is a connection", async () => {
    const port = await serve((_request, response) => void setTimeout(() => reply(response, 201), 150));
    const { windows } = await run({ port, connectionsMax: 1, patienceMs: 200 });
    const [{ offered, gaveUp, decided, unanswered }] = windows as [(typeof windows)[0] & object];
    expect(gaveUp).to.be.above(offered / 2);
    expect(gaveUp + count(decided) + count(unanswered)).to.equal(offered);
    // 200 ms of patience and 150 ms for the answer: nobody who was served came later to a connection.
    expect(summary(decided)!.p50_ms).to.be.within(140, 700);
  });

  it("tells refusals by code and time, and broken connections", async () => {
    let asked = 0;
    const port = await serve((request, response) => {
      asked += 1;
      if (asked % 3 === 0) request.socket.destroy();
      else if (asked % 3 === 1) reply(response, 503, {}, '{"status":"error","code":"OVERLOADED"}');
      else reply(response, 201);
    });
    const { windows } = await run({ port });
    const [window] = windows;
    const refused = window!.refusedByCode["503 OVERLOADED"]!;
    expect(refused).to.equal(count(window!.refused)).and.to.be.above(20);
    expect(count(window!.refusedSinceSent)).to.equal(refused);
    expect(window!.broken).to.be.above(20);
    expect(refused + window!.broken + count(window!.decided)).to.equal(window!.offered);
  });

  it("keeps which bookings were answered 202, with the time at which they were to be sent", async () => {
    let next = 0;
    const port = await serve((_request, response) => {
      reply(response, 202, { location: `/api/v1/bookings/id-${++next}` });
    });
    const { windows, acceptedBookings } = await run({ port, headers: { prefer: "respond-async" } });
    expect(count(windows[0]!.accepted)).to.equal(acceptedBookings.length).and.to.be.above(50);
    expect(new Set(acceptedBookings.map(([id]) => id)).size).to.equal(acceptedBookings.length);
    expect(new Set(acceptedBookings.map(([, , window]) => window))).to.deep.equal(new Set([0]));
    const times = acceptedBookings.map(([, intendedMs]) => intendedMs);
    expect(Math.max(...times) - Math.min(...times)).to.be.within(500, 800);
  });

  it("counts what was never answered with the time that it had waited", async () => {
    const port = await serve(() => {});
    const { windows } = await run({ port, graceMs: 300, windowMs: 300 });
    expect(count(windows[0]!.unanswered)).to.equal(windows[0]!.offered);
    expect(summary(windows[0]!.unanswered)!.p50_ms).to.be.above(250);
    expect(count(windows[0]!.otherUnanswered)).to.equal(0);
  });

  it("tells bookings that were never answered from other requests", async () => {
    const port = await serve(() => {});
    const kinds: readonly RequestKind[] = [
      { ...BOOKING, weight: 3 },
      { method: "GET", path: "/api/v1/events/{event}", body: null, weight: 1, isBooking: false },
    ];
    const { windows } = await run({ port, kinds, ratePerS: 400, graceMs: 300, windowMs: 500 });
    const [{ offered, unanswered, otherUnanswered }] = windows as [(typeof windows)[0] & object];
    expect(count(unanswered) + count(otherUnanswered)).to.equal(offered);
    expect(count(otherUnanswered) / offered).to.be.within(0.1, 0.4);
    expect(summary(otherUnanswered)!.p50_ms).to.be.above(250);
  });

  it("has health asked after at a fixed pace, and counts what does not answer as failed", async () => {
    let asked = 0;
    const port = await serve((_request, response) => {
      asked += 1;
      if (asked % 2 === 0) reply(response, 503);
      else setTimeout(() => reply(response, 200), 250);
    });
    const probe = new HealthProbe(`http://127.0.0.1:${port}`);
    probe.start();
    await sleep(950);
    const { latency, failed } = await probe.stop();
    expect(asked).to.be.within(6, 10);
    expect(count(latency) + failed).to.equal(asked);
    expect(failed).to.be.at.least(3);
    expect(summary(latency)!.p50_ms).to.be.above(240);
  });

  it("understands answers that arrive in pieces", async () => {
    const pieces = ["HTTP/1.1 201 Created\r\ncontent-le", "ngth: 4\r\nlocation: /x\r\n\r\n{ ", " }"];
    const plain = createSocketServer((socket) => {
      socket.on("error", () => {});
      socket.on("data", async () => {
        for (const piece of pieces) {
          socket.write(piece);
          await sleep(2);
        }
      });
    });
    await new Promise<void>((resolve) => plain.listen(0, "127.0.0.1", resolve));
    try {
      const { windows } = await run({ port: (plain.address() as AddressInfo).port });
      expect(count(windows[0]!.decided)).to.equal(windows[0]!.offered).and.to.be.above(50);
    } finally {
      plain.close();
    }
  });
});

describe("the requests of an open loop", () => {
  const kinds: readonly RequestKind[] = [
    { ...BOOKING, weight: 3 },
    { method: "PUT", path: "/api/v1/bookings/{booking}/cancel", body: null, weight: 1, isBooking: false },
  ];
  const order = {
    type: "open-load" as const,
    port: 80,
    ratePerS: 1,
    seed: 2,
    tokens: ["token-0", "token-1"],
    eventIds: ["event-0", "event-1", "event-2"],
    kinds,
    headers: { prefer: "respond-async" },
    warmUpMs: 0,
    windowMs: 1,
    windows: 1,
    graceMs: 0,
    connectionsMax: 1,
    patienceMs: null,
  };

  it("have users and events take turns", () => {
    const writer = new RequestWriter({ ...order, kinds: [BOOKING] });
    const texts = Array.from({ length: 6 }, () => writer.write().text);
    expect(texts[4]).to.include("Bearer token-0").and.include('"event_id":"event-1"');
    expect(texts[5]).to.include("Bearer token-1").and.include('"event_id":"event-2"');
    expect(texts[0])
      .to.match(/^POST \/api\/v1\/bookings HTTP\/1\.1\r\n/)
      .and.include("prefer: respond-async\r\n");
    const [head, body] = texts[0]!.split("\r\n\r\n");
    expect(head).to.include(`content-length: ${body!.length}`);
  });

  it("come by their weights, and give back only what their user was confirmed", () => {
    const writer = new RequestWriter(order);
    const none = Array.from({ length: 50 }, () => writer.write().text);
    expect(none.every((text) => text.startsWith("POST "))).to.equal(true);
    for (let at = 0; at < 500; at += 1) writer.confirmed(`/api/v1/bookings/b-${at}`, 1);
    const texts = Array.from({ length: 1_000 }, () => writer.write().text);
    const cancels = texts.filter((text) => text.startsWith("PUT "));
    expect(cancels.length).to.be.within(180, 320);
    expect(cancels.every((text) => /^PUT \/api\/v1\/bookings\/b-\d+\/cancel .*token-1/s.test(text))).to.equal(
      true,
    );
    expect(new Set(cancels).size).to.equal(cancels.length);
  });
});

describe("bookings that were answered 202", () => {
  type Watch = Parameters<typeof decisionsOf>[0]["watch"];
  type Known = Readonly<Record<string, number | null>>;
  type Accepted = Parameters<typeof decisionsOf>[1]["acceptedBookings"];

  /** @param looks what the watch knows whenever it is asked; the last of them from then on */
  const judge = (looks: readonly Known[], acceptedBookings: Accepted, windows = 1) => {
    const left = [...looks];
    const watch = {
      decidedAt: async () => new Map(Object.entries((left.length > 1 ? left.shift() : left[0])!)),
    } as unknown as Watch;
    const db = { query: () => Promise.reject(new Error("nothing is asked of a database here")) };
    const seen = { windows: Array(windows).fill(null), acceptedBookings };
    return decisionsOf({ watch, db, noticeMsMax: 1 }, seen, ["e"]);
  };
  const summaryOf = (encoded: string) => new LatencyHistogram().addEncoded(encoded).summary();

  it("count from the intended time of sending to the notice of their decision", async () => {
    const { latencies, violations } = await judge(
      [{ a: 1_020, b: 1_040 }],
      [
        ["a", 1_000, 0],
        ["b", 1_000, 0],
      ],
    );
    expect(latencies.map(summaryOf)).to.have.lengthOf(1);
    expect(summaryOf(latencies[0]!)).to.deep.include({ p50_ms: 20, max_ms: 40 });
    expect(violations).to.deep.equal([]);
  });

  it("count in the window in which they were to be sent", async () => {
    const { latencies } = await judge(
      [{ a: 1_020, b: 1_090 }],
      [
        ["a", 1_000, 2],
        ["b", 1_000, 0],
      ],
      3,
    );
    expect(latencies.map((one) => summaryOf(one)?.max_ms ?? null)).to.deep.equal([90, null, 20]);
  });

  it("are waited for where the notice of a decision is still on its way", async () => {
    const { latencies, unheard, violations } = await judge([{ a: null }, { a: 1_030 }], [["a", 1_000, 0]]);
    expect(summaryOf(latencies[0]!)).to.deep.include({ max_ms: 30 });
    expect({ unheard, violations }).to.deep.equal({ unheard: 0, violations: [] });
  });

  it("are a violation where no notice of the decision was heard: no percentile has them", async () => {
    const { latencies, unheard, violations } = await judge(
      [{ a: 1_020, b: null }],
      [
        ["a", 1_000, 0],
        ["b", 1_000, 0],
      ],
    );
    expect(new LatencyHistogram().addEncoded(...latencies).count).to.equal(1);
    expect(unheard).to.equal(1);
    expect(violations).to.deep.equal(["every decision of an accepted booking is heard of: 1 of 2 were not"]);
  });

  it("are a violation where the ledger knows nothing of them", async () => {
    const { violations } = await judge(
      [{ a: 1_020 }],
      [
        ["a", 1_000, 0],
        ["lost", 1_000, 0],
      ],
    );
    expect(violations).to.deep.equal(["every accepted booking is decided: 1 of 2 are not"]);
  });
});

describe("a waiting room", () => {
  it("lets in who came first, however many come and go", () => {
    const room = new WaitingRoom<number>();
    const left: (number | null)[] = [];
    for (let at = 0; at < 300; at += 1) {
      room.enter(at);
      if (at % 3 === 0) left.push(room.next());
    }
    expect(room.size).to.equal(200);
    while (room.size > 0) left.push(room.next());
    expect(left).to.deep.equal(Array.from({ length: 300 }, (_, at) => at));
    expect(room.next()).to.equal(null);
  });
});
