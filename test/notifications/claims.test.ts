import { randomUUIDv7 } from "node:crypto";
import { expect } from "chai";
import type { ChannelName } from "../../src/notifications/channel.ts";
import type { NewNotification } from "../../src/notifications/notifier.ts";
import { claimDeliveries } from "../../src/store/notifications/deliveries.ts";
import { notificationOf } from "../../src/store/notifications/notifier.ts";
import { saveNotifications } from "../../src/store/notifications/save.ts";
import { recordVerdicts } from "../../src/store/notifications/verdicts.ts";
import { until } from "../support/until.ts";
import { FakeChannel, World } from "./world.ts";

describe("the dispatcher among others", () => {
  let world: World;
  before(async () => {
    world = await World.create();
  });
  afterEach(() => world.stop());
  after(() => world.end());

  it("shares work between processes: each delivery is carried once", async () => {
    const [here, there] = [new FakeChannel("email"), new FakeChannel("email")];
    const userId = await world.person();
    const ids = await Promise.all(
      Array.from({ length: 400 }, () => world.tell(userId, { channels: ["email"] })),
    );
    world.dispatch([here]);
    world.dispatch([there]);
    await until("all mails", () => here.given.length + there.given.length >= ids.length, 10_000);
    for (const id of ids) await world.settled(id);
    const carried = [...here.given, ...there.given].map(({ message }) => message.notificationId);
    expect(carried).to.have.members(ids);
    expect(carried).to.have.length(ids.length);
    expect(Math.min(here.given.length, there.given.length)).to.be.above(0);
  });

  it("takes over what a process had claimed that is gone, and ignores what that one says later", async () => {
    const userId = await world.person();
    const id = await world.tell(userId, { channels: ["email"] });
    const claimed = await claimDeliveries(world.pool, "email", { max: 10, leaseMs: 300 });
    expect(claimed).to.have.length(1);
    const email = new FakeChannel("email", () => ({ type: "delivered", ref: "second" }));
    const dispatcher = world.dispatch([email]);
    dispatcher.hint();
    expect(email.given).to.deep.equal([]);
    expect(await world.settled(id)).to.deep.equal(["email delivered"]);
    const late = { status: "dead", againInMs: null, ref: null, error: "late", gone: [] } as const;
    await recordVerdicts(
      world.pool,
      claimed.map((delivery) => ({ ...late, delivery })),
    );
    expect(await world.settled(id)).to.deep.equal(["email delivered"]);
    expect((await world.rows(id))[0]).to.include({ attempts: 2, error: null });
  });

  it("gives back what it has not begun when it is told to stop", async () => {
    let release = () => {};
    const held = new Promise<void>((resolve) => {
      release = resolve;
    });
    const email = new FakeChannel("email", async () => {
      await held;
      return { type: "delivered", ref: null };
    });
    const userId = await world.person();
    const ids = await Promise.all(
      Array.from({ length: 30 }, () => world.tell(userId, { channels: ["email"] })),
    );
    const dispatcher = world.dispatch([email]);
    await until("some under way", () => email.given.length > 0);
    const closing = dispatcher.close();
    release();
    await closing;
    const begun = new Set(email.given.map(({ message }) => message.notificationId));
    expect(begun.size).to.be.within(1, ids.length - 1);
    for (const id of ids) {
      const [row] = await world.rows(id);
      expect(row).to.include(
        begun.has(id) ? { status: "delivered", attempts: 1 } : { status: "queued", attempts: 0 },
      );
    }
    world.dispatch();
    for (const id of ids) expect(await world.settled(id)).to.deep.equal(["email delivered"]);
  });

  it("is handed what is written down here, claimed already, and looks for nothing", async () => {
    const [email, sms] = [new FakeChannel("email", undefined, { isLocal: true }), new FakeChannel("sms")];
    const dispatcher = world.dispatch([email, sms]);
    const told = await notifications(100, ["email", "sms"]);
    let claimed: readonly string[] = [];
    await dispatcher.handOver(told.length, async (claim) => {
      expect(claim.channels, "texts go out a few at a time").to.include("email").and.not.include("sms");
      const deliveries = await saveNotifications(world.pool, told, claim);
      claimed = deliveries.map(({ channel }) => channel);
      expect(
        (await world.rows(told[0]?.id ?? "")).map(({ channel, attempts }) => [channel, attempts]),
      ).to.have.deep.members([
        ["email", 1],
        ["sms", 0],
      ]);
      return deliveries;
    });
    expect(claimed).to.deep.equal(told.map(() => "email"));
    expect(email.given, "at once").to.have.length(told.length);
    for (const { id } of told) {
      expect(await world.settled(id)).to.have.members(["email delivered", "sms delivered"]);
      for (const row of await world.rows(id)) expect(row).to.include({ attempts: 1 });
    }
    const looked = new Map(
      sms.given.map(({ message, recipient }) => [message.notificationId, { message, recipient }]),
    );
    for (const { message, recipient } of email.given)
      expect({ message, recipient }).to.deep.equal(looked.get(message.notificationId));
    expect([email.given.length, sms.given.length]).to.deep.equal([told.length, told.length]);
  });

  it("takes over what was claimed as it was written down by a process that is gone", async () => {
    const told = await notifications(5, ["email"]);
    await saveNotifications(world.pool, told, { channels: ["email"], leaseMs: 300 });
    const email = new FakeChannel("email");
    world.dispatch([email]);
    for (const { id } of told) {
      expect(await world.settled(id)).to.deep.equal(["email delivered"]);
      expect((await world.rows(id))[0]).to.include({ attempts: 2 });
    }
    expect(email.given).to.have.length(told.length);
  });

  it("hands over nothing past those that wait in the database", async () => {
    const held = Promise.withResolvers<void>();
    const email = new FakeChannel("email", async () => {
      await held.promise;
      return { type: "delivered", ref: null };
    });
    await saveNotifications(world.pool, await notifications(64, ["email"]));
    const dispatcher = world.dispatch([email]);
    await until("some under way", () => email.given.length > 0);
    let offered: readonly string[] = ["none"];
    await dispatcher.handOver(1, async ({ channels }) => {
      offered = channels;
      return [];
    });
    expect(offered).to.not.include("email");
    held.resolve();
  });

  async function notifications(
    count: number,
    channels: readonly ChannelName[],
  ): Promise<readonly NewNotification[]> {
    const userId = await world.person({ phone: "+1234567890" });
    const telling = {
      userId,
      kind: "system_alert",
      title: "A title",
      text: "A text",
      data: { a: 1 },
      channels,
    };
    return Array.from({ length: count }, () => notificationOf(randomUUIDv7(), telling));
  }
});
