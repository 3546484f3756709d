import { expect } from "chai";
import { CANONICAL_ACCESS } from "../../src/http/access.ts";
import { startRole } from "../support/system.ts";
import { METRICS_TOKEN, sharedSystem } from "./shared-system.ts";

describe("probes and information", () => {
  const system = sharedSystem();

  it("tell the health in 001's words, under both addresses", async () => {
    for (const path of ["/health", "/api/v1/health"]) {
      const reply = await fetch(system().api.url + path);
      const body = (await reply.json()) as Record<string, unknown> & { memory: Record<string, string> };
      expect(reply.status).to.equal(200);
      expect(body).to.include({ status: "OK", service: "Evently Booking System", database: "connected" });
      expect(body.redis).to.equal("not configured");
      expect(body.uptime).to.be.a("number").above(0);
      expect(new Date(body.timestamp as string).toISOString()).to.equal(body.timestamp);
      for (const amount of [body.memory.used, body.memory.total]) expect(amount).to.match(/^\d+\.\d MB$/);
      const [used = 0, total = 0] = [body.memory.used, body.memory.total].map((text = "") =>
        Number.parseFloat(text),
      );
      expect(used).to.be.within(1, total);
    }
  });

  it("tell of every process that it lives and is ready", async () => {
    const { api, worker, effects } = system();
    for (const role of [api, worker, effects]) {
      for (const path of ["/livez", "/readyz"]) expect((await fetch(role.url + path)).status).to.equal(200);
    }
    expect((await fetch(`${worker.url}/nowhere`)).status).to.equal(404);
    expect((await fetch(`${worker.url}/livez`, { method: "POST" })).status).to.equal(405);
  });

  it("tell what the API offers", async () => {
    for (const path of ["", "/"]) {
      const { status, body } = await system().client.get(path);
      expect(status).to.equal(200);
      expect(body).to.include({ success: true, service: "Evently Booking API" });
      expect(body.version).to.match(/^\d+\.\d+\.\d+/);
      expect(body.endpoints).to.include({ events: "/api/v1/events", bookings: "/api/v1/bookings" });
      expect(body.features).to.be.an("array").with.length.above(0);
      const paths = Object.keys(CANONICAL_ACCESS).map((route) => `/api/v1${route.split(" ")[1]}`);
      for (const endpoint of Object.values<string>(body.endpoints)) {
        if (!endpoint.startsWith("/api/v1")) continue;
        expect(
          paths.some((at) => at === endpoint || at.startsWith(`${endpoint}/`)),
          endpoint,
        ).to.equal(true);
      }
    }
  });

  it("give the metrics to the holder of the token, where one is set", async () => {
    const { api, worker, effects, database } = system();
    for (const { url } of [api, worker, effects]) {
      for (const authorization of [
        undefined,
        "Bearer",
        "Bearer wrong",
        METRICS_TOKEN,
        `Bearer ${METRICS_TOKEN}x`,
      ]) {
        const reply = await fetch(`${url}/metrics`, { headers: authorization ? { authorization } : {} });
        expect(reply.status, authorization).to.equal(401);
        expect(await reply.text()).not.to.contain("evently_");
      }
      const reply = await fetch(`${url}/metrics`, { headers: { authorization: `Bearer ${METRICS_TOKEN}` } });
      expect(reply.status).to.equal(200);
      expect(reply.headers.get("content-type")).to.contain("text/plain");
      expect(await reply.text()).to.contain("evently_");
    }
    // A proxy that keeps /metrics from those outside does so by this spelling.
    const headers = { authorization: `Bearer ${METRICS_TOKEN}` };
    for (const { url } of [api, worker, effects]) {
      for (const path of ["/metrics/", "/METRICS", "/Metrics", "/METRICS/", "/%6detrics", "//metrics"]) {
        const reply = await fetch(url + path, { headers });
        expect(reply.status, path).to.equal(404);
        expect(await reply.text()).not.to.contain("evently_");
      }
      expect((await fetch(`${url}/metrics?all`, { headers })).status).to.equal(200);
    }
    expect((await fetch(`${api.url}/metrics`, { method: "HEAD", headers })).status).to.equal(200);
    const shut = await fetch(`${api.url}/metrics`, { method: "POST", headers });
    expect([shut.status, shut.headers.get("allow")]).to.deep.equal([405, "HEAD, GET"]);
    const open = await startRole("effects", database.url);
    try {
      expect((await fetch(`${open.url}/metrics`)).status).to.equal(200);
    } finally {
      await open.stop();
    }
  });
});
