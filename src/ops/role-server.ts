import { timingSafeEqual } from "node:crypto";
import { createServer, type IncomingMessage, type Server } from "node:http";
import type { AddressInfo } from "node:net";

export interface RoleServerOptions {
  readonly host: string;
  /** 0: any free port. */
  readonly port: number;
  readonly isReady: () => Promise<boolean>;
  readonly metrics: { readonly contentType: string; render(): Promise<string> };
  readonly metricsToken: string | null;
}

/** Probes and metrics of a process that serves no API: `/livez`, `/readyz`, `/metrics`. */
export async function startRoleServer(
  options: RoleServerOptions,
): Promise<{ readonly server: Server; readonly port: number }> {
  const server = createServer((request, response) => {
    answer(options, request)
      .catch(() => ({ status: 500, type: "text/plain", body: "internal error\n" }))
      .then(({ status, type, body }) => response.writeHead(status, { "Content-Type": type }).end(body));
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(options.port, options.host, resolve);
  });
  return { server, port: (server.address() as AddressInfo).port };
}

interface Answer {
  readonly status: number;
  readonly type: string;
  readonly body: string;
}

async function answer(options: RoleServerOptions, request: IncomingMessage): Promise<Answer> {
  const text = (status: number, body: string): Answer => ({ status, type: "text/plain", body: `${body}\n` });
  if (request.method !== "GET") return text(405, "only GET");
  switch (request.url?.split("?")[0]) {
    case "/livez":
      return text(200, "alive");
    case "/readyz":
      return (await options.isReady()) ? text(200, "ready") : text(503, "not ready");
    case "/metrics":
      if (!mayScrape(options.metricsToken, request.headers.authorization))
        return text(401, "metrics token needed");
      return { status: 200, type: options.metrics.contentType, body: await options.metrics.render() };
    default:
      return text(404, "here are /livez, /readyz and /metrics");
  }
}

/** Whether a request may read the metrics: anyone where no token is set, else the bearer of the token. */
export function mayScrape(token: string | null, header: string | undefined): boolean {
  if (token === null) return true;
  const [expected, given] = [Buffer.from(`Bearer ${token}`), Buffer.from(header ?? "")];
  return expected.length === given.length && timingSafeEqual(expected, given);
}
