import { expect } from "chai";
import { GATEWAY_USER_ID } from "../../src/identity/gateway.ts";
import type { Reply } from "../support/client.ts";
import { until } from "../support/until.ts";
import { type Person, sharedSystem } from "./shared-system.ts";

const UNKNOWN = "0197c1a4-7c00-7000-8000-5f00000000ff";

describe("sending notifications by hand", () => {
  const system = sharedSystem();

  const send = (body: unknown, headers: Readonly<Record<string, string>> = {}) =>
    system().client.post("/notifications/send", body, { token: system().admin.token, headers });

  /** Waits until all of a person's deliveries have come to an end. */
  const settled = ({ userId, token }: Person, count: number) =>
    until(
      "the end of all deliveries",
      async () => {
        const { body } = await system().client.get(`/notifications/user/${userId}?limit=100`, { token });
        const deliveries = body.data.flatMap((one: { deliveries: object[] }) => one.deliveries);
        const isOver = ({ next_attempt_at }: { next_attempt_at: string | null }) => next_attempt_at === null;
        return body.count === count && deliveries.every(isOver) ? body : null;
      },
      8_000,
    );

  it("is done as 001 and 000 print it, and shows in the person's history with how it got there", async () => {
    const person = await system().person();
    const first = await send({
      user_id: person.userId,
      type: "booking_confirmation",
      channels: ["websocket", "email"],
      message: "Your booking has been confirmed!",
    });
    expect(first.status).to.equal(201);
    expect(first.body.data).to.include({
      user_id: person.userId,
      type: "booking_confirmation",
      title: "Booking confirmation",
      message: "Your booking has been confirmed!",
      read: false,
      event_id: null,
    });
    expect(first.body.data.channels).to.have.members(["websocket", "email"]);
    const second = await send({
      userId: person.userId,
      type: "test",
      title: "Welcome!",
      message: "Your notifications are active",
    });
    expect(second.status).to.equal(201);
    const { data, unread_count } = await settled(person, 2);
    expect(unread_count).to.equal(2);
    expect(data.map(({ title }: { title: string }) => title)).to.deep.equal([
      "Welcome!",
      "Booking confirmation",
    ]);
    for (const one of data) {
      expect(one).to.include({ status: "logged", read: false });
      // Nobody's socket is open, and no mail server is configured: written to the log instead.
      expect(
        one.deliveries.map(({ channel, status }: Record<string, string>) => `${channel} ${status}`),
      ).to.have.members(["websocket unreachable", "email logged"]);
    }
    const trail = await system().client.get(`/notifications/${data[0].id}/deliveries`, {
      token: person.token,
    });
    const email = trail.body.data.deliveries.find(({ channel }: { channel: string }) => channel === "email");
    expect(email.history).to.have.length(1);
    expect(email.history[0]).to.include({ attempt: 1, result: "logged" });
  });

  it("is done to people only: the gateway's own account is none", async () => {
    for (const user_id of [GATEWAY_USER_ID, UNKNOWN]) {
      const { status, body } = await send({ user_id, type: "test", message: "Anybody there?" });
      expect([status, body.code], user_id).to.deep.equal([404, "USER_NOT_FOUND"]);
    }
  });

  it("happens once for each Idempotency-Key", async () => {
    const { userId, token } = await system().person();
    const body = { user_id: userId, type: "test", message: "Only once" };
    const headers = { "idempotency-key": `send-${userId}` };
    const replies = await Promise.all([send(body, headers), send(body, headers), send(body, headers)]);
    expect(replies.map(({ status }) => status)).to.deep.equal([201, 201, 201]);
    expect(new Set(replies.map((reply) => reply.body.data.id)).size).to.equal(1);
    const [{ headers: told, body: sent }] = replies as [Reply, ...Reply[]];
    expect(told.get("location")).to.equal(`/api/v1/notifications/${sent.data.id}/deliveries`);
    expect(replies.filter((reply) => reply.headers.get("idempotency-replayed") === "true")).to.have.length(2);
    const other = await send({ ...body, message: "Something else" }, headers);
    expect([other.status, other.body.code]).to.deep.equal([422, "IDEMPOTENCY_KEY_REUSED"]);
    const list = await system().client.get(`/notifications/user/${userId}`, { token });
    expect(list.body.count).to.equal(1);
  });

  it("is refused where it makes no sense, and is not for everybody", async () => {
    const { userId, token } = await system().person();
    const good = { user_id: userId, type: "test", message: "Hello" };
    const bad: [Record<string, unknown>, string][] = [
      [{ ...good, message: "" }, "message"],
      [{ ...good, channels: [] }, "channels"],
      [{ ...good, channels: ["pigeon"] }, "channels.0"],
      [{ ...good, channels: ["email", "email"] }, "channels"],
      [{ ...good, user_id: "somebody" }, "user_id"],
      [{ ...good, type: "password_reset" }, "type"],
      [{ ...good, type: "no spaces" }, "type"],
      [{ ...good, message: "a\u0000b" }, "message"],
      [{ ...good, subject: "x" }, "subject"],
    ];
    for (const [body, field] of bad) {
      const reply = await send(body);
      expect([reply.status, Object.keys(reply.body.details)], field).to.deep.equal([400, [field]]);
    }
    const nobody = await send({ ...good, user_id: UNKNOWN });
    expect([nobody.status, nobody.body.code]).to.deep.equal([404, "USER_NOT_FOUND"]);
    const { client } = system();
    expect((await client.post("/notifications/send", good, { token })).status).to.equal(403);
    expect((await client.post("/notifications/send", good)).status).to.equal(401);
    for (const path of ["stats", "dead-letters"]) {
      expect((await client.get(`/notifications/${path}`, { token })).status).to.equal(403);
    }
  });

  it("can be marked as read and unread, alone and all together, by its person only", async () => {
    const { client } = system();
    const [one, other] = (await system().people(2)) as [Person, Person];
    for (const message of ["first", "second", "third"]) {
      expect((await send({ user_id: one.userId, type: "test", message })).status).to.equal(201);
    }
    const list = async (query = "") =>
      (await client.get(`/notifications/user/${one.userId}${query}`, { token: one.token })).body;
    const [third] = (await list()).data;
    const path = `/notifications/${third.id}`;
    const patch = (body: unknown, token: string, to = path) => client.request("PATCH", to, { token, body });
    const foreign = await patch({ read: true }, other.token);
    const missing = await patch({ read: true }, one.token, `/notifications/${UNKNOWN}`);
    expect([foreign.status, missing.status]).to.deep.equal([404, 404]);
    const shown = ({ error, code, details }: Record<string, unknown>) => ({ error, code, details });
    expect(shown(foreign.body)).to.deep.equal(shown(missing.body));
    expect((await client.get(`${path}/deliveries`, { token: other.token })).status).to.equal(404);
    expect((await patch({}, one.token)).status).to.equal(400);
    expect((await patch({ read: true, is_read: false }, one.token)).status).to.equal(400);

    const read = await patch({ read: true }, one.token);
    expect(read.body.data).to.include({ id: third.id, read: true, is_read: true });
    expect(
      (await list("?unread_only=true")).data.map(({ message }: { message: string }) => message),
    ).to.deep.equal(["second", "first"]);
    expect(await list("?unread_only=true")).to.include({ unread_count: 2, count: 2 });
    const again = await patch({ read: true }, one.token);
    expect(again.body.data.read_at).to.equal(read.body.data.read_at);
    expect((await patch({ is_read: false }, one.token)).body.data).to.include({ read: false, read_at: null });
    const all = await client.post("/notifications/read-all", undefined, { token: one.token });
    expect(all.body.data).to.deep.equal({ updated: 3, unread_count: 0 });
    expect(await list("?unread_only=true")).to.include({ unread_count: 0, count: 0 });
    expect((await client.get("/notifications/user/x", { token: one.token })).status).to.equal(400);
  });

  it("is counted as the rows are, and what was given up can be tried again", async () => {
    const { client, admin, pool } = system();
    const person = await system().person();
    const sent = await send({ user_id: person.userId, type: "test", message: "x", channels: ["email"] });
    await settled(person, 1);
    const id = sent.body.data.id as string;
    // Twelve attempts take an hour: what they lead to is put there by hand.
    await pool.query(
      "update notification_delivery set status = 'dead', attempts = 12, error = 'away' where notification_id = $1",
      [id],
    );
    const letters = await client.get("/notifications/dead-letters", { token: admin.token });
    expect(letters.body.data.find((letter: { id: string }) => letter.id === id)).to.include({
      channel: "email",
      user_id: person.userId,
      attempts: 12,
      error: "away",
    });
    await until(
      "a quiet moment",
      async () => {
        const { rowCount } = await pool.query("select from notification_delivery where due_at is not null");
        return rowCount === 0;
      },
      10_000,
    );
    const { body } = await client.get("/notifications/stats", { token: admin.token });
    const { rows } = await pool.query(
      "select channel, status, count(*)::int as n from notification_delivery group by 1, 2",
    );
    const count = (channel: string, ...statuses: string[]) =>
      rows
        .filter((row) => row.channel === channel && statuses.includes(row.status))
        .reduce((sum, row) => sum + row.n, 0);
    for (const [channel, figures] of Object.entries(body.data.channels) as [
      string,
      Record<string, number>,
    ][]) {
      expect(figures, channel).to.deep.equal({
        // What was logged or led to nobody was not sent.
        sent: count(channel, "delivered", "refused", "dead"),
        delivered: count(channel, "delivered"),
        failed: count(channel, "refused", "dead"),
        logged: count(channel, "logged"),
        queued: 0,
        retrying: 0,
        refused: count(channel, "refused"),
        unreachable: count(channel, "unreachable"),
        dead: count(channel, "dead"),
      });
    }
    const total = (...statuses: string[]) =>
      ["websocket", "push", "email", "sms"].reduce((sum, channel) => sum + count(channel, ...statuses), 0);
    const ended = total("delivered", "refused", "dead");
    expect(total("unreachable"), "nobody's socket was open").to.be.above(0);
    expect(ended).to.be.above(0);
    expect(body.data).to.include({
      total_sent: ended,
      total_delivered: total("delivered"),
      total_unreachable: total("unreachable"),
      total_logged: total("logged"),
      delivery_rate: total("delivered") / ended,
    });

    const retry = () => client.post(`/notifications/dead-letters/${id}/retry`, {}, { token: admin.token });
    expect((await retry()).body.data).to.deep.include({ id, channels: ["email"], status: "queued" });
    const [row] = (await settled(person, 1)).data;
    expect(row.deliveries.find(({ channel }: { channel: string }) => channel === "email")).to.include({
      status: "logged",
      attempts: 13,
    });
    expect((await retry()).status).to.equal(404);
  });
});
