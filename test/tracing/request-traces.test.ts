import type { IncomingMessage } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";
import { expect } from "chai";
import { recordedTracing } from "./spans.ts";
import { tracedBy } from "./world.ts";

const REQUESTS = 20_000;
const DRAWN_PER_SECOND_MAX = 10;
const BELIEVED_PER_SECOND_MAX = 50;
const KEPT_PER_SECOND_MAX = 20;

function requestWith(headers: Readonly<Record<string, string>>, url = "/api/v1/events"): IncomingMessage {
  return { headers, method: "GET", url } as unknown as IncomingMessage;
}

const PLAIN = requestWith({});

function answeredWith(status: number, elapsedMs = 5, request = PLAIN, route = "/api/v1/events") {
  return { request, method: "GET", route, status, elapsedMs };
}

describe("which requests are traced", () => {
  for (const ratio of [0, 0.01, 0.25, 1]) {
    it(`a share of ${ratio} of those that do not say`, () => {
      const { tracing } = recordedTracing({ sampleRatio: ratio, drawnPerSecondMax: REQUESTS });
      let traced = 0;
      for (let at = 0; at < REQUESTS; at += 1) if (tracing.requests.begin(PLAIN) !== null) traced += 1;
      // Six standard deviations of as many dice: once in 500 million runs by chance.
      const spread = 6 * Math.sqrt(REQUESTS * ratio * (1 - ratio));
      expect(traced).to.be.within(REQUESTS * ratio - spread, REQUESTS * ratio + spread);
    });
  }

  it("ten a second of a share, however many come, and all where all are wanted", async () => {
    const tracedOf = ({ requests }: ReturnType<typeof recordedTracing>["tracing"]) =>
      Array.from({ length: REQUESTS / 10 }, () => requests.begin(PLAIN)).filter((one) => one !== null).length;
    const [some, all] = [recordedTracing({ sampleRatio: 0.5 }), recordedTracing({ sampleRatio: 1 })];
    expect(tracedOf(some.tracing)).to.equal(DRAWN_PER_SECOND_MAX);
    expect(tracedOf(some.tracing)).to.equal(0);
    await sleep(1_050);
    expect(tracedOf(some.tracing), "in the next second").to.equal(DRAWN_PER_SECOND_MAX);
    expect(tracedOf(all.tracing)).to.equal(REQUESTS / 10);
  });

  it("those whose callers trace them, and none whose callers do not", () => {
    const { tracing, spans } = recordedTracing({ sampleRatio: 0 });
    const { traceId, traceparent } = tracedBy();
    const request = requestWith({ traceparent, tracestate: "vendor=1,other=two" });
    const traced = tracing.requests.begin(request);
    expect(tracing.requests.end(traced, answeredWith(200, 5, request))).to.equal(traceId);
    const [span] = spans();
    expect(span?.spanContext().traceId).to.equal(traceId);
    expect(span?.parentSpanContext?.spanId).to.equal(traceparent.split("-")[2]);
    expect(span?.spanContext().traceState?.serialize()).to.equal("vendor=1,other=two");
    const all = recordedTracing({ sampleRatio: 1 });
    expect(all.tracing.requests.begin(requestWith({ traceparent: tracedBy("00").traceparent }))).to.equal(
      null,
    );
  });

  const id = "4bf92f3577b34da6a3ce929d0e0e4736";
  for (const traceparent of [
    "",
    "nonsense",
    `00-${id}-00f067aa0ba902b7`,
    `00-${"0".repeat(32)}-00f067aa0ba902b7-01`,
    `00-${id}-${"0".repeat(16)}-01`,
    `ff-${id}-00f067aa0ba902b7-01`,
    `00-${id.toUpperCase()}-00f067aa0ba902b7-01`,
    `00-${id}-00f067aa0ba902b7-01-more`,
    `00-${id}-00f067aa0ba902b7-01\n00-${id}`,
  ]) {
    it(`as if it said nothing where its context is ${JSON.stringify(traceparent)}`, () => {
      const none = recordedTracing({ sampleRatio: 0 });
      expect(none.tracing.requests.begin(requestWith({ traceparent }))).to.equal(null);
      const { tracing, spans } = recordedTracing({ sampleRatio: 1 });
      const request = requestWith({ traceparent });
      const traceId = tracing.requests.end(tracing.requests.begin(request), answeredWith(200, 5, request));
      expect(traceId)
        .to.match(/^[0-9a-f]{32}$/)
        .and.not.equal(id);
      expect(spans()[0]?.parentSpanContext).to.equal(undefined);
    });
  }

  it("a state that is too long or not printable is left out, its context is not", () => {
    const { tracing, spans } = recordedTracing();
    for (const tracestate of [`vendor=${"x".repeat(600)}`, "vendor=\u0001"]) {
      const { traceparent } = tracedBy();
      const request = requestWith({ traceparent, tracestate });
      tracing.requests.end(tracing.requests.begin(request), answeredWith(200, 5, request));
    }
    expect(spans().map((span) => span.spanContext().traceState)).to.deep.equal([undefined, undefined]);
  });

  it("callers are believed so many times a second, however much they want traced", async () => {
    const { tracing } = recordedTracing({ sampleRatio: 0 });
    const ask = () => tracing.requests.begin(requestWith({ traceparent: tracedBy().traceparent }));
    const first = Array.from({ length: 10 * BELIEVED_PER_SECOND_MAX }, ask).filter((one) => one !== null);
    expect(first.length).to.be.within(BELIEVED_PER_SECOND_MAX, 2 * BELIEVED_PER_SECOND_MAX);
    await sleep(1_010);
    expect(ask()).not.to.equal(null);
  });

  it("no probes, which machines send all the time", () => {
    const { tracing, spans } = recordedTracing();
    for (const url of ["/livez", "/readyz", "/health", "/metrics"]) {
      const request = requestWith({}, url);
      expect(tracing.requests.begin(request)).to.equal(null);
      expect(tracing.requests.end(null, answeredWith(503, 5_000, request, url))).to.equal(null);
    }
    expect(spans()).to.deep.equal([]);
    expect(tracing.reckoning.take()).to.equal(null);
  });
});

