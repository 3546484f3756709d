import { connect } from "node:net";
import { expect } from "chai";
import { sharedSystem } from "./shared-system.ts";

const ANSWER_MS_MAX = 5_000;

describe("bytes that are hardly HTTP", () => {
  const system = sharedSystem();

  /** Sends bytes as they are and gives back the first line and the head of the answer. */
  function send(bytes: string): Promise<{ readonly line: string; readonly head: string }> {
    return new Promise((resolve, reject) => {
      const socket = connect(system().api.port, "127.0.0.1");
      let text = "";
      socket.setTimeout(ANSWER_MS_MAX, () => socket.destroy());
      socket.on("error", reject);
      socket.on("close", () => reject(new Error(`no answer to ${JSON.stringify(bytes.slice(0, 80))}`)));
      socket.on("data", (chunk) => {
        text += chunk;
        const end = text.indexOf("\r\n\r\n");
        if (end < 0) return;
        const head = text.slice(0, end);
        resolve({ line: head.split("\r\n")[0] ?? "", head });
        socket.destroy();
      });
      socket.write(bytes);
    });
  }

  it("are refused at once where they cannot be read", async () => {
    for (const bytes of [
      "\u0000\u0001garbage\r\n\r\n",
      "POST /api/v1/bookings HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
      "POST /api/v1/bookings HTTP/1.1\r\nHost: x\r\nContent-Length: -5\r\n\r\n",
      "POST /api/v1/auth/login HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
      "GET / HTTP/1.1\r\n\r\n",
    ]) {
      expect((await send(bytes)).line, bytes).to.equal("HTTP/1.1 400 Bad Request");
    }
    const many = `GET / HTTP/1.1\r\nHost: x\r\nX-Long: ${"a".repeat(20_000)}\r\n\r\n`;
    expect((await send(many)).line).to.equal("HTTP/1.1 431 Request Header Fields Too Large");
  });

  it("get links that hold, whatever they call this host", async () => {
    await system().event();
    await system().event();
    const request = "GET /api/v1/events?limit=1 HTTP/1.1";
    for (const bytes of [
      "GET /api/v1/events?limit=1 HTTP/1.0\r\n\r\n",
      `${request}\r\nHost: a b<>\r\n\r\n`,
      `${request}\r\nHost: :::\r\n\r\n`,
      `${request}\r\nHost: evil.example.com\r\nX-Forwarded-Host: evil.example.com\r\n\r\n`,
    ]) {
      const { line, head } = await send(bytes);
      expect(line, bytes).to.equal("HTTP/1.1 200 OK");
      expect(head).to.match(/\r\nLink: <\/api\/v1\/events\?limit=1&offset=1>; rel="next"\r\n/);
    }
    const long = await send(`GET /api/v1/events?limit=1&${"a=1&".repeat(3_000)} HTTP/1.1\r\nHost: x\r\n\r\n`);
    expect(long.line).to.equal("HTTP/1.1 200 OK");
    expect(long.head).to.have.length.below(2_000);
  });

  it("with a method that nobody has are 404 or 405", async () => {
    for (const [bytes, line] of [
      ["TRACE / HTTP/1.1", "HTTP/1.1 404 Not Found"],
      ["GET * HTTP/1.1", "HTTP/1.1 404 Not Found"],
      ["OPTIONS * HTTP/1.1", "HTTP/1.1 404 Not Found"],
      ["GET //evil.example.com/api/v1/events HTTP/1.1", "HTTP/1.1 404 Not Found"],
      ["TRACE /api/v1/events HTTP/1.1", "HTTP/1.1 405 Method Not Allowed"],
    ] as const) {
      expect((await send(`${bytes}\r\nHost: x\r\n\r\n`)).line, bytes).to.equal(line);
    }
  });
});
