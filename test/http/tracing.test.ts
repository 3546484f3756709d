import { randomBytes } from "node:crypto";
import { expect } from "chai";
import { until } from "../support/until.ts";
import { sharedSystem } from "./shared-system.ts";

// biome-ignore lint/suspicious/noExplicitAny: replies are read as a client would, field by field
type Json = any;

const ROUTES = [
  "/tracing/stats",
  "/tracing/traces",
  "/tracing/search",
  `/tracing/trace/${"ab".repeat(16)}`,
] as const;

describe("traces, for admins", () => {
  const system = sharedSystem();
  const admin = () => ({ token: system().admin.token });
  const newId = () => randomBytes(16).toString("hex");
  const traced = (traceId: string) => ({
    headers: { traceparent: `00-${traceId}-${randomBytes(8).toString("hex")}-01` },
  });

  /** A request of its own trace, once that is kept. */
  async function kept(path: string, options: Readonly<Record<string, unknown>> = {}): Promise<Json> {
    const traceId = newId();
    const reply = await system().client.get(path, { ...traced(traceId), ...options });
    expect(reply.headers.get("x-trace-id")).to.equal(traceId);
    return await until("the trace", async () => {
      const found = await system().client.get(`/tracing/trace/${traceId}`, admin());
      return found.status === 200 && found.body.data;
    });
  }

  it("are for admins alone", async () => {
    const { token } = await system().person();
    const organizer = await system().organizer();
    for (const path of ROUTES) {
      expect((await system().client.get(path)).status, path).to.equal(401);
      expect((await system().client.get(path, { token })).status, path).to.equal(403);
      expect((await system().client.get(path, { token: organizer.token })).status, path).to.equal(403);
    }
  });

  it("show a read with its statements", async () => {
    const trace = await kept("/events?limit=3&search=nothing-of-the-kind");
    expect(trace).to.include({ method: "GET", path: "/api/v1/events", status: 200 });
    expect(trace.duration).to.be.above(0).and.at.most(trace.total_duration);
    expect(trace.processes).to.deep.equal(["api"]);
    const [root, ...rest] = trace.spans;
    expect(root).to.include({ name: "GET /api/v1/events", kind: "server", process: "api", offset: 0 });
    expect(rest.map((span: Json) => span.parent_span_id)).to.include(root.span_id);
    expect(trace.database_queries.length).to.be.above(0);
    for (const { query, duration } of trace.database_queries) {
      expect(query).to.be.a("string").and.not.contain("nothing-of-the-kind");
      expect(duration).to.be.above(0);
    }
    const durations = trace.performance_breakdown.map(({ duration }: Json) => duration);
    expect(durations).to.deep.equal(durations.toSorted((a: number, b: number) => b - a));
  });

  it("are listed newest first with 001's fields, and found by what they were", async () => {
    const event = await system().event();
    const missing = await kept("/events/00000000-0000-4000-8000-000000000000");
    const found = await kept(`/events/${event.id}`);
    const list = (await system().client.get("/tracing/traces?limit=100&min_duration=0", admin())).body;
    const ids = list.data.map((row: Json) => row.trace_id);
    expect(ids.indexOf(found.trace_id)).to.be.above(-1).and.below(ids.indexOf(missing.trace_id));
    const row = list.data.find(({ trace_id }: Json) => trace_id === found.trace_id);
    expect(row).to.have.keys("trace_id", "method", "path", "duration", "status", "timestamp", "kept_as");
    expect(row).to.include({ method: "GET", path: "/api/v1/events/:id", status: 200, kept_as: "usual" });
    expect(list.pagination).to.include({ limit: 100, page: 1 });
    const search = async (query: string): Promise<string[]> => {
      const { body } = await system().client.get(`/tracing/search?limit=100&${query}`, admin());
      return body.data.map((one: Json) => one.trace_id);
    };
    expect(await search("method=get&status=404"))
      .to.include(missing.trace_id)
      .and.not.include(found.trace_id);
    expect(await search("status=4xx"))
      .to.include(missing.trace_id)
      .and.not.include(found.trace_id);
    expect(await search("path=/api/v1/events/:id&status=200")).to.include(found.trace_id);
    expect(await search("method=POST")).not.to.include(found.trace_id);
    expect(await search(`min_duration=${found.duration + 60_000}`)).to.deep.equal([]);
    expect(await search(`max_duration=${found.duration + 1}`)).to.include(found.trace_id);
    const at = Date.parse(row.timestamp);
    const times = (from: number, until: number) =>
      `from=${new Date(from).toISOString()}&until=${new Date(until).toISOString()}`;
    expect(await search(times(at, at + 1_000))).to.include(found.trace_id);
    expect(await search(times(at + 1_000, at + 2_000))).not.to.include(found.trace_id);
  });

  it("say what is accepted where something else is asked", async () => {
    const wrong = [
      ["/tracing/traces?limit=101", "limit"],
      ["/tracing/traces?limit=1&page=2&offset=3", "page"],
      ["/tracing/traces?min_duration=-1", "min_duration"],
      ["/tracing/traces?min_duration=soon", "min_duration"],
      ["/tracing/search?status=600", "status"],
      ["/tracing/search?status=5xxx", "status"],
      ["/tracing/search?status=fine", "status"],
      ["/tracing/search?method=BREW", "method"],
      ["/tracing/search?min_duration=5&max_duration=4", "max_duration"],
      ["/tracing/search?from=yesterday", "from"],
      ["/tracing/search?from=2030-01-02&until=2030-01-01", "until"],
      [`/tracing/search?path=${"x".repeat(201)}`, "path"],
      ["/tracing/search?path=", "path"],
      ["/tracing/search?path=%00", "path"],
      ["/tracing/search?path=/api%00/v1", "path"],
      ["/tracing/trace/trace-uuid-123", "traceId"],
      [`/tracing/trace/${"0".repeat(32)}`, "traceId"],
      [`/tracing/trace/${"a".repeat(31)}'`, "traceId"],
    ] as const;
    for (const [path, field] of wrong) {
      const { status, body } = await system().client.get(path, admin());
      expect(status, path).to.equal(400);
      expect(body.details, path).to.have.property(field);
    }
    const { status, body } = await system().client.get(`/tracing/trace/${newId()}`, admin());
    expect([status, body.code]).to.deep.equal([404, "TRACE_NOT_FOUND"]);
  });

  it("have figures of all requests, traced or not", async () => {
    const stats = async () => (await system().client.get("/tracing/stats", admin())).body.data;
    const before = await stats();
    for (let at = 0; at < 20; at += 1) await system().client.get("/events?limit=1");
    const after = await until(
      "the next count of requests",
      async () => {
        const now = await stats();
        return now.total_requests >= before.total_requests + 20 && now;
      },
      10_000,
    );
    expect(after.avg_request_time).to.be.above(0).and.below(15_000);
    expect(after.error_rate).to.be.within(0, 1);
    expect(after.slow_requests).to.be.at.least(before.slow_requests);
    expect(after).to.include({ window_seconds: 3_600, sample_ratio: 0.01, slow_threshold: 1_000 });
    expect(after.kept.bytes).to.be.above(0);
    expect(after.total_traces).to.be.above(0);
  });

  it("are not made of what a caller wants left alone, nor of what it says wrongly", async () => {
    const { client } = system();
    for (const traceparent of [`00-${newId()}-${"1".repeat(16)}-00`, "00-1-1-01"]) {
      // At a share of one in a hundred, one of some is traced by chance when it says nothing valid.
      const replies = await Promise.all(
        Array.from({ length: 5 }, () => client.get("/events?limit=1", { headers: { traceparent } })),
      );
      expect(replies.map(({ status }) => status)).to.deep.equal([200, 200, 200, 200, 200]);
      const ids = replies.flatMap(({ headers }) => headers.get("x-trace-id") ?? []);
      expect(ids).to.not.include(traceparent.slice(3, 35));
    }
  });

  it("are asked for at any process", async () => {
    const trace = await kept("/events?limit=2");
    const other = await system().anotherApi();
    try {
      const reply = await fetch(`${other.url}/api/v1/tracing/trace/${trace.trace_id}`, {
        headers: { authorization: `Bearer ${system().admin.token}` },
      });
      const { data } = (await reply.json()) as Json;
      expect(data.spans).to.deep.equal(trace.spans);
    } finally {
      await other.stop();
    }
  });
});
