import { once } from "node:events";
import { type AddressInfo, createServer, type Server } from "node:net";
import { expect } from "chai";
import { sharedSystem } from "../http/shared-system.ts";
import { resolved } from "../openapi/mutations.ts";
import { exampleBody } from "../openapi/world.ts";
import { DOCUMENT, operationsOf } from "../support/contract.ts";
import { until } from "../support/until.ts";

/** Where this installation sends something because somebody outside said so, and what holds it back. */
const TARGETS = {
  // test/webhooks/ssrf.test.ts, test/ops/guarded-fetch.test.ts
  createWebhook: ["url"],
  patchWebhook: ["url"],
  // Here, test/notifications/channels/push.test.ts, test/ops/guarded-fetch.test.ts
  addPushSubscription: ["endpoint"],
  removePushSubscription: ["endpoint"],
  // One of a list of names, test/http/cache.test.ts
  warmCache: ["target"],
  // Here: the path of one of a list of scenarios
  startLoadTest: ["endpoint"],
};
const LEADS_SOMEWHERE = /ur[li]$|endpoint|callback|host|target|webhook|link|image/i;

describe("addresses that others name", () => {
  const system = sharedSystem();
  let trap: Server;
  let reached = 0;
  before(async () => {
    trap = createServer((socket) => {
      reached += 1;
      socket.destroy();
    }).listen(0, "127.0.0.1");
    await once(trap, "listening");
  });
  after(() => trap.close());

  it("are taken in few places, each of which is guarded", () => {
    const found = operationsOf(DOCUMENT).flatMap(({ operation }) => {
      const schema = resolved(operation.requestBody?.content["application/json"].schema);
      const fields = Object.keys(schema?.properties ?? {}).filter((name) => LEADS_SOMEWHERE.test(name));
      return fields.length === 0 ? [] : [[operation.operationId, fields]];
    });
    expect(Object.fromEntries(found)).to.deep.equal(TARGETS);
    const paths = Object.keys(DOCUMENT.paths);
    expect(paths.filter((path) => /proxy|fetch|import|preview/i.test(path))).to.deep.equal([]);
  });

  it("as what a load test asks may be nothing but a path that is on a list", async () => {
    const { client, admin, pool } = system();
    const { port } = trap.address() as AddressInfo;
    const events = "/api/v1/events";
    for (const endpoint of [
      ...[`http://127.0.0.1:${port}/`, `http://127.0.0.1:${port}${events}`, `//127.0.0.1:${port}${events}`],
      ...[
        `@127.0.0.1:${port}${events}`,
        `${events}@127.0.0.1:${port}`,
        `${events}\r\nHost: 127.0.0.1:${port}`,
      ],
      ...[
        "http://169.254.169.254/latest/meta-data/",
        "file:///etc/passwd",
        "/../../etc/passwd",
        `${events}/../users`,
      ],
      ...[
        `${events}/`,
        `${events}?search=x`,
        `${events}#x`,
        "/API/V1/EVENTS",
        "/api/v1/users/profile",
        "/metrics",
        "",
      ],
    ]) {
      const body = { endpoint, duration_seconds: 1, concurrent_users: 1 };
      const reply = await client.post("/load-test/start", body, { token: admin.token });
      expect(reply.status, endpoint).to.equal(400);
      expect(reply.body.details, endpoint).to.have.property("endpoint");
    }
    for (const field of ["url", "target", "host", "origin", "port", "path", "headers", "body", "method"]) {
      const body = { endpoint: events, duration_seconds: 1, [field]: `http://127.0.0.1:${port}/` };
      const reply = await client.post("/load-test/start", body, { token: admin.token });
      expect(reply.status, field).to.equal(400);
      expect(reply.body.details, field).to.have.property(field);
    }
    // Nor by the address that a request says it was sent to.
    const headers = { "X-Forwarded-Host": `127.0.0.1:${port}`, Forwarded: `host=127.0.0.1:${port}` };
    const body = { endpoint: events, duration_seconds: 1, concurrent_users: 1 };
    const reply = await client.post("/load-test/start", body, { token: admin.token, headers });
    expect(reply.status, JSON.stringify(reply.body)).to.equal(202);
    await until(
      "the end of the load test",
      async () => {
        const { rows } = await pool.query("select status from load_test where id = $1", [reply.body.test_id]);
        return rows[0].status === "completed";
      },
      15_000,
    );
    expect(reached).to.equal(0);
  });

  it("as a browser's push service may be no address of a machine, and nothing but https", async () => {
    const { client, pool } = system();
    const { token } = await system().person();
    const { port } = trap.address() as AddressInfo;
    const example = exampleBody("addPushSubscription");
    const tried: string[] = [];
    for (const endpoint of [
      ...[`http://127.0.0.1:${port}/`, `https://127.0.0.1:${port}/`, `https://2130706433:${port}/`],
      ...[`https://0x7f000001:${port}/`, `https://0177.0.0.1:${port}/`, `https://127.1:${port}/`],
      ...[`https://[::1]:${port}/`, `https://[::ffff:127.0.0.1]:${port}/`, `https://[::]:${port}/`],
      ...["https://169.254.169.254/latest/meta-data/", "https://10.0.0.1/", "https://192.168.1.1/"],
      ...["https://[fd00:ec2::254]/", "https://[fe80::1]/", "https://0/", "https://100.64.0.1/"],
      ...[
        "http://push.example.com/",
        "file:///etc/passwd",
        "gopher://push.example.com/",
        "//push.example.com/",
      ],
      ...["https://user:secret@127.0.0.1/", "javascript:alert(1)", "", "push", "https://"],
    ]) {
      tried.push(endpoint);
      const body = { ...example, endpoint };
      const reply = await client.post("/users/push-subscriptions", body, { token });
      expect(reply.status, endpoint).to.equal(400);
      expect(reply.body.details, endpoint).to.have.property("endpoint");
    }
    const { rows } = await pool.query(
      "select count(*)::integer as count from push_subscription where endpoint = any($1)",
      [tried],
    );
    expect(rows[0].count).to.equal(0);
    expect(reached).to.equal(0);
  });
});
