import { once } from "node:events";
import { createServer, type Server as HttpServer } from "node:http";
import type { AddressInfo } from "node:net";
import { expect } from "chai";
import { Server } from "socket.io";
import { LatencyHistogram } from "../../bench/lib/statistics.ts";
import { Audience } from "../../bench/sockets/audience.ts";
import { catchUpOf } from "../../bench/sockets/catching-up.ts";
import { judgeHearing, missedBy } from "../../bench/sockets/hearing.ts";
import { hearingTimes } from "../../bench/sockets/hearing-times.ts";
import type { FigureHeard, Heard, OwnHeard } from "../../bench/sockets/messages.ts";
import { type Answer, emitPacket, enterPacket, readPacket } from "../../bench/sockets/packets.ts";
import { SocketClient } from "../../bench/sockets/socket-client.ts";
import { until } from "../support/until.ts";

const NOBODY_HEARD: Heard = { figures: [], own: [], others: {}, lost: 0 };

describe("the packets of a thin Socket.IO client", () => {
  it("are read as the protocols have them", () => {
    expect(readPacket('0{"sid":"a","pingInterval":25000}')).to.deep.equal({ type: "open" });
    expect(readPacket("2")).to.deep.equal({ type: "ping" });
    expect(readPacket('40/notifications,{"sid":"b"}')).to.deep.equal({ type: "connected" });
    expect(readPacket("41/notifications,")).to.deep.equal({ type: "disconnected" });
    expect(readPacket('44/notifications,{"message":"Too many","data":{"code":"X"}}')).to.deep.equal({
      type: "refused",
      message: "Too many",
    });
    expect(readPacket('42/notifications,["availability_update",{"seq":7}]')).to.deep.equal({
      type: "event",
      name: "availability_update",
      data: { seq: 7 },
    });
    expect(readPacket('43/notifications,12[{"ok":true,"seq":3}]')).to.deep.equal({
      type: "answer",
      id: 12,
      answer: { ok: true, seq: 3 },
    });
    expect(readPacket('42/other,["availability_update",{}]')).to.deep.equal({ type: "other" });
  });

  it("name the namespace, and the number of the answer that is wanted", () => {
    expect(enterPacket("t")).to.equal('40/notifications,{"token":"t"}');
    expect(emitPacket(3, "subscribe", { event_id: "e" })).to.equal(
      '42/notifications,3["subscribe",{"event_id":"e"}]',
    );
  });
});

describe("a thin Socket.IO client and a server of the library", () => {
  let http: HttpServer;
  let io: Server;
  let port = 0;
  const addresses: unknown[] = [];

  beforeEach(async () => {
    http = createServer();
    io = new Server(http, { pingInterval: 20 });
    const namespace = io.of("/notifications");
    namespace.use((socket, next) => {
      addresses.push(socket.handshake.headers["x-forwarded-for"]);
      next(socket.handshake.auth.token === "wrong" ? new Error("Invalid authentication token") : undefined);
    });
    namespace.on("connection", (socket) => {
      socket.on("subscribe", ({ event_id }, answer) => {
        void socket.join(event_id);
        answer({ ok: true, event_id, available_seats: 10, seq: 4 });
      });
    });
    await once(http.listen(0, "127.0.0.1"), "listening");
    port = (http.address() as AddressInfo).port;
  });
  afterEach(async () => {
    await io.close();
  });

  function client(onLost: () => void, onPush = () => {}) {
    return new SocketClient({ port, address: "10.0.0.9", onPush, onLost });
  }

  it("agree on entering, asking, answering pings and leaving", async () => {
    let lost = 0;
    const one = client(() => {
      lost += 1;
    });
    await one.enter("good");
    expect(addresses).to.include("10.0.0.9");
    const [socket] = io.of("/notifications").sockets.values();
    let pongs = 0;
    socket!.conn.on("packet", ({ type }) => {
      if (type === "pong") pongs += 1;
    });
    await until("pings are answered", () => pongs >= 3);
    expect(await one.ask("subscribe", { event_id: "e" })).to.deep.include({ ok: true, seq: 4 });
    expect([...socket!.rooms]).to.include("e");
    await one.close();
    await until("the server has seen it leave", () => io.of("/notifications").sockets.size === 0);
    expect(lost).to.equal(0);
  });

  it("tell why one may not enter", async () => {
    const refused = await client(() => {})
      .enter("wrong")
      .then(
        () => "entered",
        (error: Error) => error.message,
      );
    expect(refused).to.equal("Invalid authentication token");
  });

  it("notice when the server ends it, and answer nothing any more", async () => {
    let lost = 0;
    const one = client(() => {
      lost += 1;
    });
    await one.enter("good");
    io.of("/notifications").disconnectSockets(true);
    await until("the loss is noticed", () => lost === 1);
    const asked = await one.ask("subscribe", { event_id: "e" }).catch((error: Error) => error.message);
    expect(asked).to.equal("the connection is over");
  });

  it("make an audience: everybody hears, who is refused is counted, and lost is only who was there", async () => {
    const audience = new Audience({ type: "open", port, eventId: "e", tokens: ["good", "wrong", "good"] });
    const opened = await audience.open();
    expect(opened).to.deep.include({
      connected: 2,
      refused: { "Invalid authentication token": 1 },
      event: { seq: 4, available: 10 },
    });
    const room = io.of("/notifications").to("e");
    room.emit("availability_update", { event_id: "e", seq: 5, available_seats: 9 });
    room.emit("booking_confirmed", { event_id: "e", seq: 5 });
    room.emit("system_alert", {});
    const heard = await audience.heard();
    expect(heard.figures.map(([place, seq, available]) => [place, seq, available])).to.have.deep.members([
      [0, 5, 9],
      [2, 5, 9],
    ]);
    expect(heard.own.map(([place, seq]) => [place, seq])).to.have.deep.members([
      [0, 5],
      [2, 5],
    ]);
    expect(heard.others).to.deep.equal({ system_alert: 2 });
    io.of("/notifications").disconnectSockets(true);
    expect((await audience.heard()).lost).to.equal(2);
    await audience.close();
  });
});

