import { createECDH, randomBytes } from "node:crypto";
import { expect } from "chai";
import { until } from "../support/until.ts";
import { type Person, sharedSystem } from "./shared-system.ts";

const PATH = "/users/notification-preferences";
const SUBSCRIPTIONS = "/users/push-subscriptions";

describe("how people want to be told", () => {
  const system = sharedSystem();

  const preferences = async ({ token }: Person) => (await system().client.get(PATH, { token })).body.data;
  const put = ({ token }: Person, body: unknown) => system().client.request("PUT", PATH, { token, body });

  it("is the kind's default until they say otherwise, kind by kind and channel by channel", async () => {
    const person = await system().person();
    const before = await preferences(person);
    expect(before.preferences.waitlist_promoted).to.deep.equal({
      websocket: true,
      push: true,
      email: true,
      sms: null,
    });
    expect(before.mandatory).to.include("password_changed");
    const changed = await put(person, { preferences: { waitlist_promoted: { sms: true, email: false } } });
    expect(changed.status).to.equal(200);
    const after = await preferences(person);
    expect(after.preferences.waitlist_promoted).to.deep.equal({
      websocket: true,
      push: true,
      email: false,
      sms: true,
    });
    expect(after.preferences.booking_confirmed).to.deep.equal(before.preferences.booking_confirmed);
    // What is shown can be sent back, and changes nothing.
    expect((await put(person, { preferences: after.preferences })).body.data).to.deep.equal(after);
    const back = await put(person, { preferences: { ...after.preferences, waitlist_promoted: null } });
    expect(back.body.data.preferences.waitlist_promoted).to.deep.equal(before.preferences.waitlist_promoted);
  });

  it("cannot be switched off for the safety of the account, nor set for what there is not", async () => {
    const person = await system().person();
    const mandatory = await put(person, { preferences: { password_changed: { email: false } } });
    expect(mandatory.status).to.equal(400);
    expect(mandatory.body.details["preferences.password_changed"]).to.contain("cannot be changed");
    const bad: [unknown, string][] = [
      [{ preferences: { pigeons: { email: true } } }, "preferences.pigeons"],
      [{ preferences: { event_update: { pigeon: true } } }, "preferences.event_update.pigeon"],
      [{ preferences: { event_update: { email: "yes" } } }, "preferences.event_update.email"],
      [{}, "preferences"],
    ];
    for (const [body, field] of bad) {
      const reply = await put(person, body);
      expect([reply.status, Object.keys(reply.body.details)]).to.deep.equal([400, [field]]);
    }
    expect((await system().client.get(PATH)).status).to.equal(401);
  });

  it("decides how a booking is told", async () => {
    const person = await system().person();
    await put(person, {
      preferences: { booking_confirmed: { websocket: false, email: false, push: false, sms: false } },
    });
    const event = await system().event();
    expect((await system().client.book(person.token, event.id, 1)).status).to.equal(201);
    const [told] = await until("the notification", async () => {
      const { body } = await system().client.get(`/notifications/user/${person.userId}`, {
        token: person.token,
      });
      return body.count === 1 && body.data;
    });
    expect(told).to.deep.include({ type: "booking_confirmed", status: "stored", deliveries: [] });
  });

  it("takes the subscriptions of browsers, and gives them up again", async () => {
    const { client } = system();
    const [one, other] = (await system().people(2)) as [Person, Person];
    const key = await client.get("/notifications/push-key");
    expect(Buffer.from(key.body.data.public_key, "base64url")).to.have.length(65);
    const subscription = {
      endpoint: `https://push.example.com/send/${randomBytes(8).toString("hex")}`,
      expirationTime: null,
      keys: {
        p256dh: createECDH("prime256v1").generateKeys("base64url"),
        auth: randomBytes(16).toString("base64url"),
      },
    };
    const subscribe = (body: unknown) => client.post(SUBSCRIPTIONS, body, { token: one.token });
    expect((await subscribe(subscription)).status).to.equal(201);
    expect((await subscribe(subscription)).status).to.equal(201);
    const stored = async () =>
      (await system().pool.query("select * from push_subscription where user_id = $1", [one.userId])).rows;
    expect(await stored()).to.have.length(1);
    for (const endpoint of [
      "http://push.example.com/x",
      "https://127.0.0.1/x",
      "https://[::1]/x",
      "https://localhost/x",
      "https://db.internal/x",
      "https://user:password@push.example.com/x",
      "nonsense",
    ]) {
      expect((await subscribe({ ...subscription, endpoint })).status, endpoint).to.equal(400);
    }
    const keys = { ...subscription.keys, auth: "dG9vIHNob3J0" };
    expect((await subscribe({ ...subscription, keys })).body.details).to.have.keys("keys.auth");
    const unsubscribe = ({ token }: Person) =>
      client.request("DELETE", SUBSCRIPTIONS, { token, body: { endpoint: subscription.endpoint } });
    expect((await unsubscribe(other)).status).to.equal(404);
    expect((await unsubscribe(one)).status).to.equal(200);
    expect((await unsubscribe(one)).status).to.equal(404);
    expect(await stored()).to.deep.equal([]);
  });
});
