import { createServer, type IncomingMessage, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { expect } from "chai";
// @ts-expect-error a script of the gate, without types
import { generateClient, readClient } from "../../.ci/client.mjs";
import { createEventlyClient, type EventlyClient } from "../../src/client/evently-client.ts";
import { sharedSystem } from "../http/shared-system.ts";
import { inDays } from "../support/client.ts";

describe("the typed client", () => {
  const system = sharedSystem();

  function clientOf(token: string): EventlyClient {
    return createEventlyClient({ baseUrl: system().api.url, token: () => token });
  }

  it("has the types of the document as it is now; else run `npm run client:generate`", async () => {
    expect(await generateClient()).to.equal(readClient());
  });

  it("sells a ticket from the event to the refund", async () => {
    const organizer = clientOf(system().admin.token);
    const buyer = clientOf((await system().person()).token);
    const created = await organizer.POST("/api/v1/events", {
      body: { name: "An Evening", venue: "The Hall", event_date: inDays(30), total_capacity: 10, price: 20 },
    });
    const event = created.data?.data;
    if (event === undefined) throw new Error(`no event: ${JSON.stringify(created.error)}`);
    const shown = await buyer.GET("/api/v1/events/{id}", { params: { path: { id: event.id } } });
    expect(shown.data?.data.available_seats).to.equal(10);
    const booked = await buyer.POST("/api/v1/bookings", { body: { event_id: event.id, quantity: 3 } });
    expect(booked.response.status).to.equal(201);
    const id = booked.data?.data.id ?? "";
    const cancelled = await buyer.PUT("/api/v1/bookings/{id}/cancel", { params: { path: { id } }, body: {} });
    expect(cancelled.data?.message).to.equal("Booking cancelled successfully");
    const list = await buyer.GET("/api/v1/bookings", { params: { query: { status: "cancelled" } } });
    expect(list.data?.data.map((booking) => booking.id)).to.deep.equal([id]);
    expect(list.data?.pagination.total).to.equal(1);
  });

  it("tells errors by their code", async () => {
    const buyer = clientOf((await system().person()).token);
    const event = await system().event({ total_capacity: 1 });
    const { error, response } = await buyer.POST("/api/v1/bookings", {
      body: { event_id: event.id, quantity: 2 },
    });
    expect(response.status).to.equal(409);
    expect(error?.code).to.equal("BOOKING_SEATS_UNAVAILABLE");
    const nobody = clientOf("nonsense");
    const refused = await nobody.GET("/api/v1/bookings");
    expect(refused.error?.code).to.equal("AUTH_TOKEN_INVALID");
  });

  it("books once where every answer but the last is lost on the way", async () => {
    const { token } = await system().person();
    const event = await system().event();
    let lost = 0;
    const buyer = createEventlyClient({
      baseUrl: system().api.url,
      token: () => token,
      fetch: async (request) => {
        const response = await fetch(request);
        lost += 1;
        if (lost < 4) throw new TypeError("the connection broke");
        return response;
      },
    });
    const { data, response } = await buyer.POST("/api/v1/bookings", {
      body: { event_id: event.id, quantity: 2 },
    });
    expect(response.headers.get("Idempotency-Replayed")).to.equal("true");
    expect(lost).to.equal(4);
    const { body } = await system().client.get("/bookings", { token });
    expect(body.data.map(({ id }: { id: string }) => id)).to.deep.equal([data?.data.id]);
  });
});

describe("the typed client, with a server that has trouble", () => {
  const asked: IncomingMessage[] = [];
  let answers: { status: number; retryAfter?: string }[] = [];
  let server: Server;
  let client: EventlyClient;

  beforeEach(async () => {
    asked.length = 0;
    server = createServer((request, response) => {
      asked.push(request);
      const { status, retryAfter } = answers.shift() ?? { status: 200 };
      if (retryAfter !== undefined) response.setHeader("Retry-After", retryAfter);
      response.writeHead(status, { "Content-Type": "application/json" }).end('{"success":true,"data":null}');
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const { port } = server.address() as AddressInfo;
    client = createEventlyClient({ baseUrl: `http://127.0.0.1:${port}` });
  });
  afterEach(() => {
    server.closeAllConnections();
    return new Promise((resolve) => server.close(resolve));
  });

  const keys = () => asked.map(({ headers }) => headers["idempotency-key"]);

  it("asks again with the same key, and each request with its own", async () => {
    answers = [{ status: 503 }, { status: 502 }];
    const body = { event_id: "00000000-0000-7000-8000-000000000000", quantity: 1 };
    await client.POST("/api/v1/bookings", { body });
    await client.POST("/api/v1/bookings", { body });
    expect(keys()[0]).to.match(/^[0-9a-f-]{36}$/);
    expect(keys().slice(0, 3)).to.deep.equal(Array(3).fill(keys()[0]));
    expect(keys()[3]).to.not.equal(keys()[0]);
  });

  it("does not ask again for what could happen twice, nor after a pause that is too long", async () => {
    answers = [{ status: 503 }];
    await client.POST("/api/v1/auth/refresh", { body: { refresh_token: "x" } });
    expect(keys()).to.deep.equal([undefined]);
    answers = [{ status: 429, retryAfter: "60" }];
    const { response } = await client.GET("/api/v1/events");
    expect(response.status).to.equal(429);
    expect(asked.length).to.equal(2);
  });

  it("gives up after its attempts", async () => {
    answers = Array(10).fill({ status: 503 });
    const { response } = await client.GET("/api/v1/events");
    expect(response.status).to.equal(503);
    expect(asked.length).to.equal(4);
  });
});
