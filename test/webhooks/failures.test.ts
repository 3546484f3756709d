import { setTimeout as sleep } from "node:timers/promises";
import { expect } from "chai";
import { until } from "../support/until.ts";
import { gapsIn, idOf } from "./receiver.ts";
import { ARRIVAL_MS_MAX, watchedSale } from "./sale.ts";

describe("outcomes that a webhook does not take", () => {
  const sale = watchedSale();

  it("are sent again, the same under the same id, until they are taken", async () => {
    const { world, owner, receiver, event, book, complete } = sale();
    const statuses = [500, 302, 204];
    receiver.answer = (response, _, nth) =>
      response.writeHead(statuses[nth - 1] ?? 204, { location: receiver.url }).end();
    const webhook = await world.webhook(owner, { url: receiver.url });
    const { id } = await event();
    for (let attempt = 1; attempt < 3; attempt += 1) {
      await until("it was tried", () => receiver.received.length === attempt, ARRIVAL_MS_MAX);
      // What is decided meanwhile waits for its turn and does not change the message.
      await book(id);
      await until("the failure is written down", async () => {
        const { rows } = await world.pool.query("select attempts from webhook_cursor where event_id = $1", [
          id,
        ]);
        return rows[0].attempts === attempt;
      });
      await world.hasten(webhook.id);
    }
    await complete(id);
    const [first, second, third, fourth] = receiver.received;
    expect(new Set([first, second, third].map((message) => message?.text)).size).to.equal(1);
    expect(new Set([first, second, third].map((message) => idOf(message as never))).size).to.equal(1);
    expect(fourth?.body.data).to.include({ from_seq: 2, to_seq: 3 });
    expect(idOf(fourth as never)).to.not.equal(idOf(first as never));
    // An attempt is written down when it is over, which its receiver knows before.
    const body = await until("every attempt is written down", async () => {
      const reply = await world.client.get(`/webhooks/${webhook.id}/deliveries`, { token: owner.token });
      return reply.body.data.length === 4 && reply.body;
    });
    const told = body.data.map((one: Record<string, unknown>) => [one.attempt, one.status, one.status_code]);
    expect(told).to.deep.equal([
      [1, "delivered", 204],
      [3, "delivered", 204],
      [2, "failed", 302],
      [1, "failed", 500],
    ]);
    expect(body.data[3]).to.deep.include({
      event_id: id,
      from_seq: 1,
      to_seq: 1,
      message_id: idOf(first as never),
    });
    expect(body.data[3].error).to.include("500");
    const pause = Date.parse(body.data[3].next_attempt_at) - Date.parse(body.data[3].attempted_at);
    expect(pause).to.be.within(4_900, 6_100);
  });

  it("wait as long as an endpoint asks them to, all of them", async () => {
    const { world, owner, receiver, event, book, complete } = sale();
    receiver.answer = (response, _, nth) =>
      (nth === 1 ? response.writeHead(429, { "retry-after": "3600" }) : response.writeHead(204)).end();
    const webhook = await world.webhook(owner, { url: receiver.url });
    const { id } = await event();
    await until("it was tried", () => receiver.received.length === 1, ARRIVAL_MS_MAX);
    const other = await event();
    await book(other.id);
    await sleep(2_500);
    expect(receiver.received).to.have.length(1);
    const { rows } = await world.pool.query(
      "select due_at - now() > interval '59 minutes' as waits from webhook_cursor where event_id = $1",
      [id],
    );
    expect(rows[0].waits).to.equal(true);
    await world.hasten(webhook.id);
    await Promise.all([complete(id), complete(other.id)]);
  });

  it("stop at once where an endpoint is gone, and go on where they stopped when it is back", async () => {
    const { world, owner, receiver, event, book, complete } = sale();
    receiver.answer = (response) => response.writeHead(410).end();
    const webhook = await world.webhook(owner, { url: receiver.url });
    const { id } = await event();
    const disabled = await until(
      "it is disabled",
      async () => {
        const { body } = await world.client.get(`/webhooks/${webhook.id}`, { token: owner.token });
        return body.data.is_active ? null : body.data;
      },
      ARRIVAL_MS_MAX,
    );
    expect(disabled).to.include({ disabled_reason: "gone" });
    expect(disabled.backlog).to.deep.equal({ outcomes: 1, events: 1 });
    const told = await until("its owner is told", async () => {
      const { rows } = await world.pool.query(
        "select data from notification where user_id = $1 and type = 'webhook_disabled'",
        [owner.userId],
      );
      return rows[0]?.data;
    });
    expect(told).to.include({ webhook_id: webhook.id, reason: "gone" });
    await book(id);
    await sleep(2_500);
    expect(receiver.received).to.have.length(1);
    receiver.answer = (response) => response.writeHead(200).end();
    const patched = await world.client.request("PATCH", `/webhooks/${webhook.id}`, {
      token: owner.token,
      body: { is_active: true },
    });
    expect(patched.body.data).to.include({ is_active: true, disabled_reason: null, disabled_at: null });
    await complete(id);
    expect(receiver.seqsOf(id)).to.deep.equal([1, 2]);
    expect(gapsIn(receiver.of(id))).to.deep.equal([]);
  });

  it("are given up for an endpoint that has failed for three days, not before", async () => {
    const { world, owner, receiver, event } = sale();
    receiver.answer = (response) => response.writeHead(500).end();
    const webhook = await world.webhook(owner, { url: receiver.url });
    const { id } = await event();
    const failFor = async (days: number, attempt: number) => {
      await until(
        "the failure is written down",
        async () => {
          const { rows } = await world.pool.query("select attempts from webhook_cursor where event_id = $1", [
            id,
          ]);
          return rows[0]?.attempts === attempt;
        },
        ARRIVAL_MS_MAX,
      );
      await world.pool.query(
        "update webhook_cursor set failing_since = now() - $2 * interval '1 day' where event_id = $1",
        [id, days],
      );
      await world.hasten(webhook.id);
    };
    await failFor(2.9, 1);
    await failFor(3, 2);
    const state = await until(
      "it is disabled",
      async () => {
        const { body } = await world.client.get(`/webhooks/${webhook.id}`, { token: owner.token });
        return body.data.is_active ? null : body.data;
      },
      ARRIVAL_MS_MAX,
    );
    expect(state.disabled_reason).to.equal("failing");
    expect(receiver.received).to.have.length(3);
  });

  it("are cut shorter for an endpoint that finds them too long", async () => {
    const { world, owner, receiver, event, rush } = sale();
    let refused = 0;
    receiver.answer = (response, { text }) => {
      const isTooLong = Buffer.byteLength(text) > 20_000;
      if (isTooLong) refused += 1;
      response.writeHead(isTooLong ? 413 : 204).end();
    };
    const { id } = await event();
    const webhook = await world.webhook(owner, { url: "http://127.0.0.1:1/", event_id: id });
    await rush(id, 200);
    await world.client.request("PATCH", `/webhooks/${webhook.id}`, {
      token: owner.token,
      body: { url: receiver.url, types: null },
    });
    const taken = () => receiver.of(id).filter(({ text }) => Buffer.byteLength(text) <= 20_000);
    const head = await world.headOf(id);
    await until(
      "it knows everything",
      async () => {
        await world.pool.query(
          `update webhook_cursor set due_at = now()
            where failing_since is not null and due_at > now() + interval '4 seconds' and to_seq is null`,
        );
        return taken().at(-1)?.body.data.to_seq === head;
      },
      ARRIVAL_MS_MAX,
    );
    expect(refused).to.be.within(1, 6);
    expect(gapsIn(taken())).to.deep.equal([]);
    expect(taken()[0]?.body.data.from_seq).to.equal(2);
  });

  it("reach others in time whatever one endpoint does to them", async () => {
    const { world, owner, receiver, event, complete } = sale();
    const hanging = await world.receiver();
    hanging.answer = () => undefined;
    const huge = await world.receiver();
    huge.answer = (response) => {
      response.writeHead(200);
      const pour = () => {
        while (!response.destroyed && response.write("x".repeat(65_536)));
      };
      response.on("drain", pour);
      pour();
    };
    const dripping = await world.receiver();
    dripping.answer = (response) => {
      response.writeHead(200);
      const drip = setInterval(() => response.write("."), 100);
      response.on("close", () => clearInterval(drip));
    };
    for (const { url } of [hanging, huge, dripping, receiver]) await world.webhook(owner, { url });
    const events = await Promise.all(Array.from({ length: 12 }, () => event()));
    for (const { id } of events) await complete(id);
    for (const { id } of events) await complete(id, huge);
    expect(hanging.underWayMost, "of one endpoint, only so many at once").to.be.at.most(4);
    expect(hanging.received.length, "and it keeps nobody else waiting").to.be.at.most(4);
    // What is poured out is not read to the end, and a 2xx is a 2xx.
    expect(huge.received).to.have.length(12);
  });
});
