import { once } from "node:events";
import { type AddressInfo, connect } from "node:net";
import Router from "@koa/router";
import { expect } from "chai";
import { createApp, createDoor } from "../../src/http/app.ts";
import { createHttpServer } from "../../src/http/listen.ts";
import type { AnsweredRequest } from "../../src/http/middleware/tracing.ts";
import type { AppState } from "../../src/http/state.ts";
import { limitsOf } from "../support/limits.ts";
import { silent } from "../support/postgres.ts";

const BOOKINGS = "/api/v1/bookings";
/** What each connection and each moment have of their own. */
const OWN = ["date", "connection", "keep-alive"];

describe("the door of a process that is behind", () => {
  const observed: AnsweredRequest[] = [];
  let retryAfterS: number | null;
  let isCalm: boolean;
  let asked: number;
  const surface = new Router<AppState>();
  surface.post("/bookings", (ctx) => {
    ctx.body = { success: true };
  });
  const options = {
    authenticator: {
      authenticate: async () => "TokenInvalid" as const,
      forget() {},
      forgetAll() {},
    },
    surface: [surface],
    system: new Router<AppState>(),
    limiter: limitsOf().limiter,
    sheds: {
      isCalm: () => isCalm,
      refusal: () => {
        asked += 1;
        return retryAfterS;
      },
    },
    corsOrigins: [],
    log: silent,
    observe: (request: AnsweredRequest) => void observed.push(request),
  };
  const server = createHttpServer(createApp(options), createDoor(options));
  before(() => once(server.listen(0, "127.0.0.1"), "listening"));
  after(() => once(server.close(), "close"));
  beforeEach(() => {
    [retryAfterS, isCalm, asked] = [7, false, 0];
    observed.length = 0;
  });

  const port = () => (server.address() as AddressInfo).port;

  async function book(headers: Record<string, string> = {}, path = BOOKINGS) {
    const reply = await fetch(`http://127.0.0.1:${port()}${path}`, {
      method: "POST",
      headers: {
        "x-request-id": "mine",
        "content-type": "application/json",
        connection: "close",
        ...headers,
      },
      body: "{}",
    });
    const { timestamp, ...body } = (await reply.json()) as Record<string, unknown>;
    const fields = [...reply.headers].filter(([name]) => !OWN.includes(name));
    return { status: reply.status, body, fields: Object.fromEntries(fields), timestamp: String(timestamp) };
  }

  it("says what is said further in, to whoever asks for it in a way that the door does not know", async () => {
    const atTheDoor = await book();
    expect(atTheDoor.status).to.equal(503);
    expect(atTheDoor.fields["retry-after"]).to.equal("7");
    expect(atTheDoor.body).to.include({ code: "OVERLOADED", request_id: "mine" });
    expect(Date.parse(atTheDoor.timestamp)).to.be.closeTo(Date.now(), 10_000);
    const unknown = [{ accept: "application/json, text/plain" }, { origin: "https://a.example" }];
    for (const headers of unknown) {
      const { timestamp, ...furtherIn } = await book(headers);
      expect(furtherIn).to.deep.equal({
        status: atTheDoor.status,
        body: atTheDoor.body,
        fields: atTheDoor.fields,
      });
    }
    const query = await book({}, `${BOOKINGS}?x=1`);
    expect(query.status).to.equal(503);
    expect(asked).to.equal(4);
  });

  it("is seen as every other answer is", async () => {
    await book();
    const [{ elapsedMs, request, ...seen }] = observed as [AnsweredRequest];
    expect(seen).to.deep.equal({
      requestId: "mine",
      method: "POST",
      route: BOOKINGS,
      path: BOOKINGS,
      status: 503,
    });
    expect(request.method).to.equal("POST");
    expect(elapsedMs).to.be.within(0, 5_000);
  });

  it("asks once for each request, and lets in those who may come in", async () => {
    retryAfterS = null;
    expect((await book()).status).to.equal(200);
    expect(asked).to.equal(1);
  });

  it("is open while all is well", async () => {
    isCalm = true;
    expect((await book()).status).to.equal(200);
    expect(asked).to.equal(0);
  });

  it("answers those who send many at once in their order, and leaves the connection as it was", async () => {
    const socket = connect(port(), "127.0.0.1");
    const ids = Array.from({ length: 30 }, (_, at) => `r-${at}`);
    const requests = ids.map(
      (id) =>
        `POST ${BOOKINGS} HTTP/1.1\r\nHost: a\r\nX-Request-Id: ${id}\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{}`,
    );
    socket.write(requests.join(""));
    let text = "";
    socket.setEncoding("latin1").on("data", (chunk: string) => {
      text += chunk;
    });
    while (!text.includes('"request_id":"r-29"')) await once(socket, "data");
    socket.destroy();
    expect([...text.matchAll(/"request_id":"(.*?)"/g)].map(([, id]) => id)).to.deep.equal(ids);
    expect(text.match(/HTTP\/1\.1 503/g)).to.have.length(30);
  });
});
