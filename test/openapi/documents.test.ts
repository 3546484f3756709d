import { expect } from "chai";
import { sharedSystem } from "../http/shared-system.ts";
import { breachOf, DOCUMENT, operationsOf, validator } from "../support/contract.ts";

// biome-ignore lint/suspicious/noExplicitAny: a document is read as any client would, field by field
type Json = any;

describe("the documents over HTTP", () => {
  const system = sharedSystem();
  const get = (path: string, headers: Readonly<Record<string, string>> = {}) =>
    fetch(system().api.url + path, { headers });

  for (const path of ["/openapi.json", "/asyncapi.json"]) {
    it(`${path} is served with an ETag, compressed, and 304 where it is known`, async () => {
      const reply = await get(path);
      expect(reply.status).to.equal(200);
      expect(reply.headers.get("content-type")).to.match(/^application\/json/);
      expect(reply.headers.get("content-encoding")).to.equal("gzip");
      const etag = reply.headers.get("etag") ?? "";
      expect(etag).to.match(/^"[\w-]{22}"$/);
      expect(Object.keys((await reply.json()) as object)[0]).to.be.oneOf(["openapi", "asyncapi"]);
      const again = await get(path, { "If-None-Match": etag });
      expect(again.status).to.equal(304);
      expect(await again.text()).to.equal("");
    });
  }

  it("are the ones that these tests hold replies against", async () => {
    const served = (await (await get("/openapi.json")).json()) as Json;
    expect({ ...served, info: null }).to.deep.equal({ ...JSON.parse(JSON.stringify(DOCUMENT)), info: null });
    const info = (await (await get("/api/v1")).json()) as Json;
    expect(served.info.version).to.equal(info.version);
  });

  it("promise no limit where none is: providers' call-backs are never refused for their number", () => {
    const limited = operationsOf(DOCUMENT).filter(({ operation }) => "429" in operation.responses);
    const others = operationsOf(DOCUMENT).filter(({ operation }) => !("429" in operation.responses));
    const canonical = others.map(({ operation }) => operation.operationId);
    expect(limited.length).to.be.above(80);
    expect(canonical).to.include.members(["receivePaymentCallback", "getHealth"]);
    expect(canonical).to.not.include("initiatePayment");
  });

  it("are shown by a page that may run nothing but its own files", async () => {
    const page = await get("/docs");
    expect(page.status).to.equal(200);
    expect(page.headers.get("content-type")).to.match(/^text\/html/);
    const policy = page.headers.get("content-security-policy") ?? "";
    expect(policy).to.include("default-src 'none'").and.include("script-src 'self'");
    expect(policy).to.include("frame-ancestors 'none'").and.include("connect-src 'self'");
    for (const loose of ["unsafe-inline", "unsafe-eval", "http:", "https:", "*"])
      expect(policy).to.not.include(loose);
    const html = await page.text();
    // Nothing inline, which that policy would forbid, and nothing from elsewhere.
    expect(html).to.not.match(/<style|\sstyle=|\son\w+=|<script>|https?:\/\//i);
    const files = [...html.matchAll(/(?:src|href)="([^"]+)"/g)].map(([, file]) => file as string);
    expect(files.length).to.equal(4);
    for (const file of files) {
      const reply = await get(`/${file}`);
      expect(reply.status, file).to.equal(200);
      expect(reply.headers.get("cache-control")).to.match(/max-age=\d+/);
      expect(reply.headers.get("x-content-type-options")).to.equal("nosniff");
      expect((await reply.arrayBuffer()).byteLength).to.be.above(100);
      const etag = reply.headers.get("etag") ?? "";
      expect((await get(`/${file}`, { "If-None-Match": etag })).status).to.equal(304);
    }
  });

  it("has no other files", async () => {
    for (const file of [
      "package.json",
      "..%2Fpackage.json",
      "swagger-ui.css.map",
      "__proto__",
      "constructor",
    ]) {
      expect((await get(`/docs/${file}`)).status, file).to.equal(404);
    }
  });

  it("leaves the policy of every other reply as it was", async () => {
    const reply = await get("/api/v1/events");
    expect(reply.headers.get("content-security-policy")).to.equal(
      "default-src 'none';frame-ancestors 'none'",
    );
  });
});

describe("the OpenAPI document's examples", () => {
  it("match their own schemas, those of bodies and those of replies", () => {
    let checked = 0;
    for (const { method, path, operation } of operationsOf(DOCUMENT)) {
      const at = ["paths", path, method.toLowerCase()];
      const body = operation.requestBody?.content["application/json"];
      if (body !== undefined) {
        const isValid = validator(...at, "requestBody", "content", "application/json", "schema");
        for (const { value } of Object.values<Json>(body.examples)) {
          expect(isValid(value), `${path} ${JSON.stringify(isValid.errors)}`).to.equal(true);
          checked += 1;
        }
      }
      for (const [status, response] of Object.entries<Json>(operation.responses)) {
        for (const [type, { example }] of Object.entries<Json>(response.content ?? {})) {
          const isValid = validator(...at, "responses", status, "content", type, "schema");
          expect(isValid(example), `${path} ${status} ${JSON.stringify(isValid.errors)}`).to.equal(true);
          checked += 1;
        }
      }
    }
    expect(checked).to.be.above(150);
  });

  it("are what every reply in these tests is held against: a status, a field or a header too many is found", () => {
    const { example } =
      DOCUMENT.paths["/api/v1/bookings/{id}"].get.responses[200].content["application/json"];
    const path = "/api/v1/bookings/0197c1a4-7c00-7000-8000-5f0000000001";
    const reply = (status: number, body: unknown, headers: Readonly<Record<string, string>> = {}) => ({
      status,
      headers: new Headers({ "content-type": "application/json", ...headers }),
      body,
    });
    expect(breachOf("GET", path, reply(200, example))).to.equal(null);
    expect(breachOf("GET", path, reply(201, example))).to.include("answered 201, which is not documented");
    const more = { ...example, data: { ...example.data, secret: 1 } };
    expect(breachOf("GET", path, reply(200, more))).to.include("secret");
    const { status: _, ...less } = example.data;
    expect(breachOf("GET", path, reply(200, { ...example, data: less }))).to.include("status");
    expect(breachOf("GET", path, reply(200, example, { etag: '"1"' }))).to.include("with etag");
    expect(breachOf("GET", path, reply(200, "text", { "content-type": "text/plain" }))).to.include(
      "text/plain",
    );
  });

  it("lists the other names of fields, any of which does where the field is required", () => {
    const isValid = validator("components", "schemas", "BookTickets");
    const id = "0197c1a4-7c00-7000-8000-5f0000000001";
    expect(isValid({ event_id: id, quantity: 1 })).to.equal(true);
    expect(isValid({ eventId: id, seatIds: [id] })).to.equal(true);
    expect(isValid({ quantity: 1 })).to.equal(false);
    expect(isValid({ event_id: id, quantity: 101 })).to.equal(false);
    expect(isValid({ event_id: id, nobody_knows: 1 })).to.equal(false);
  });
});
