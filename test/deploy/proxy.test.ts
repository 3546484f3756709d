import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { io, type Socket } from "socket.io-client";
import { freePort } from "../../src/ops/free-port.ts";
import { Client } from "../support/client.ts";
import { createTestDatabase, type TestDatabase } from "../support/postgres.ts";
import { createAdmin, type Role, startRole } from "../support/system.ts";
import { until } from "../support/until.ts";
import { read } from "./files.ts";

const FILE = "deploy/proxy/nginx.conf";
const PUSHES_MS_MAX = 8_000;

/** The configuration as it is, but for where the API processes are, where it listens and where it may write. */
function placed(options: { port: number; apis: readonly number[]; folder: string; sticky: boolean }): string {
  const { port, apis, folder, sticky } = options;
  const text = read(FILE)
    .replace("listen 8080;", `listen 127.0.0.1:${port};`)
    .replaceAll("api-1:3000", `127.0.0.1:${apis[0]}`)
    .replaceAll("api-2:3000", `127.0.0.1:${apis[1]}`)
    .replaceAll(/ \/tmp\//g, ` ${folder}/`)
    .replace("worker_processes auto;", "worker_processes 1; daemon off;");
  return sticky ? text : text.replace("hash $remote_addr consistent;", "");
}

class Nginx {
  readonly #child: ChildProcess;

  private constructor(child: ChildProcess) {
    this.#child = child;
  }

  static async start(folder: string, name: string, config: string, port: number): Promise<Nginx> {
    const file = join(folder, name);
    writeFileSync(file, config);
    const child = spawn("nginx", ["-p", folder, "-c", file], { stdio: ["ignore", "ignore", "pipe"] });
    const complaints: string[] = [];
    child.stderr?.on("data", (text) => complaints.push(String(text)));
    await until(`nginx to serve: ${complaints.join("")}`, () =>
      fetch(`http://127.0.0.1:${port}/livez`).then(
        ({ ok }) => ok,
        () => false,
      ),
    );
    return new Nginx(child);
  }

  async stop(): Promise<void> {
    const gone = once(this.#child, "exit");
    this.#child.kill("SIGTERM");
    await gone;
  }
}

describe("the proxy of docker-compose.yml, before two API processes", () => {
  let database: TestDatabase;
  let folder: string;
  const roles: Role[] = [];
  const proxies: Nginx[] = [];
  const sockets: Socket[] = [];
  let token = "";
  let [sticky, spread] = [0, 0];

  before(async function () {
    if (spawnSync("nginx", ["-v"]).error !== undefined) {
      console.log("      nginx is not on the PATH: the proxy's configuration was not tried");
      this.skip();
    }
    folder = mkdtempSync(join(tmpdir(), "evently-nginx-"));
    database = await createTestDatabase();
    await createAdmin(database.url);
    const env = { TRUSTED_PROXIES: "127.0.0.1", METRICS_TOKEN: "a-token-of-these-tests-alone" };
    const apis = await Promise.all([
      startRole("api", database.url, env),
      startRole("api", database.url, env),
    ]);
    roles.push(...apis, await startRole("booking", database.url));
    [sticky, spread] = [await freePort(null), await freePort(null)];
    const ports = apis.map(({ port }) => port);
    for (const [name, port] of [
      ["sticky", sticky],
      ["spread", spread],
    ] as const) {
      const config = placed({ port, apis: ports, folder, sticky: name === "sticky" });
      proxies.push(
        await Nginx.start(folder, `${name}.conf`, config.replace("nginx.pid", `${name}.pid`), port),
      );
    }
    token = await new Client(`http://127.0.0.1:${sticky}`).adminToken();
  });
  after(async () => {
    for (const socket of sockets) socket.close();
    for (const proxy of proxies) await proxy.stop();
    const codes = await Promise.all(roles.map((role) => role.stop()));
    await database?.drop();
    if (folder !== undefined) rmSync(folder, { recursive: true, force: true });
    expect(codes).to.deep.equal(roles.map(() => 0));
  });

  const connect = (port: number, transports: string[]) => {
    const socket = io(`http://127.0.0.1:${port}/notifications`, {
      auth: { token },
      transports,
      reconnection: false,
      forceNew: true,
    });
    sockets.push(socket);
    return socket;
  };
  const outcomeOf = (socket: Socket) =>
    new Promise<string>((resolve) => {
      socket.once("connect", () => resolve("connected"));
      socket.once("connect_error", () => resolve("refused"));
      socket.once("disconnect", () => resolve("cut off"));
    });

  it("keeps a client that polls with the process that knows it, and passes its pushes on", async () => {
    const client = new Client(`http://127.0.0.1:${sticky}`);
    const event = await client.createEvent(token);
    for (const transports of [["polling"], ["websocket"]]) {
      const socket = connect(sticky, transports);
      expect(await outcomeOf(socket), transports[0]).to.equal("connected");
      const heard: unknown[] = [];
      socket.on("availability_update", (push) => heard.push(push));
      expect(await socket.emitWithAck("subscribe", { event_id: event.id })).to.include({ ok: true });
      expect((await client.book(token, event.id, 1)).status).to.equal(201);
      await until("the push", () => heard.length > 0, PUSHES_MS_MAX);
      expect(socket.io.engine.transport.name).to.equal(transports[0]);
    }
  });

  it("would not, if it spread a client's requests: then one that polls fails", async () => {
    const outcomes = await Promise.all(
      Array.from({ length: 6 }, () => outcomeOf(connect(spread, ["polling"]))),
    );
    expect(outcomes).to.include("refused");
  });

  it("spreads requests over both", async () => {
    const of = async ({ url }: Role) => {
      const headers = { authorization: "Bearer a-token-of-these-tests-alone" };
      const text = await (await fetch(`${url}/metrics`, { headers })).text();
      return [...text.matchAll(/^evently_http_requests_total\{.*route="\/api\/v1\/venues".*\} (\d+)$/gm)]
        .length;
    };
    for (let at = 0; at < 20; at += 1) await fetch(`http://127.0.0.1:${sticky}/api/v1/venues`);
    const asked = await Promise.all(roles.slice(0, 2).map(of));
    expect(asked).to.deep.equal([1, 1]);
  });

  it("tells whose request it is, and lets nobody say so for others", async () => {
    const forged = { "x-forwarded-for": "203.0.113.9" };
    await fetch(`http://127.0.0.1:${sticky}/api/v1/venues`, { headers: forged });
    const figures = await Promise.all(
      roles.slice(0, 2).map(({ url }) => new Client(url).get("/analytics/rate-limits", { token })),
    );
    const clients = figures.flatMap(({ body }) => body.data.top_clients.map(({ ip }: { ip: string }) => ip));
    expect(clients).not.to.include("203.0.113.9");
    expect(clients).to.include("127.0.0.1");
  });

  it("keeps figures from those outside, and goes on when a process is gone", async () => {
    for (const path of ["/metrics", "/metrics/", "/METRICS", "/Metrics/?all", "/%6detrics", "//metrics"]) {
      const reply = await fetch(`http://127.0.0.1:${sticky}${path}`);
      // nginx' own page: no process was asked.
      expect([reply.status, reply.headers.get("content-type")], path).to.deep.equal([404, "text/html"]);
    }
    const [gone] = roles as [Role];
    await gone.stop();
    for (let at = 0; at < 10; at += 1) {
      expect((await fetch(`http://127.0.0.1:${sticky}/api/v1/events`)).status).to.equal(200);
    }
  });
});
