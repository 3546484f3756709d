import { expect } from "chai";
import { importJWK, jwtVerify } from "jose";
import type { Message, PushSubscription } from "../../../src/notifications/channel.ts";
import { PushChannel } from "../../../src/notifications/channels/push.ts";
import {
  checkedVapidKeys,
  generateVapidKeys,
  readVapidKeys,
} from "../../../src/notifications/channels/vapid.ts";
import { GuardedFetch } from "../../../src/ops/guarded-fetch.ts";
import { EVENT_ID, message, NOTIFICATION_ID, recipient } from "./people.ts";
import { Browser, PushService } from "./push-service.ts";

const SUBJECT = "mailto:tickets@evently.example";
const NOW = Date.parse("2030-04-01T12:00:00Z");
const RECORD_BYTES_MAX = 4_096;

describe("a push", () => {
  const vapid = readVapidKeys(generateVapidKeys());
  let service: PushService;
  let fetch: GuardedFetch;

  beforeEach(async () => {
    service = new PushService();
    await service.listen();
    fetch = new GuardedFetch({ allowPrivate: true });
  });
  afterEach(async () => {
    fetch.close();
    await service.close();
  });

  const browser = (path: string) => new Browser(service.url + path);
  const pushTo = (subscriptions: readonly PushSubscription[], changes: Partial<Message> = {}) => {
    const channel = new PushChannel({ fetch, vapid, subject: SUBJECT, now: () => NOW, timeoutMs: 300 });
    return channel.deliver(message(changes), recipient({ pushSubscriptions: subscriptions }));
  };

  it("is read by the browser that it is for, and by no other", async () => {
    const [one, other] = [browser("/one"), browser("/other")];
    expect(await pushTo([one.subscription])).to.deep.equal({ type: "delivered", ref: "/messages/one" });
    const [{ headers, body }] = service.pushed as [(typeof service.pushed)[0]];
    expect(headers).to.include({ "content-encoding": "aes128gcm", ttl: "86400", urgency: "normal" });
    expect(JSON.parse(one.read(body))).to.deep.equal({
      notification_id: NOTIFICATION_ID,
      type: "booking_confirmed",
      title: message().title,
      message: message().text,
      event_id: EVENT_ID,
      data: message().data,
      created_at: "2030-04-01T12:00:00.000Z",
    });
    expect(() => other.read(body)).to.throw();
  });

  it("is signed for its push service with the keys that the browser subscribed with (RFC 8292)", async () => {
    await pushTo([browser("/one").subscription]);
    const authorization = service.pushed[0]?.headers.authorization ?? "";
    const [, token = "", key] = /^vapid t=([^,]+), k=(.+)$/.exec(authorization) ?? [];
    expect(key).to.equal(vapid.publicKey);
    const point = Buffer.from(vapid.publicKey, "base64url");
    const [x, y] = [point.subarray(1, 33), point.subarray(33)].map((part) => part.toString("base64url"));
    const publicKey = await importJWK({ kty: "EC", crv: "P-256", x: x ?? "", y: y ?? "" }, "ES256");
    const { payload } = await jwtVerify(token, publicKey, { audience: service.url });
    expect(payload.sub).to.equal(SUBJECT);
    expect((payload.exp ?? 0) * 1_000 - Date.now()).to.be.within(1, 24 * 3_600_000);
  });

  it("replaces itself when it is tried again after it was taken", async () => {
    const { subscription } = browser("/one");
    await pushTo([subscription]);
    await pushTo([subscription]);
    const topics = service.pushed.map(({ headers }) => headers.topic);
    expect(topics).to.deep.equal(Array(2).fill(NOTIFICATION_ID.replaceAll("-", "")));
  });

  it("lives as long as its kind is worth it, and never longer than what it is about", async () => {
    const { subscription } = browser("/one");
    const mannerOf = async (changes: Partial<Message>) => {
      await pushTo([subscription], changes);
      const { ttl, urgency } = service.pushed.at(-1)?.headers ?? {};
      return [ttl, urgency];
    };
    const until = (ms: number) => ({ data: { expires_at: new Date(NOW + ms).toISOString() } });
    expect(await mannerOf({ kind: "waitlist_promoted", ...until(90_000) })).to.deep.equal(["90", "high"]);
    expect(await mannerOf({ kind: "waitlist_promoted", ...until(-1) })).to.deep.equal(["0", "high"]);
    expect(await mannerOf({ kind: "refund_settled" })).to.deep.equal(["259200", "low"]);
    expect(await mannerOf({ kind: "something_sent_by_hand" })).to.deep.equal(["86400", "normal"]);
  });

  it("is small enough for every push service, however much it has to say", async () => {
    const one = browser("/one");
    const result = await pushTo([one.subscription], {
      title: "😀".repeat(5_000),
      text: `"\\${"界".repeat(5_000)}`,
      kind: "k".repeat(5_000),
      data: { blob: "x".repeat(5_000) },
    });
    expect(result.type).to.equal("delivered");
    const body = service.pushed[0]?.body ?? Buffer.alloc(0);
    expect(body.byteLength).to.be.at.most(RECORD_BYTES_MAX);
    const read = JSON.parse(one.read(body));
    expect(Buffer.byteLength(JSON.stringify(read))).to.be.at.most(3_072);
    expect(read.data).to.deep.equal({});
    expect(read.title.isWellFormed()).to.equal(true);
  });

  it("to a subscription that is gone says so, also when another browser of the person got it", async () => {
    const [here, gone404, gone410] = [browser("/here"), browser("/404"), browser("/410")];
    service.answers.set("/404", { status: 404 });
    service.answers.set("/410", { status: 410 });
    const gone = [gone404.subscription, gone410.subscription];
    expect(await pushTo(gone)).to.deep.equal({
      type: "refused",
      reason: "the push service answered 404; the push service answered 410",
      gone,
    });
    expect(await pushTo([gone410.subscription, here.subscription])).to.deep.equal({
      type: "delivered",
      ref: "/messages/here",
      gone: [gone410.subscription],
    });
  });

  it("is tried again when the service is busy, not before it says", async () => {
    const { subscription } = browser("/busy");
    const date = new Date(NOW + 60_000).toUTCString();
    for (const [header, ms] of [
      ["120", 120_000],
      [date, 60_000],
      ["soon", null],
    ] as const) {
      service.answers.set("/busy", { status: 429, headers: { "retry-after": header } });
      const reason = "the push service answered 429";
      expect(await pushTo([subscription])).to.deep.equal({ type: "failed", reason, retryAfterMs: ms });
    }
    service.answers.set("/busy", { status: 503 });
    expect(await pushTo([subscription])).to.include({ type: "failed", retryAfterMs: null });
  });

  it("is tried again when the service is silent or away", async () => {
    service.answers.set("/silent", { status: 0, isSilent: true });
    expect(await pushTo([browser("/silent").subscription])).to.include({ type: "failed" });
    expect(await pushTo([new Browser("http://127.0.0.1:1/x").subscription])).to.include({ type: "failed" });
  });

  it("is refused with any other no, and does not follow anybody elsewhere", async () => {
    service.answers.set("/no", { status: 403 });
    service.answers.set("/elsewhere", { status: 307, headers: { location: `${service.url}/one` } });
    const refused = await pushTo([browser("/no").subscription]);
    expect(refused).to.deep.equal({ type: "refused", reason: "the push service answered 403" });
    expect((await pushTo([browser("/elsewhere").subscription])).type).to.equal("refused");
    expect(service.pushed.map(({ path }) => path)).to.deep.equal(["/no", "/elsewhere"]);
  });

  it("goes to no address that is private, or not https, where that is not configured", async () => {
    const guarded = new GuardedFetch({ allowPrivate: false });
    const channel = new PushChannel({ fetch: guarded, vapid, subject: SUBJECT, now: () => NOW });
    const { port } = new URL(service.url);
    for (const endpoint of [
      service.url,
      `https://127.0.0.1:${port}/`,
      "https://169.254.169.254/",
      "nonsense",
    ]) {
      const { subscription } = new Browser(endpoint);
      const result = await channel.deliver(message(), recipient({ pushSubscriptions: [subscription] }));
      expect(result.type, endpoint).to.equal("refused");
    }
    guarded.close();
    expect(service.pushed).to.have.length(0);
  });

  it("cannot be made for keys that are none, which are as good as gone", async () => {
    const bad = {
      endpoint: `${service.url}/one`,
      p256dh: Buffer.alloc(65, 4).toString("base64url"),
      auth: "x",
    };
    const { auth } = browser("/one").subscription;
    expect(await pushTo([bad])).to.deep.equal({
      type: "refused",
      reason: "the keys are not usable",
      gone: [bad],
    });
    expect((await pushTo([{ ...bad, auth }])).type).to.equal("refused");
    expect(service.pushed).to.have.length(0);
  });

  it("does not lead to who has no browser subscribed, and never carries a secret", async () => {
    expect((await pushTo([])).type).to.equal("unreachable");
    const { subscription } = browser("/one");
    expect((await pushTo([subscription], { kind: "password_reset" })).type).to.equal("unreachable");
    expect(service.pushed).to.have.length(0);
  });

  it("is not signed with keys that do not belong together", () => {
    const other = readVapidKeys(generateVapidKeys());
    expect(checkedVapidKeys(vapid)).to.deep.equal(vapid);
    expect(() => checkedVapidKeys({ ...vapid, publicKey: other.publicKey })).to.throw("VAPID_PUBLIC_KEY");
  });
});
