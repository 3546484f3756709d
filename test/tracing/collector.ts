import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import type { Json } from "./world.ts";

export interface Received {
  readonly url: string;
  readonly headers: IncomingMessage["headers"];
  readonly text: string;
}

/** A collector of spans on this machine, which takes whatever comes. */
export async function startCollector() {
  const received: Received[] = [];
  const server = createServer(async (request, response) => {
    let text = "";
    for await (const chunk of request) text += chunk;
    received.push({ url: request.url ?? "", headers: request.headers, text });
    response.writeHead(200, { "content-type": "application/json" }).end("{}");
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    received,
    /** All spans, each with the attributes of what sent it. */
    spans: (): Json[] => received.flatMap(({ text }) => JSON.parse(text).resourceSpans.flatMap(spansOf)),
    close: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}

function spansOf({ resource, scopeSpans }: Json): Json[] {
  const sender = Object.fromEntries(
    resource.attributes.map(({ key, value }: Json) => [key, value.stringValue]),
  );
  return scopeSpans.flatMap(({ spans }: Json) => spans.map((span: Json) => ({ ...span, resource: sender })));
}
