import { createECDH, randomBytes, randomUUID } from "node:crypto";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { expect } from "chai";
import type { Reply } from "../support/client.ts";
import { until } from "../support/until.ts";
import { sharedSystem } from "./shared-system.ts";

const REUSED = [422, "IDEMPOTENCY_KEY_REUSED"];

describe("an Idempotency-Key", () => {
  const system = sharedSystem();
  const isReplay = ({ headers }: Reply) => headers.get("idempotency-replayed") === "true";

  /** A request that may be sent again and again with one key. */
  function keyed(method: string, path: string, token: string) {
    const headers = { "idempotency-key": randomUUID() };
    return (body?: unknown) =>
      system().client.request(method, path, { token, headers, ...(body === undefined ? {} : { body }) });
  }

  function expectSame(replies: readonly Reply[], status: number): void {
    expect(replies.map((reply) => reply.status)).to.deep.equal(replies.map(() => status));
    for (const { body } of replies) expect(body.data).to.deep.equal(replies[0]?.body.data);
    expect(replies.filter(isReplay)).to.have.length(replies.length - 1);
  }

  const tell = async (userId: string) =>
    (
      await system().client.post(
        "/notifications/send",
        { user_id: userId, type: "test", message: "Read me" },
        { token: system().admin.token },
      )
    ).body.data;

  it("of read-all leaves unread what came after the first request", async () => {
    const { userId, token } = await system().person();
    await tell(userId);
    const read = keyed("POST", "/notifications/read-all", token);
    const first = await Promise.all([read(), read(), read()]);
    expectSame(first, 200);
    expect(first[0]?.body.data.updated).to.equal(1);
    await tell(userId);
    const again = await read();
    expect([isReplay(again), again.body.data.updated]).to.deep.equal([true, 1]);
    const list = await system().client.get(`/notifications/user/${userId}`, { token });
    expect(list.body.unread_count).to.equal(1);
  });

  it("of a dead letter's retry is answered as the first was", async () => {
    const { pool, admin } = system();
    const { id } = await tell((await system().person()).userId);
    await until("the carriers are done with it", async () => {
      const { rows } = await pool.query(
        "select status from notification_delivery where notification_id = $1",
        [id],
      );
      return rows.length > 0 && rows.every(({ status }) => status !== "queued");
    });
    const retry = keyed("POST", `/notifications/dead-letters/${id}/retry`, admin.token);
    const early = await retry({ channel: "email" });
    expect(early.status, "nothing was given up: the key stays unused").to.equal(404);
    await pool.query("update notification_delivery set status = 'dead' where notification_id = $1", [id]);
    const first = await retry({ channel: "email" });
    expectSame([first, await retry({ channel: "email" })], 200);
    expect(first.body.data.channels).to.deep.equal(["email"]);
    const other = await retry({});
    expect([other.status, other.body.code]).to.deep.equal(REUSED);
  });

  it("of a browser's subscription takes it once, and gives it up once", async () => {
    const { token, userId } = await system().person();
    const endpoint = `https://push.example.com/send/${randomBytes(8).toString("hex")}`;
    const keys = {
      p256dh: createECDH("prime256v1").generateKeys("base64url"),
      auth: randomBytes(16).toString("base64url"),
    };
    const subscribe = keyed("POST", "/users/push-subscriptions", token);
    const remove = keyed("DELETE", "/users/push-subscriptions", token);
    expect((await remove({ endpoint })).status).to.equal(404);
    expectSame([await subscribe({ endpoint, keys }), await subscribe({ endpoint, keys })], 201);
    expectSame([await remove({ endpoint }), await remove({ endpoint })], 200);
    expect(isReplay(await subscribe({ endpoint, keys }))).to.equal(true);
    const { rows } = await system().pool.query("select from push_subscription where user_id = $1", [userId]);
    expect(rows).to.deep.equal([]);
    const other = await subscribe({ endpoint: `${endpoint}0`, keys });
    expect([other.status, other.body.code]).to.deep.equal(REUSED);
  });

  it("of a webhook's test sends one message, however often it is asked for", async () => {
    let messages = 0;
    const receiver: Server = createServer((request, response) => {
      request.resume();
      messages += 1;
      setTimeout(() => response.writeHead(204).end(), 300);
    }).listen(0, "127.0.0.1");
    await new Promise((listening) => receiver.once("listening", listening));
    try {
      const { port } = receiver.address() as AddressInfo;
      const { token } = await system().organizer();
      const body = { url: `http://127.0.0.1:${port}/hook` };
      const { id } = (await system().client.post("/webhooks", body, { token })).body.data;
      const tryOut = keyed("POST", `/webhooks/${id}/test`, token);
      expectSame([...(await Promise.all([tryOut(), tryOut()])), await tryOut()], 200);
      expect(messages).to.equal(1);
    } finally {
      receiver.close();
    }
  });
});