describe("catching up", () => {
  const asked = { eventId: "e", afterSeq: 4 };
  const own = (seq: number) => ({ name: "booking_confirmed", data: { seq } });

  function answering(...answers: readonly Answer[]) {
    const left = [...answers];
    const questions: unknown[] = [];
    const ask = async (_name: string, payload: object) => {
      questions.push((payload as { readonly after_seq: number }).after_seq);
      return left.shift() ?? { ok: false, code: "NOTHING_LEFT" };
    };
    return { ask, questions };
  }

  it("goes on from where an answer ended, and asks again when too many ask", async () => {
    const { ask, questions } = answering(
      { ok: true, pushes: [own(6), { name: "booking_pending", data: { seq: 7 } }], seq: 8, complete: false },
      { ok: false, code: "RATE_LIMIT_EXCEEDED" },
      { ok: true, pushes: [own(9)], seq: 12, complete: true },
    );
    expect(await catchUpOf(ask, asked)).to.deep.equal({ seqs: [6, 9], failure: null });
    expect(questions).to.deep.equal([4, 8, 8]);
  });

  it("says why it did not come to an end", async () => {
    const { ask } = answering({ ok: false, code: "EVENT_NOT_FOUND" });
    expect(await catchUpOf(ask, asked)).to.deep.equal({ seqs: [], failure: "EVENT_NOT_FOUND" });
    const broken = () => Promise.reject(new Error("the connection is over"));
    expect((await catchUpOf(broken, asked)).failure).to.equal("the connection is over");
  });
});

