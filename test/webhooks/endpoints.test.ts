import { expect } from "chai";
import { until } from "../support/until.ts";
import { type Receiver, verify } from "./receiver.ts";
import { type Person, World } from "./world.ts";

const NOBODYS = "01990000-0000-7000-8000-000000000000";

describe("the webhooks of an organizer", () => {
  let world: World;
  let owner: Person;
  let stranger: Person;
  let admin: Person;
  let receiver: Receiver;
  before(async () => {
    world = await World.start();
    [owner, stranger] = [await world.organizer(), await world.organizer()];
    admin = { token: await world.client.adminToken(), userId: "" };
    receiver = await world.receiver();
  });
  after(() => world?.stop());
  afterEach(() => world.clear());

  const call = (method: string, path: string, { token }: Person, body?: unknown, headers = {}) =>
    world.client.request(method, path, { token, headers, ...(body === undefined ? {} : { body }) });

  it("are created with a secret that is shown this once", async () => {
    const made = await call("POST", "/webhooks", owner, {
      url: receiver.url,
      description: "The door",
      types: ["booking.confirmed", "booking.cancelled", "booking.confirmed"],
    });
    expect(made.status).to.equal(201);
    const { secret, ...shown } = made.body.data;
    expect(secret).to.match(/^whsec_[A-Za-z0-9+/]{43}=$/);
    expect(made.headers.get("location")).to.equal(`/api/v1/webhooks/${shown.id}`);
    expect(made.headers.get("cache-control")).to.equal("private, no-store");
    expect(shown).to.deep.include({
      url: receiver.url,
      description: "The door",
      event_id: null,
      types: ["booking.cancelled", "booking.confirmed"],
      is_active: true,
      disabled_reason: null,
      failing_since: null,
    });
    const one = await call("GET", `/webhooks/${shown.id}`, owner);
    expect(one.body.data).to.deep.equal({ ...shown, backlog: { outcomes: 0, events: 0 } });
    const list = await call("GET", "/webhooks", owner);
    expect(list.body.data).to.deep.equal([shown]);
    expect(list.body).to.deep.include({ count: 1 });
    expect(list.body.pagination).to.include({ total: 1 });
    for (const reply of [one, list]) expect(JSON.stringify(reply.body)).to.not.include("whsec_");
  });

  it("are nobody else's: not even their existence is told", async () => {
    const { id } = await world.webhook(owner, { url: receiver.url });
    const asked: [string, string, unknown?][] = [
      ["GET", ""],
      ["PATCH", "", { is_active: false }],
      ["DELETE", ""],
      ["POST", "/rotate-secret"],
      ["POST", "/test"],
      ["GET", "/deliveries"],
    ];
    for (const [method, rest, body] of asked) {
      const foreign = await call(method, `/webhooks/${id}${rest}`, stranger, body);
      const missing = await call(method, `/webhooks/${NOBODYS}${rest}`, stranger, body);
      expect(foreign.status, `${method} ${rest}`).to.equal(404);
      const { timestamp: _, request_id: __, ...same } = missing.body;
      expect(foreign.body).to.deep.include(same);
      const malformed = await call(method, `/webhooks/no-id${rest}`, stranger, body);
      expect(malformed.status, `${method} ${rest}`).to.equal(400);
    }
    expect((await call("GET", "/webhooks", stranger)).body.data).to.deep.equal([]);
    expect((await call("GET", `/webhooks/${id}`, admin)).status).to.equal(200);
    expect((await call("GET", "/webhooks", admin)).body.data).to.have.length(1);
    expect(receiver.received).to.deep.equal([]);
  });

  it("are for organizers and admins only", async () => {
    const [person] = (await world.people(1)) as [Person];
    expect((await call("GET", "/webhooks", person)).status).to.equal(403);
    expect((await call("POST", "/webhooks", person, { url: receiver.url })).status).to.equal(403);
    expect((await world.client.get("/webhooks")).status).to.equal(401);
  });

  it("listen to own events only", async () => {
    const event = await world.client.createEvent(stranger.token);
    const foreign = await call("POST", "/webhooks", owner, { url: receiver.url, event_id: event.id });
    expect(foreign.status).to.equal(403);
    const missing = await call("POST", "/webhooks", owner, { url: receiver.url, event_id: NOBODYS });
    expect([missing.status, missing.body.code]).to.deep.equal([404, "EVENT_NOT_FOUND"]);
    const byAdmin = await call("POST", "/webhooks", admin, { url: receiver.url, event_id: event.id });
    expect(byAdmin.status).to.equal(201);
    const found = await call("GET", `/webhooks?event_id=${event.id}`, admin);
    expect(found.body.data).to.have.length(1);
  });

  it("say what is wrong with what they are made of", async () => {
    const wrong: [unknown, string][] = [
      [{}, "url"],
      [{ url: 7 }, "url"],
      [{ url: "" }, "url"],
      [{ url: "hooks" }, "url"],
      [{ url: "ftp://example.com/" }, "url"],
      [{ url: "https://me:secret@example.com/" }, "url"],
      [{ url: `https://example.com/${"x".repeat(2_048)}` }, "url"],
      [{ url: receiver.url, types: [] }, "types"],
      [{ url: receiver.url, types: ["booking.confirmed", "booking.made_up"] }, "types.1"],
      [{ url: receiver.url, event_id: "7" }, "event_id"],
      [{ url: receiver.url, secret: "whsec_mine" }, "secret"],
      [{ url: receiver.url, is_active: false }, "is_active"],
      [{ url: receiver.url, description: "x".repeat(201) }, "description"],
    ];
    for (const [body, field] of wrong) {
      const reply = await call("POST", "/webhooks", owner, body);
      expect(reply.status, JSON.stringify(body).slice(0, 80)).to.equal(400);
      expect(reply.body.code).to.equal("VALIDATION_ERROR");
      expect(Object.keys(reply.body.details)).to.deep.equal([field]);
      expect(JSON.stringify(reply.body)).to.not.include("me:secret");
    }
    const { id } = await world.webhook(owner, { url: receiver.url });
    for (const body of [{ url: null }, { is_active: "no" }, { event_id: NOBODYS }, { owner_id: NOBODYS }]) {
      const reply = await call("PATCH", `/webhooks/${id}`, owner, body);
      expect(reply.status, JSON.stringify(body)).to.equal(400);
    }
    for (const path of ["/rotate-secret", "/test"])
      expect((await call("POST", `/webhooks/${id}${path}`, owner, { secret: "mine" })).status).to.equal(400);
    for (const query of ["limit=0", "limit=101", "status=maybe", "page=1&offset=1"])
      expect((await call("GET", `/webhooks/${id}/deliveries?${query}`, owner)).status, query).to.equal(400);
  });

  it("are at most twenty, also where they are all asked for at once", async () => {
    const replies = await Promise.all(
      Array.from({ length: 25 }, () => call("POST", "/webhooks", owner, { url: receiver.url })),
    );
    const statuses = replies.map(({ status }) => status).toSorted();
    expect(statuses).to.deep.equal([...Array(20).fill(201), ...Array(5).fill(409)]);
    const refused = replies.find(({ status }) => status === 409);
    expect(refused?.body.code).to.equal("WEBHOOK_LIMIT_EXCEEDED");
    const [first] = (await call("GET", "/webhooks", owner)).body.data;
    await call("DELETE", `/webhooks/${first.id}`, owner);
    expect((await call("POST", "/webhooks", owner, { url: receiver.url })).status).to.equal(201);
  });

  it("are created, rotated and removed once for one key", async () => {
    const key = { "idempotency-key": "one-of-these" };
    const body = { url: receiver.url };
    const made = await call("POST", "/webhooks", owner, body, key);
    const again = await call("POST", "/webhooks", owner, body, key);
    expect(again.headers.get("idempotency-replayed")).to.equal("true");
    expect([again.status, again.body.data]).to.deep.equal([201, made.body.data]);
    const other = await call("POST", "/webhooks", owner, { ...body, description: "another" }, key);
    expect([other.status, other.body.code]).to.deep.equal([422, "IDEMPOTENCY_KEY_REUSED"]);
    const { id } = made.body.data;
    const rotated = await call("POST", `/webhooks/${id}/rotate-secret`, owner, undefined, key);
    const rotatedAgain = await call("POST", `/webhooks/${id}/rotate-secret`, owner, undefined, key);
    expect(rotatedAgain.body.data.secret).to.equal(rotated.body.data.secret);
    expect(rotatedAgain.body.data.secret_version).to.equal(2);
    const late = await call("POST", "/webhooks", owner, body, key);
    expect(late.body.data.secret, "the first secret is not the present one any more").to.equal(null);
    for (let nth = 0; nth < 2; nth += 1) {
      const removed = await call("DELETE", `/webhooks/${id}`, owner, undefined, key);
      expect([removed.status, removed.body.data.deleted]).to.deep.equal([200, true]);
    }
    expect((await call("GET", `/webhooks/${id}`, owner)).status).to.equal(404);
    expect((await call("DELETE", `/webhooks/${id}`, owner)).status).to.equal(404);
  });

  it("are signed with the secret before, too, for a day after it was replaced", async () => {
    const { id, secret: first } = await world.webhook(owner, { url: receiver.url });
    const { body } = await call("POST", `/webhooks/${id}/rotate-secret`, owner);
    const { secret: second, secret_version: version, old_secret_valid_until: until_ } = body.data;
    expect(second).to.not.equal(first);
    expect(version).to.equal(2);
    expect(Date.parse(until_) - Date.now()).to.be.within(86_000_000, 86_400_000);
    const tell = async () => {
      const event = await world.client.createEvent(owner.token);
      return await until("it is told", () => receiver.of(event.id)[0]);
    };
    const during = await tell();
    for (const secret of [first, second]) expect(verify(secret, during)).to.deep.equal(during.body);
    await world.pool.query("update webhook_endpoint set old_secret_until = now()");
    const afterwards = await tell();
    expect(verify(second, afterwards)).to.deep.equal(afterwards.body);
    expect(() => verify(first, afterwards)).to.throw("No matching signature");
    expect((await call("GET", `/webhooks/${id}`, owner)).body.data.old_secret_valid_until).to.equal(null);
  });

  it("can be tried out, which leaves a trace and changes nothing", async () => {
    const { id, secret } = await world.webhook(owner, { url: receiver.url });
    const tried = await call("POST", `/webhooks/${id}/test`, owner);
    expect(tried.status).to.equal(200);
    expect(tried.body.data).to.include({ status: "delivered", status_code: 204, error: null });
    const message = receiver.received.at(-1);
    expect(message?.body).to.deep.include({ type: "webhook.test", data: { webhook_id: id } });
    expect(verify(secret, message as never)).to.deep.equal(message?.body);
    receiver.answer = (response) => response.writeHead(410).end("a secret of their network");
    const gone = await call("POST", `/webhooks/${id}/test`, owner);
    receiver.answer = (response) => response.writeHead(204).end();
    expect(gone.body.data).to.include({ status: "failed", status_code: 410 });
    expect(JSON.stringify(gone.body)).to.not.include("secret of");
    expect((await call("GET", `/webhooks/${id}`, owner)).body.data.is_active).to.equal(true);
    const { body } = await call("GET", `/webhooks/${id}/deliveries`, owner);
    expect(
      body.data.map((one: Record<string, unknown>) => [one.type, one.status, one.from_seq]),
    ).to.deep.equal([
      ["webhook.test", "failed", null],
      ["webhook.test", "delivered", null],
    ]);
    const failed = await call("GET", `/webhooks/${id}/deliveries?status=failed&limit=1`, owner);
    expect(failed.body.pagination).to.include({ total: 1, limit: 1 });
  });

  it("can be switched off and on; what was decided meanwhile follows", async () => {
    const { id } = await world.webhook(owner, { url: receiver.url });
    const off = await call("PATCH", `/webhooks/${id}`, owner, { is_active: false });
    expect(off.body.data).to.include({ is_active: false, disabled_reason: "owner" });
    const event = await world.client.createEvent(owner.token);
    const on = await call("PATCH", `/webhooks/${id}`, owner, { isActive: true, description: null });
    expect(on.body.data).to.include({ is_active: true, disabled_reason: null });
    await until("it is told", () => receiver.seqsOf(event.id).length === 1);
    const attempted = await until("it is written down", async () => {
      const { body } = await call("GET", `/webhooks/${id}/deliveries`, owner);
      return body.data[0];
    });
    expect(Date.parse(attempted.attempted_at)).to.be.at.least(Date.parse(on.body.data.updated_at));
  });
});
