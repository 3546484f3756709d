import { expect } from "chai";
import { retryDead } from "../../src/store/notifications/dead-letters.ts";
import { until } from "../support/until.ts";
import { BUSY, FakeChannel, NOBODY, never, World } from "./world.ts";

describe("the dispatcher of what fails", () => {
  let world: World;
  before(async () => {
    world = await World.create();
  });
  afterEach(() => world.stop());
  after(() => world.end());

  it("tries again with growing pauses, not before the carrier says so, and writes every attempt down", async () => {
    let tries = 0;
    const email = new FakeChannel("email", () => {
      tries += 1;
      if (tries === 1) return BUSY;
      if (tries === 2) return { type: "failed", reason: "slow down", retryAfterMs: 300 };
      return { type: "delivered", ref: "250 ok" };
    });
    world.dispatch([email], { attemptsMax: 5, retryMs: 50, retryMsMax: 400 });
    const id = await world.tell(await world.person(), { channels: ["email"] });
    expect(await world.settled(id)).to.deep.equal(["email delivered"]);
    const [first, second, third] = email.given.map(({ at }) => at);
    expect(Number(second) - Number(first)).to.be.at.least(25);
    expect(Number(third) - Number(second)).to.be.at.least(300);
    const { rows } = await world.pool.query(
      "select attempt, result, error, provider_ref from notification_attempt where notification_id = $1 order by attempt",
      [id],
    );
    expect(rows).to.deep.equal([
      { attempt: 1, result: "failed", error: "busy", provider_ref: null },
      { attempt: 2, result: "failed", error: "slow down", provider_ref: null },
      { attempt: 3, result: "delivered", error: null, provider_ref: "250 ok" },
    ]);
  });

  it("gives up after so many attempts, fails over, and tries anew when asked to", async () => {
    let isBusy = true;
    const email = new FakeChannel("email", () => (isBusy ? BUSY : { type: "delivered", ref: null }));
    world.dispatch([email, never("websocket", NOBODY), never("push", NOBODY), never("sms", NOBODY)]);
    const id = await world.tell(await world.person(), { channels: ["email"] });
    await until("the last channel", async () => (await world.settled(id)).length === 4);
    expect((await world.settled(id)).toSorted()).to.deep.equal([
      "email dead",
      "push unreachable",
      "sms unreachable",
      "websocket unreachable",
    ]);
    expect(email.given).to.have.length(3);
    isBusy = false;
    expect(await retryDead(world.pool, { notificationId: id, channel: "sms" })).to.deep.equal([]);
    expect(await retryDead(world.pool, { notificationId: id, channel: null })).to.deep.equal(["email"]);
    expect(await world.settled(id)).to.include("email delivered");
    expect((await world.rows(id)).find(({ channel }) => channel === "email")).to.include({ attempts: 4 });
  });

  it("survives a channel with a bug, and does not send what came too late", async () => {
    const email = new FakeChannel("email", () => {
      throw new Error("a bug");
    });
    const sms = new FakeChannel("sms");
    world.dispatch([email, sms, never("websocket", NOBODY), never("push", NOBODY)]);
    const id = await world.tell(await world.person(), { channels: ["email"] });
    await until("the text message", async () => (await world.settled(id)).length === 4);
    expect((await world.rows(id)).find(({ channel }) => channel === "email")).to.include({
      status: "dead",
      error: "Error: a bug",
    });
    const late = await world.tell(await world.person(), {
      channels: ["sms"],
      data: { expires_at: new Date(Date.now() - 1_000).toISOString() },
    });
    await until("all channels", async () => (await world.settled(late)).length === 4);
    expect((await world.rows(late)).every(({ status }) => status === "refused")).to.equal(true);
    expect(sms.given.map(({ message }) => message.notificationId)).to.deep.equal([id]);
  });
});