describe("what many sockets heard, held against the ledger", () => {
  const toHear = {
    clients: ["ann", "ben"],
    start: { seq: 2, available: 100 },
    confirmed: [
      { seq: 3, userId: "ann", tickets: 1 },
      { seq: 4, userId: "ben", tickets: 2 },
      { seq: 6, userId: "ann", tickets: 1 },
    ],
  };
  const own: readonly OwnHeard[] = [
    [0, 3, 1],
    [1, 4, 1],
    [0, 6, 2],
  ];
  const figures: readonly FigureHeard[] = [
    [0, 3, 99, 1],
    [1, 4, 97, 1],
    [0, 6, 96, 2],
    [1, 6, 96, 2],
  ];
  const judged = (over: Partial<Heard>, caughtUp: Parameters<typeof judgeHearing>[2] = []) =>
    judgeHearing(toHear, { ...NOBODY_HEARD, own, figures, ...over }, caughtUp);
  const brought = (...seqs: readonly number[]) => [{ client: 0, seqs, failure: null }];
  const FINE = {
    own_expected: 3,
    own_heard: 3,
    figures_heard: 4,
    own_duplicate: 0,
    own_unknown: 0,
    own_missed: 0,
    own_missing: 0,
    figures_repeated: 0,
    figures_wrong: 0,
    figures_stale: 0,
    catch_up_wrong: 0,
  };

  it("is fine where everybody heard everything once, in whatever order", () => {
    expect(judged({}, brought(3, 6))).to.deep.equal(FINE);
    expect(judged({ own: own.toReversed() })).to.deep.equal(FINE);
  });

  it("counts a push that came twice, and one of somebody else's", () => {
    expect(judged({ own: [...own, [0, 6, 3]] })).to.deep.equal({ ...FINE, own_heard: 4, own_duplicate: 1 });
    expect(judged({ own: [...own, [0, 4, 3]] })).to.deep.equal({ ...FINE, own_heard: 4, own_unknown: 1 });
  });

  it("forgives a push that was missed where catching up brings it, and not where it does not", () => {
    const heard = own.slice(0, 2);
    expect([...missedBy(toHear, { own: heard })]).to.deep.equal([[0, [6]]]);
    const missed = { ...FINE, own_heard: 2, own_missed: 1 };
    expect(judged({ own: heard }, brought(3, 6))).to.deep.equal(missed);
    expect(judged({ own: heard })).to.deep.equal({ ...missed, own_missing: 1 });
    expect(judged({ own: heard }, brought(3))).to.deep.equal({
      ...missed,
      own_missing: 1,
      catch_up_wrong: 1,
    });
  });

  it("counts who caught up and got too much, too often, in another order, or no end", () => {
    for (const seqs of [
      [3, 4, 6],
      [3, 6, 6],
      [6, 3],
    ]) {
      expect(judged({}, brought(...seqs)).catch_up_wrong).to.equal(1);
    }
    const endless = [{ client: 0, seqs: [3, 6], failure: "OVERLOADED" }];
    expect(judged({}, endless).catch_up_wrong).to.equal(1);
  });

  it("counts figures that come twice, that go back, that are not the ledger's, and that were the last but are old", () => {
    expect(judged({ figures: [...figures, [0, 6, 96, 3]] }).figures_repeated).to.equal(1);
    expect(judged({ figures: [...figures, [1, 3, 99, 3]] }).figures_repeated).to.equal(1);
    expect(judged({ figures: [[0, 6, 95, 1], ...figures.slice(3)] }).figures_wrong).to.equal(1);
    expect(judged({ figures: figures.slice(0, 3) })).to.deep.equal({
      ...FINE,
      figures_heard: 3,
      figures_stale: 1,
    });
  });
});

describe("how soon it was heard", () => {
  const decided = [
    { from: 3, to: 3, atMs: 90 },
    { from: 4, to: 6, atMs: 110 },
    { from: 7, to: 7, atMs: 190 },
    { from: 8, to: 9, atMs: 205 },
  ];
  const heard: Heard = {
    ...NOBODY_HEARD,
    own: [
      [0, 3, 95],
      [0, 4, 112],
      [1, 7, 198],
      [1, 8, 209],
    ],
    figures: [
      [0, 5, 0, 120],
      [0, 9, 0, 210],
      [1, 9, 0, 214],
    ],
  };
  const times = hearingTimes(heard, decided, {
    window: { fromMs: 100, toMs: 200 },
    clients: 2,
    startSeq: 2,
  });

  it("counts what was decided in the window, whenever it was heard", () => {
    expect(times.own).to.deep.include({ count: 2 });
    expect(times.own?.summary).to.deep.include({ max_ms: 8 });
    expect(times.newest).to.deep.include({ count: 1 });
    expect(times.newest?.summary.max_ms).to.equal(10);
  });

  it("counts each decision once for each client: when the first figures came that it is in", () => {
    // Client 0: 4 and 5 after 10 ms, 6 after 100, 7 after 20. Client 1: 4 to 6 after 104, 7 after 24.
    expect(times.each?.count).to.equal(8);
    expect(times.each?.summary).to.deep.include({ p50_ms: 24, max_ms: 104 });
  });

  it("counts deliveries by when they were heard, and decisions for each figures", () => {
    expect(times.deliveries_per_s).to.deep.equal({ own: 20, figures: 10 });
    // Four decisions for each of two clients, in one figures.
    expect(times.decisions_per_figures).to.equal(8);
  });

  it("tells nothing where nothing was heard", () => {
    const nothing = hearingTimes(NOBODY_HEARD, decided, {
      window: { fromMs: 100, toMs: 200 },
      clients: 2,
      startSeq: 2,
    });
    expect(nothing).to.deep.equal({
      deliveries_per_s: { own: 0, figures: 0 },
      decisions_per_figures: null,
      own: null,
      newest: null,
      each: null,
    });
  });

  it("adds as many of the same latency at once as there are", () => {
    const histogram = new LatencyHistogram();
    histogram.add(5, 99);
    histogram.add(40);
    expect(histogram.count).to.equal(100);
    expect(histogram.summary()).to.deep.include({ p99_ms: 5, max_ms: 40 });
  });
});
