import { createServer, type RequestListener, ServerResponse } from "node:http";
import { connect } from "node:net";
import { text } from "node:stream/consumers";
import { expect } from "chai";
import { drainHttp, listen } from "../../src/http/listen.ts";
import { PlainResponse } from "../../src/http/plain-response.ts";

type ResponseClass = typeof ServerResponse;

/** What a server with such responses writes, byte for byte but for the time. */
async function written(kind: ResponseClass, handler: RequestListener, method = "GET"): Promise<string> {
  const server = createServer({ ServerResponse: kind }, handler);
  const port = await listen(server, "127.0.0.1", 0);
  const socket = connect(port, "127.0.0.1");
  socket.end(`${method} / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n`);
  const reply = await text(socket);
  await drainHttp(server);
  return reply.replace(/^Date: .*$/m, "Date:");
}

const WAYS: Readonly<Record<string, RequestListener>> = {
  "set one by one, again in another case": (_request, response) => {
    response.setHeader("X-One", "1");
    response.setHeader("X-Two", 2);
    response.setHeader("x-one", "one");
    response.setHeader("Link", ["<a>", "<b>"]);
    response.end("text");
  },
  "appended and removed": (_request, response) => {
    response.appendHeader("Set-Cookie", "a=1");
    response.appendHeader("set-cookie", ["b=2", "c=3"]);
    response.setHeader("X-Gone", "gone");
    response.removeHeader("x-GONE");
    response.removeHeader("Date");
    response.end();
  },
  "given with the head, over others": (_request, response) => {
    response.setHeader("X-One", "1");
    response.writeHead(202, "Taken", { "X-Two": "2", "x-one": "one" });
    response.end("text");
  },
  "given as a list": (_request, response) => {
    response.writeHead(200, ["X-One", "1", "X-Two", "2"]);
    response.end("text");
  },
  "set together, with the length of the body": (_request, response) => {
    response.setHeaders(new Map([["X-One", "1"]]));
    response.setHeader("Content-Length", 4);
    response.end("text");
  },
  "of a body in parts": (_request, response) => {
    response.setHeader("Content-Type", "text/plain");
    response.write("te");
    response.end("xt");
  },
  "of a reply without a body": (_request, response) => {
    response.statusCode = 304;
    response.setHeader("ETag", '"1"');
    response.end();
  },
  "flushed before the body": (_request, response) => {
    response.setHeader("Cache-Control", "no-store");
    response.flushHeaders();
    response.end("text");
  },
};

describe("the head of a reply", () => {
  for (const [way, handler] of Object.entries(WAYS)) {
    it(`is what Node would write: ${way}`, async () => {
      expect(await written(PlainResponse, handler)).to.equal(await written(ServerResponse, handler));
      expect(await written(PlainResponse, handler, "HEAD")).to.equal(
        await written(ServerResponse, handler, "HEAD"),
      );
    });
  }

  it("tells what was set", async () => {
    const seen = (kind: ResponseClass) =>
      new Promise((resolve) => {
        void written(kind, (_request, response) => {
          response.setHeader("X-One", "1");
          response.setHeader("Link", ["<a>", "<b>"]);
          resolve([
            response.getHeaderNames(),
            (response as unknown as { getRawHeaderNames(): string[] }).getRawHeaderNames(),
            { ...response.getHeaders() },
            response.getHeader("x-ONE"),
            response.getHeader("none"),
            response.hasHeader("LINK"),
            response.hasHeader("none"),
          ]);
          response.end();
        });
      });
    expect(await seen(PlainResponse)).to.deep.equal(await seen(ServerResponse));
  });

  it("cannot be changed once it was sent, nor have a line break in it", async () => {
    const codes: unknown[] = [];
    const attempt = (doing: () => unknown): void => {
      try {
        doing();
      } catch (error) {
        codes.push((error as { readonly code?: string }).code);
      }
    };
    await written(PlainResponse, (_request, response) => {
      response.setHeader("X-Split", "a\r\nX-Own: b");
      attempt(() => response.writeHead(200));
      response.removeHeader("X-Split");
      response.writeHead(200);
      attempt(() => response.setHeader("X-Late", "1"));
      response.end();
    });
    expect(codes).to.deep.equal(["ERR_INVALID_CHAR", "ERR_HTTP_HEADERS_SENT"]);
  });
});
