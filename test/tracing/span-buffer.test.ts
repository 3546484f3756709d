import { setTimeout as sleep } from "node:timers/promises";
import { expect } from "chai";
import { Reckoning } from "../../src/tracing/reckoning.ts";
import { SpanBuffer, type TracePart } from "../../src/tracing/span-buffer.ts";
import { TraceWriter, type WeighedPart } from "../../src/tracing/trace-writer.ts";
import { silent } from "../support/postgres.ts";
import { recordedTracing } from "./spans.ts";
import { tracedBy } from "./world.ts";

const SPANS_MAX = 100;

function gathering(spansMax = SPANS_MAX) {
  let dropped = 0;
  const onDropped = (spans: number) => {
    dropped += spans;
  };
  const buffer = new SpanBuffer({ process: "api", spansMax, slowMs: 1_000, onDropped });
  const { tracing } = recordedTracing({ processors: [buffer] });
  const answer = (status: number, elapsedMs = 5) => {
    const request = { headers: {}, method: "GET", url: "/x" } as never;
    return tracing.requests.end(null, { request, method: "GET", route: "/x", status, elapsedMs });
  };
  const usual = () => {
    const request = { headers: { traceparent: tracedBy().traceparent }, method: "GET", url: "/x" } as never;
    const traced = tracing.requests.begin(request);
    tracing.requests.end(traced, { request, method: "GET", route: "/x", status: 200, elapsedMs: 5 });
  };
  return { buffer, tracing, answer, usual, dropped: () => dropped };
}

describe("spans that wait to be written", () => {
  it("are gathered by trace, with the request that it began with", () => {
    const { buffer, answer } = gathering();
    const traceId = answer(500, 20);
    const [part] = buffer.take() as [TracePart];
    expect(part).to.include({ traceId, rank: 2 });
    expect(part.request).to.include({ method: "GET", route: "/x", status: 500 });
    expect(part.request?.durationMs).to.be.closeTo(20, 0.01);
    expect(part.spans).to.have.length(1);
    expect(buffer.take()).to.deep.equal([]);
  });

  it("are worth the more the worse they went; what was turned away in a rush is no fault", () => {
    const { buffer, answer, usual } = gathering();
    for (const [status, elapsedMs] of [
      [200, 1_000],
      [500, 5],
      [503, 5],
    ] as const) {
      answer(status, elapsedMs);
    }
    usual();
    expect(buffer.take().map(({ rank }) => rank)).to.deep.equal([1, 2, 1, 0]);
  });

  it("are no more than so many; those beyond are dropped and counted, and failures still find room", () => {
    // So few that callers are believed about all of them.
    const { buffer, answer, usual, dropped } = gathering(20);
    for (let at = 0; at < 20; at += 1) usual();
    expect(dropped()).to.equal(4);
    for (let at = 0; at < 6; at += 1) answer(500);
    expect(dropped()).to.equal(6);
    expect(buffer.take().flatMap(({ spans }) => spans)).to.have.length(20);
  });
});

describe("the writing of spans", () => {
  function writing(write: (parts: readonly WeighedPart[]) => Promise<void>) {
    const { buffer, answer } = gathering();
    const counts = { written: 0, dropped: 0 };
    const reckoning = new Reckoning();
    const written: WeighedPart[] = [];
    const writer = new TraceWriter({
      buffer,
      reckoning,
      write: async (parts) => {
        await write(parts);
        written.push(...parts);
      },
      writeCount: () => Promise.reject(new Error("away")),
      purge: async () => undefined,
      onWritten: (spans) => {
        counts.written += spans;
      },
      onDropped: (spans) => {
        counts.dropped += spans;
      },
      log: silent,
    });
    return { writer, answer, counts, reckoning, written };
  }

  it("drops what a database that is away does not take, and goes on with what comes next", async () => {
    let isAway = true;
    const { writer, answer, counts, written } = writing(() =>
      isAway ? Promise.reject(new Error("connection refused")) : Promise.resolve(),
    );
    writer.start();
    answer(500);
    await sleep(1_200);
    expect(counts).to.deep.equal({ written: 0, dropped: 1 });
    isAway = false;
    const next = answer(500);
    await writer.close();
    expect(counts).to.deep.equal({ written: 1, dropped: 1 });
    expect(written.map(({ traceId }) => traceId)).to.deep.equal([next]);
  });

  it("keeps the count of requests until it could be written", async () => {
    const { writer, reckoning } = writing(() => Promise.resolve());
    reckoning.count(7, { isSlow: false, isFailed: true });
    await writer.close();
    expect(reckoning.take()).to.deep.equal({ requests: 1, elapsedMs: 7, slow: 0, failed: 1 });
  });

  it("writes so many bytes in a second, what failed first", async () => {
    const big = { name: "x".repeat(300_000) } as never;
    const parts = [0, 0, 0, 0, 2].map((rank, at) => ({
      traceId: String(at),
      rank,
      spans: [big],
      request: null,
    }));
    const written: WeighedPart[] = [];
    let dropped = 0;
    const writer = new TraceWriter({
      buffer: { take: () => parts.splice(0) as TracePart[] },
      reckoning: new Reckoning(),
      write: async (some) => void written.push(...some),
      writeCount: async () => undefined,
      purge: async () => undefined,
      onWritten: () => undefined,
      onDropped: (spans) => {
        dropped += spans;
      },
      log: silent,
    });
    await writer.close();
    expect(written.map(({ traceId }) => traceId)).to.deep.equal(["4", "0", "1"]);
    expect(dropped).to.equal(2);
  });
});
