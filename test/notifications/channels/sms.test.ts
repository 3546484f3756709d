import { once } from "node:events";
import { createServer, type IncomingHttpHeaders, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { expect } from "chai";
import { SmsChannel, type SmsOptions } from "../../../src/notifications/channels/sms.ts";
import { message, recipient } from "./people.ts";

const SID = "AC00000000000000000000000000000001";
const TOKEN = "token-of-the-tests-0001";

interface Taken {
  readonly method: string | undefined;
  readonly path: string | undefined;
  readonly headers: IncomingHttpHeaders;
  readonly form: Readonly<Record<string, string>>;
}

describe("a text message", () => {
  const taken: Taken[] = [];
  let answer: { status: number; body: string; headers?: Readonly<Record<string, string>> };
  let server: Server;
  let apiUrl: string;

  before(async () => {
    server = createServer(async (req, res) => {
      let text = "";
      for await (const chunk of req) text += chunk;
      const form = Object.fromEntries(new URLSearchParams(text));
      taken.push({ method: req.method, path: req.url, headers: req.headers, form });
      if (answer.status !== 0) res.writeHead(answer.status, answer.headers).end(answer.body);
    }).listen(0, "127.0.0.1");
    await once(server, "listening");
    apiUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  after(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });
  beforeEach(() => {
    taken.length = 0;
    answer = { status: 201, body: JSON.stringify({ sid: "SM1", status: "queued" }) };
  });

  const send = (options: Partial<SmsOptions> = {}, phone: string | null = "+1 (500) 555-0009") => {
    const from = "+15005550006";
    const channel = new SmsChannel({
      ...{ apiUrl, accountSid: SID, authToken: TOKEN, from, brand: "Evently", now: Date.now, timeoutMs: 300 },
      ...options,
    });
    return channel.deliver(message(), recipient({ phone }));
  };
  const says = (status: number, code?: number, headers = {}) => {
    const text = "The 'To' number +15005550009 is not a valid phone number.";
    answer = { status, body: JSON.stringify({ code, message: text, status }), headers };
  };

  it("is posted as Twilio takes it", async () => {
    expect(await send()).to.deep.equal({ type: "delivered", ref: "SM1" });
    const [{ method, path, headers, form }] = taken as [Taken];
    expect(`${method} ${path}`).to.equal(`POST /2010-04-01/Accounts/${SID}/Messages.json`);
    expect(headers["content-type"]).to.match(/^application\/x-www-form-urlencoded/);
    expect(Buffer.from(headers.authorization?.split(" ")[1] ?? "", "base64").toString()).to.equal(
      `${SID}:${TOKEN}`,
    );
    expect(form).to.deep.equal({
      From: "+15005550006",
      To: "+15005550009",
      Body: `Evently: ${message().text}`,
    });
  });

  it("may come from a messaging service", async () => {
    await send({ from: "MG00000000000000000000000000000001" });
    expect(taken[0]?.form).to.include({ MessagingServiceSid: "MG00000000000000000000000000000001" });
    expect(taken[0]?.form).not.to.have.property("From");
  });

  it("goes only to international numbers", async () => {
    for (const phone of [null, "", "555-0009", "+0123456789", "+1", "+1555\r\nTo: +2", "call me"]) {
      expect((await send({}, phone)).type, String(phone)).to.equal("unreachable");
    }
    expect(taken).to.have.length(0);
    expect((await send({}, "0049 30 123456")).type).to.equal("delivered");
    expect(taken[0]?.form.To).to.equal("+4930123456");
  });

  it("is refused for good when it is about the number, and tells nobody which one", async () => {
    for (const code of [21211, 21610, 21614]) {
      says(400, code);
      const reason = `the SMS service answered 400, code ${code}`;
      expect(await send()).to.deep.equal({ type: "refused", reason });
    }
  });

  it("is tried again when it is about us: our number, our account, our credentials", async () => {
    for (const [status, code] of [
      [400, 21606],
      [401, 20003],
      [403, 20005],
      [404, 20404],
    ] as const) {
      says(status, code);
      expect(await send(), String(code)).to.include({ type: "failed", retryAfterMs: null });
    }
  });

  it("is tried again when the service is busy or broken, not before it says", async () => {
    says(429, 20429, { "retry-after": "7" });
    expect(await send()).to.include({ type: "failed", retryAfterMs: 7_000 });
    answer = { status: 502, body: "<html>bad gateway</html>" };
    expect(await send()).to.include({ type: "failed", reason: "the SMS service answered 502" });
  });

  it("was taken when the service says so, in whatever form", async () => {
    answer = { status: 201, body: "<ok/>" };
    expect(await send()).to.deep.equal({ type: "delivered", ref: null });
  });

  it("is tried again when the service is silent, away or elsewhere", async () => {
    answer = { status: 0, body: "" };
    const reason = "the SMS service was not reached: no answer in time";
    expect(await send()).to.deep.equal({ type: "failed", reason, retryAfterMs: null });
    expect(await send({ apiUrl: "http://127.0.0.1:1" })).to.include({ type: "failed" });
    taken.length = 0;
    answer = { status: 307, body: "", headers: { location: `${apiUrl}/elsewhere` } };
    expect(await send()).to.include({ type: "failed" });
    expect(taken).to.have.length(1);
  });

  it("tells no secret and no number in what is written down about it", async () => {
    const results = [];
    for (const status of [201, 400, 401, 429, 500, 0]) {
      says(status, 21211);
      results.push(await send());
    }
    results.push(await send({ apiUrl: "http://127.0.0.1:1" }));
    expect(JSON.stringify(results)).not.to.match(/5550009|5550006|token-of/);
  });
});
