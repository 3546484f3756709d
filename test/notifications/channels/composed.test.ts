import { randomBytes } from "node:crypto";
import { expect } from "chai";
import { composeChannels, vapidKeys } from "../../../src/api/channels.ts";
import type { Channel, Message, Recipient } from "../../../src/notifications/channel.ts";
import { loadConfig } from "../../../src/ops/config.ts";
import { GuardedFetch } from "../../../src/ops/guarded-fetch.ts";
import { createPool } from "../../../src/store/database.ts";
import { createTestDatabase, silent, type TestDatabase } from "../../support/postgres.ts";
import { MailServer } from "./mail-server.ts";
import { RESET_TOKEN } from "./mail-world.ts";
import { message, recipient } from "./people.ts";

type Env = Readonly<Record<string, string>>;

describe("the channels of an installation", () => {
  let database: TestDatabase;
  let pool: ReturnType<typeof createPool>;
  const fetch = new GuardedFetch({ allowPrivate: false });
  let lines: { readonly fields: object; readonly text: string }[];

  before(async () => {
    database = await createTestDatabase();
    pool = createPool({ url: database.url, name: "channels-test", max: 4, log: silent });
  });
  after(async () => {
    fetch.close();
    await pool.end();
    await database.drop();
  });
  beforeEach(() => {
    lines = [];
  });

  const channelsOf = async (env: Env): Promise<Readonly<Record<string, Channel>>> => {
    const config = loadConfig({ PAYMENT_PROVIDER: "test", ...env });
    const channels = composeChannels({
      config,
      log: { ...silent, info: (fields: object, text: string) => void lines.push({ fields, text }) },
      vapid: await vapidKeys({ config, pool }),
      fetch,
      traceHeaders: () => ({}),
      documentsOf: async () => null,
      eventOf: async () => null,
      resetTokenOf: () => RESET_TOKEN,
    });
    return Object.fromEntries(channels.map((channel) => [channel.name, channel]));
  };
  const deliver = async (env: Env, name: string, told: Message, whom: Recipient) =>
    (await channelsOf(env))[name]?.deliver(told, whom);

  it("are pushes, e-mail and SMS, in this order", async () => {
    expect(Object.keys(await channelsOf({}))).to.deep.equal(["push", "email", "sms"]);
  });

  it("that are not configured write one line, for development with the text", async () => {
    for (const name of ["email", "sms"]) {
      expect(await deliver({}, name, message(), recipient())).to.deep.equal({ type: "logged" });
    }
    const { notificationId, kind, title, text } = message();
    const ids = { notification_id: notificationId, kind, user_id: recipient().userId, title, text };
    expect(lines.map(({ fields }) => fields)).to.deep.equal([
      { ...ids, channel: "email" },
      { ...ids, channel: "sms" },
    ]);
  });

  it("that are not configured log ids and nothing else in production", async () => {
    const env = { NODE_ENV: "production", HOST: "127.0.0.1", JWT_SECRET: randomBytes(30).toString("base64") };
    for (const name of ["email", "sms"]) await deliver(env, name, message(), recipient());
    const { notificationId: notification_id, kind } = message();
    const ids = { notification_id, kind, user_id: recipient().userId };
    expect(lines.map(({ fields }) => fields)).to.deep.equal([
      { ...ids, channel: "email" },
      { ...ids, channel: "sms" },
    ]);
  });

  describe("where mails are not configured", () => {
    const reset = message({ kind: "password_reset", data: { reset_id: "r-1" } });
    const production = {
      NODE_ENV: "production",
      HOST: "127.0.0.1",
      JWT_SECRET: randomBytes(30).toString("base64"),
    };
    const PAGE = { PASSWORD_RESET_URL: "https://shop.example/reset" };

    for (const NODE_ENV of ["development", "test"]) {
      it(`log how a password is reset, as nobody could otherwise (${NODE_ENV})`, async () => {
        await deliver({ NODE_ENV }, "email", reset, recipient());
        const reset_at = "http://127.0.0.1:3000/api/v1/auth/reset-password";
        expect(lines[0]?.fields).to.include({ reset_code: RESET_TOKEN, reset_at });
        await deliver({ NODE_ENV, ...PAGE }, "email", reset, recipient());
        const reset_link = `${PAGE.PASSWORD_RESET_URL}#token=${encodeURIComponent(RESET_TOKEN)}`;
        expect(lines[1]?.fields).to.include({ reset_link }).and.not.to.have.property("reset_code");
      });
    }

    it("never log the code that resets a password in production", async () => {
      for (const env of [production, { ...production, ...PAGE }]) {
        await deliver(env, "email", reset, recipient());
      }
      expect(lines).to.have.length(2);
      expect(JSON.stringify(lines)).not.to.include(RESET_TOKEN).and.not.to.include("reset_");
    });

    it("log no code on other channels, nor of other messages", async () => {
      await deliver({}, "sms", reset, recipient());
      await deliver({}, "email", message({ data: { reset_id: "r-1" } }), recipient());
      expect(lines).to.have.length(2);
      expect(JSON.stringify(lines)).not.to.include(RESET_TOKEN);
    });
  });

  it("say of whom they would not lead to, configured or not", async () => {
    const nobody = recipient({ email: "none", phone: null });
    for (const name of ["email", "sms", "push"])
      expect((await deliver({}, name, message(), nobody))?.type).to.equal("unreachable");
    expect(lines).to.deep.equal([]);
  });

  it("send mails to the configured server, from the configured sender", async () => {
    const server = new MailServer();
    const env = {
      SMTP_URL: `smtp://127.0.0.1:${await server.listen()}`,
      MAIL_FROM: "Concert Hall <box@hall.example>",
    };
    const { email } = await channelsOf(env);
    const result = await email?.deliver(message(), recipient());
    await email?.close?.();
    const mail = await server.onlyMail();
    await server.close();
    expect(result?.type).to.equal("delivered");
    expect(mail.from).to.include({ name: "Concert Hall", address: "box@hall.example" });
    expect(mail.text).to.include("-- \nConcert Hall\n");
  });

  it("sign pushes with keys that are generated once, also by processes that start together", async () => {
    const config = loadConfig({});
    const [first, ...others] = await Promise.all([1, 2, 3].map(() => vapidKeys({ config, pool })));
    for (const keys of [...others, await vapidKeys({ config, pool })]) expect(keys).to.deep.equal(first);
    expect(first?.publicKey).to.match(/^[\w-]{87}$/);
  });

  it("sign pushes with the configured keys, if they are a pair", async () => {
    const { publicKey, privateKey } = await vapidKeys({ config: loadConfig({}), pool });
    const configured = { VAPID_PUBLIC_KEY: publicKey, VAPID_PRIVATE_KEY: privateKey };
    expect(await vapidKeys({ config: loadConfig(configured), pool })).to.deep.equal({
      publicKey,
      privateKey,
    });
    const wrong = { ...configured, VAPID_PUBLIC_KEY: `B${"A".repeat(86)}` };
    const error = await vapidKeys({ config: loadConfig(wrong), pool }).catch((thrown: Error) => thrown);
    expect(error).to.be.instanceOf(Error).with.property("message").that.includes("VAPID_PUBLIC_KEY");
  });
});
