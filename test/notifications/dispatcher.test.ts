import { setTimeout as sleep } from "node:timers/promises";
import { expect } from "chai";
import type { DeliveryResult } from "../../src/notifications/channel.ts";
import { changePreferences } from "../../src/store/notifications/preferences.ts";
import {
  deletePushSubscription,
  savePushSubscription,
} from "../../src/store/notifications/push-subscriptions.ts";
import { until } from "../support/until.ts";
import { BUSY, FakeChannel, NOBODY, never, World } from "./world.ts";

/** Mails that one process hands over at once. */
const OUTSIDE_AT_ONCE = 8;

describe("the dispatcher", () => {
  let world: World;
  before(async () => {
    world = await World.create();
  });
  afterEach(() => world.stop());
  after(() => world.end());

  it("uses every channel that is wanted for a kind, and none else", async () => {
    const [websocket, email, sms] = [
      new FakeChannel("websocket"),
      new FakeChannel("email"),
      new FakeChannel("sms"),
    ];
    world.dispatch([websocket, email, sms]);
    const userId = await world.person();
    const id = await world.tell(userId, { data: { booking_id: "b" } });
    expect(await world.settled(id)).to.have.members(["websocket delivered", "email delivered"]);
    expect(email.given).to.have.length(1);
    expect(email.given[0]?.message).to.deep.include({
      notificationId: id,
      kind: "system_alert",
      title: "A title",
      text: "A text",
      eventId: null,
      data: { booking_id: "b" },
    });
    expect(email.given[0]?.recipient).to.deep.include({ userId, email: `${userId}@example.com` });
    expect(sms.given).to.deep.equal([]);
  });

  it("uses what a person prefers, and never what they switched off", async () => {
    world.dispatch([never("sms", NOBODY), never("push", NOBODY)]);
    const userId = await world.person();
    await changePreferences(world.pool, userId, {
      system_alert: { websocket: null, email: false, sms: true },
    });
    // sms leads nowhere; websocket is next, and has not been switched off.
    expect(await world.settled(await world.tell(userId))).to.deep.equal([
      "sms unreachable",
      "websocket delivered",
    ]);
    // Whoever sends by hand chooses channels, but not against the person.
    expect(await world.settled(await world.tell(userId, { channels: ["email"] }))).to.deep.equal([]);
    expect(await world.settled(await world.tell(userId, { channels: ["email", "push"] }))).to.deep.equal([
      "push unreachable",
      "websocket delivered",
    ]);
  });

  it("fails over in order, one channel after the other, until one reaches the person", async () => {
    const websocket = never("websocket", NOBODY);
    const push = never("push", { type: "refused", reason: "gone" });
    const email = new FakeChannel("email");
    const sms = new FakeChannel("sms");
    world.dispatch([websocket, push, email, sms]);
    const id = await world.tell(await world.person(), { channels: ["websocket"] });
    await until("the third channel", async () => (await world.settled(id)).length === 3);
    expect(await world.settled(id)).to.deep.equal([
      "websocket unreachable",
      "push refused",
      "email delivered",
    ]);
    expect((await world.rows(id)).map(({ is_fail_over }) => is_fail_over)).to.deep.equal([false, true, true]);
    expect(sms.given).to.deep.equal([]);
  });

  it("does not fail over as long as one channel has reached the person or still may", async () => {
    let isBusy = true;
    const email = new FakeChannel("email", () => (isBusy ? BUSY : { type: "logged" }));
    const push = new FakeChannel("push");
    world.dispatch([never("websocket", NOBODY), email, push], {
      attemptsMax: 100,
      retryMs: 20,
      retryMsMax: 20,
    });
    const id = await world.tell(await world.person());
    await until("some retries", () => email.given.length > 3);
    expect(push.given).to.deep.equal([]);
    isBusy = false;
    expect(await world.settled(id)).to.have.members(["websocket unreachable", "email logged"]);
    expect(push.given).to.deep.equal([]);
  });

  it("fails over once when two last channels end at the same moment", async () => {
    const [push, sms] = [new FakeChannel("push"), new FakeChannel("sms")];
    world.dispatch([never("websocket", NOBODY), never("email", NOBODY), push, sms]);
    const people = await Promise.all(Array.from({ length: 40 }, () => world.person()));
    const ids = await Promise.all(people.map((userId) => world.tell(userId)));
    await until("all pushes", () => push.given.length >= ids.length);
    for (const id of ids) {
      await until("its end", async () => (await world.settled(id)).length === 3);
      expect(await world.settled(id)).to.include("push delivered");
    }
    expect(push.given).to.have.length(ids.length);
    expect(sms.given).to.deep.equal([]);
  });

  it("hurries nobody outside: what ends here is carried all at once, what others carry on a few at a time", async () => {
    const open = () => new Promise<DeliveryResult>((resolve) => void ends.push(resolve));
    const ends: ((result: DeliveryResult) => void)[] = [];
    const outside = new FakeChannel("email", open);
    const logged = new FakeChannel("sms", open, { isLocal: true });
    world.dispatch([outside, logged]);
    const people = await Promise.all(Array.from({ length: 100 }, () => world.person()));
    await Promise.all(people.map((userId) => world.tell(userId, { channels: ["email", "sms"] })));
    await until("all that end here", () => logged.given.length === people.length);
    await until("some of the others", () => outside.given.length >= OUTSIDE_AT_ONCE);
    expect(outside.given).to.have.length(OUTSIDE_AT_ONCE);
    for (; outside.given.length < people.length; await sleep(1))
      for (const end of ends.splice(0)) end({ type: "logged" });
    for (const end of ends.splice(0)) end({ type: "logged" });
  });

  it("keeps internal kinds to their own channel, and tells deactivated people nothing", async () => {
    const [push, sms] = [new FakeChannel("push"), new FakeChannel("sms")];
    world.dispatch([never("email", NOBODY), push, sms]);
    const reset = await world.tell(await world.person(), { kind: "password_reset", data: { reset_id: "r" } });
    expect(await world.settled(reset)).to.deep.equal(["email unreachable"]);
    const gone = await world.person({ isActive: false });
    const id = await world.tell(gone, { channels: ["sms"] });
    await until("all channels", async () => (await world.settled(id)).length === 4);
    expect(new Set((await world.settled(id)).map((row) => row.split(" ")[1]))).to.deep.equal(
      new Set(["refused"]),
    );
    expect([...push.given, ...sms.given]).to.deep.equal([]);
  });

  it("hands over a person's push subscriptions and forgets those that are gone", async () => {
    const [one, two] = ["one", "two"].map((name) => ({
      endpoint: `https://push.example.com/${name}`,
      p256dh: "p",
      auth: "a",
    })) as [
      { endpoint: string; p256dh: string; auth: string },
      { endpoint: string; p256dh: string; auth: string },
    ];
    const userId = await world.person();
    for (const subscription of [one, two]) await savePushSubscription(world.pool, userId, subscription);
    const push = new FakeChannel("push", () => ({ type: "refused", reason: "410", gone: [one] }));
    world.dispatch([push]);
    const id = await world.tell(userId, { channels: ["push"] });
    await world.settled(id);
    expect(push.given[0]?.recipient.pushSubscriptions).to.have.deep.members([one, two]);
    expect(await deletePushSubscription(world.pool, userId, one.endpoint)).to.equal(false);
    expect(await deletePushSubscription(world.pool, userId, two.endpoint)).to.equal(true);
  });
});
