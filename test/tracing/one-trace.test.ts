import { expect } from "chai";
import { io, type Socket } from "socket.io-client";
import { type Json, TracedSystem, tracedBy } from "./world.ts";

describe("one trace, through all processes", () => {
  let system: TracedSystem;
  let socket: Socket | null = null;

  before(async () => {
    system = await TracedSystem.start({ TRACE_SAMPLE_RATIO: "0" });
  });
  after(async () => {
    socket?.disconnect();
    await system.stop();
  });

  const spanOf = (trace: Json, name: string): Json => trace.spans.find((span: Json) => span.name === name);

  /** The names from a span up to the one that began it all. */
  function ancestors(trace: Json, name: string): string[] {
    const byId = new Map<string, Json>(trace.spans.map((span: Json) => [span.span_id, span]));
    const names: string[] = [];
    for (let at = spanOf(trace, name); at !== undefined; at = byId.get(at.parent_span_id))
      names.push(at.name);
    return names;
  }

  it("shows a booking from its request over accept, turn and commit to the push and what people are told", async () => {
    const { id } = await system.event();
    const { token } = await system.person();
    socket = io(`${system.api.url}/notifications`, { auth: { token }, transports: ["websocket"] });
    await new Promise<void>((resolve) => socket?.once("connect", resolve));
    const { traceId, traceparent } = tracedBy();
    const booked = await system.client.book(token, id, 2, { headers: { traceparent } });
    expect(booked.status).to.equal(201);
    expect(booked.headers.get("x-trace-id")).to.equal(traceId);
    const trace = await system.trace(
      traceId,
      "POST /api/v1/bookings",
      "accept BookTickets",
      "turn BookTickets",
      "push booking_confirmed",
      "outbox notification",
      "deliver email",
      "deliver websocket",
    );
    const root = "POST /api/v1/bookings";
    expect(ancestors(trace, "turn BookTickets")).to.deep.equal([
      "turn BookTickets",
      "accept BookTickets",
      root,
    ]);
    expect(ancestors(trace, "ledger-append").slice(0, 2)).to.deep.equal(["ledger-append", "turn commit"]);
    expect(ancestors(trace, "mailbox-put")).to.deep.equal([
      "mailbox-put",
      "accept transaction",
      "accept BookTickets",
      root,
    ]);
    for (const name of ["push booking_confirmed", "outbox notification", "deliver email"]) {
      expect(ancestors(trace, name), name).to.deep.equal([
        name,
        "turn BookTickets",
        "accept BookTickets",
        root,
      ]);
    }
    expect(trace.processes).to.have.members(["api", "booking", "effects"]);
    expect(trace).to.include({ method: "POST", path: "/api/v1/bookings", status: 201 });
    const queries = trace.database_queries.map(({ query }: Json) => query);
    expect(queries).to.include.members(["mailbox-put", "ledger-append", "commit", "notification-save"]);
    const phases = trace.spans.filter(
      ({ process, kind }: Json) => process === "booking" && kind === "internal",
    );
    expect(phases.map(({ name }: Json) => name)).to.include.members([
      "turn lock",
      "turn fetch",
      "turn load",
      "turn decide",
      "turn commit",
    ]);
  });

  it("goes on from a payment's request to the provider, the answer's turn and what is told of it", async () => {
    const { id } = await system.event({ requires_payment: true });
    const { token } = await system.person();
    const held = (await system.client.book(token, id, 1)).body.data;
    expect(held.status).to.equal("pending");
    const { traceId, traceparent } = tracedBy();
    const path = `/bookings/${held.id}/confirm`;
    const paid = await system.client.post(
      path,
      { payment_token: "tok_success" },
      { token, headers: { traceparent } },
    );
    expect(paid.body.data.status).to.equal("confirmed");
    const root = "POST /api/v1/bookings/:id/confirm";
    const trace = await system.trace(traceId, root, "turn RecordPayment", "deliver email");
    expect(ancestors(trace, "deliver email")).to.deep.equal([
      "deliver email",
      "turn RecordPayment",
      "accept RecordPayment",
      "payment charge",
      "turn ConfirmBooking",
      "accept ConfirmBooking",
      root,
    ]);
  });

  it("is whole for each of many that are asked for at once, and none for those who are not traced", async () => {
    const { id } = await system.event({ total_capacity: 100 });
    const people = await Promise.all(Array.from({ length: 30 }, () => system.person()));
    const traced = people.map((_, at) => (at % 5 === 0 ? tracedBy() : null));
    const replies = await Promise.all(
      people.map(({ token }, at) => {
        const traceparent = traced[at]?.traceparent;
        return system.client.book(
          token,
          id,
          1,
          traceparent === undefined ? {} : { headers: { traceparent } },
        );
      }),
    );
    const named = replies.map(({ headers }) => headers.get("x-trace-id"));
    expect(named).to.deep.equal(traced.map((one) => one?.traceId ?? null));
    for (const { traceId } of traced.filter((one) => one !== null)) {
      const trace = await system.trace(traceId, "turn BookTickets", "deliver email");
      const turns = trace.spans.filter(({ name }: Json) => name.startsWith("turn BookTickets"));
      expect(turns).to.have.length(1);
      expect(ancestors(trace, "ledger-append")[1]).to.equal("turn commit");
    }
    const { rows } = await system.pool.query(
      "select count(*) filter (where data ? 'trace') as left from mailbox.job_common",
    );
    expect(Number(rows[0].left)).to.equal(0);
  });
});

describe("a request that nobody traced", () => {
  let system: TracedSystem;

  before(async () => {
    system = await TracedSystem.start({ TRACE_SAMPLE_RATIO: "0", TRACE_SLOW_MS: "1" });
  });
  after(() => system.stop());

  it("is found by its own span where it was slow, and its envelope said nothing of a trace", async () => {
    const { id } = await system.event();
    const { token } = await system.person();
    const booked = await system.client.book(token, id, 1);
    const traceId = booked.headers.get("x-trace-id") ?? "";
    const trace = await system.trace(traceId, "POST /api/v1/bookings");
    expect(trace.spans).to.have.length(1);
    expect(trace.processes).to.deep.equal(["api"]);
    const search = `/tracing/search?method=POST&path=/api/v1/bookings&status=201&min_duration=1`;
    const { body } = await system.client.get(search, { token: system.adminToken });
    expect(body.data.map(({ trace_id, kept_as }: Json) => [trace_id, kept_as])).to.deep.equal([
      [traceId, "slow"],
    ]);
  });
});
