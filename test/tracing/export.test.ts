import { expect } from "chai";
import { until } from "../support/until.ts";
import { startCollector } from "./collector.ts";
import { TracedSystem, tracedBy } from "./world.ts";

describe("the export of spans", () => {
  let collector: Awaited<ReturnType<typeof startCollector>>;
  let system: TracedSystem;

  before(async () => {
    collector = await startCollector();
    system = await TracedSystem.start({
      TRACE_SAMPLE_RATIO: "0",
      OTEL_EXPORTER_OTLP_ENDPOINT: `${collector.endpoint}/`,
      OTEL_EXPORTER_OTLP_HEADERS: "x-collector-key=of%20these,x-other=tests",
      OTEL_SERVICE_NAME: "box-office",
    });
  });
  after(async () => {
    await system.stop();
    collector.close();
  });

  it("sends what is traced to the collector by OTLP, every process its own, and nothing else", async () => {
    const { id } = await system.event();
    const { token } = await system.person();
    const { traceId, traceparent } = tracedBy();
    await system.client.book(token, id, 1, { headers: { traceparent, tracestate: "vendor=1" } });
    const { spans } = collector;
    await until(
      "spans of all processes",
      () =>
        ["api", "booking", "effects"].every((role) =>
          spans().some(({ resource }) => resource["evently.role"] === role),
        ),
      15_000,
    );
    for (const { url, headers } of collector.received) {
      expect(url).to.equal("/v1/traces");
      expect(headers).to.include({ "x-collector-key": "of these", "x-other": "tests" });
    }
    expect(new Set(spans().map((span) => span.traceId))).to.deep.equal(new Set([traceId]));
    const services = new Set(spans().map(({ resource }) => resource["service.name"]));
    expect(services).to.deep.equal(new Set(["box-office"]));
    const named = (name: string) => spans().find((span) => span.name === name);
    const root = named("POST /api/v1/bookings");
    expect(root).to.include({ traceState: "vendor=1", parentSpanId: traceparent.split("-")[2] });
    expect(named("accept BookTickets").parentSpanId).to.equal(root.spanId);
    const metrics = await (await fetch(`${system.api.url}/metrics`)).text();
    expect(metrics).to.match(/evently_trace_spans_total\{result="exported"\} [1-9]/);
    expect(named("turn BookTickets").parentSpanId).to.equal(named("accept BookTickets").spanId);
  });
});