describe("requests that are not traced", () => {
  const untraced = () => recordedTracing({ sampleRatio: 0 });

  it("leave nothing where they were answered soon and well", () => {
    const { tracing, spans } = untraced();
    for (const status of [200, 201, 202, 304, 400, 404, 409, 429]) {
      expect(tracing.requests.end(null, answeredWith(status, 999))).to.equal(null);
    }
    expect(spans()).to.deep.equal([]);
  });

  it("are known all the same where they failed or were slow, with what became of them", () => {
    const { tracing, spans } = untraced();
    const failed = tracing.requests.end(null, answeredWith(500));
    const slow = tracing.requests.end(null, answeredWith(200, 1_000));
    expect(spans().map((span) => span.spanContext().traceId)).to.deep.equal([failed, slow]);
    expect(spans()[0]?.attributes).to.include({ "http.response.status_code": 500, "error.type": "500" });
    expect(spans()[1]?.duration[0]).to.equal(1);
  });

  it("do not count as slow where they wait because they are asked to", () => {
    const { tracing } = untraced();
    const feed = answeredWith(200, 20_000, PLAIN, "/api/v1/events/:id/feed");
    expect(tracing.requests.end(null, feed)).to.equal(null);
    expect(tracing.reckoning.take()).to.include({ requests: 1, slow: 0 });
  });

  it("are written down so many times a second in a storm of failures, and counted all", () => {
    const { tracing, spans } = untraced();
    for (let at = 0; at < 1_000; at += 1) tracing.requests.end(null, answeredWith(503));
    expect(spans().length).to.be.within(KEPT_PER_SECOND_MAX, 2 * KEPT_PER_SECOND_MAX);
    expect(tracing.reckoning.take()).to.include({ requests: 1_000, failed: 1_000, slow: 0 });
    expect(tracing.reckoning.take()).to.equal(null);
  });

  it("keep nothing in the places that traced ones go through", async () => {
    const { tracing } = untraced();
    expect(tracing.watchStatements()).to.equal(null);
    expect(tracing.accepts.begin("BookTickets")).to.equal(null);
    const traced = tracing.requests.begin(requestWith({ traceparent: tracedBy().traceparent }));
    const seen: boolean[] = [];
    await Promise.all([
      traced?.run(async () => {
        await sleep(5);
        seen.push(tracing.watchStatements() !== null);
      }),
      (async () => {
        await sleep(2);
        seen.push(tracing.watchStatements() !== null);
      })(),
    ]);
    expect(seen).to.deep.equal([false, true]);
  });

  it("include what goes on in a loop that a traced one woke, once that is answered", async () => {
    const { tracing } = untraced();
    const traced = tracing.requests.begin(requestWith({ traceparent: tracedBy().traceparent }));
    let loop: Promise<boolean> = Promise.resolve(true);
    await traced?.run(async () => {
      loop = sleep(10).then(() => tracing.watchStatements() !== null);
    });
    const other = tracing.requests.begin(requestWith({ traceparent: tracedBy().traceparent }));
    await other?.run(() => sleep(20));
    expect(await loop).to.equal(false);
  });
});
