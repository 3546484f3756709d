import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { createServer } from "node:net";
import { expect } from "chai";
import type { DeliveryResult } from "../../../src/notifications/channel.ts";
import { resultOfMailError } from "../../../src/notifications/channels/mail-errors.ts";
import { MailServer, type Trouble } from "./mail-server.ts";
import { type CarrierOptions, emailTo } from "./mail-world.ts";
import { message, recipient } from "./people.ts";

describe("a mail server that does not take a mail", () => {
  let server: MailServer;
  let port: number;

  beforeEach(async () => {
    server = new MailServer();
    port = await server.listen();
  });
  afterEach(() => server.close());

  const sendTo = async (options: Partial<CarrierOptions> = {}) => {
    const channel = emailTo({ port, ...options });
    const result = await channel.deliver(message(), recipient());
    channel.close();
    return result;
  };
  const metWith = async (trouble: Trouble): Promise<DeliveryResult> => {
    server.trouble(trouble);
    return await sendTo();
  };

  it("refuses it for good with 5yz to the recipient or to the content", async () => {
    for (const at of ["rcpt", "data"] as const) {
      const result = await metWith({ at, code: 550, text: "5.1.1 <jo@example.com> user unknown" });
      expect(result.type, at).to.equal("refused");
      expect(result).to.have.property("reason").that.includes("550").and.includes("user unknown");
      expect(result).to.have.property("reason").that.does.not.include("jo@");
    }
  });

  it("is asked again after 4yz, whatever the step", async () => {
    for (const at of ["connect", "mail", "rcpt", "data"] as const) {
      const result = await metWith({ at, code: 451, text: "4.7.1 greylisted" });
      expect(result, at).to.include({ type: "failed", retryAfterMs: null });
    }
    expect(server.arrived).to.have.length(0);
    expect((await sendTo()).type).to.equal("delivered");
  });

  it("is asked again after 5yz that is about us: the sender, our login, our address", async () => {
    expect((await metWith({ at: "mail", code: 550, text: "sender not allowed" })).type).to.equal("failed");
    expect((await metWith({ at: "connect", code: 554, text: "blocked" })).type).to.equal("failed");
    const login = encodeURIComponent("mailer@shop.example");
    const result = await sendTo({ login: `${login}:wrong@` });
    expect(result.type).to.equal("failed");
    expect(JSON.stringify(result)).not.to.match(/wrong|mailer|shop/);
  });

  it("is given up on when it is silent, and asked again", async () => {
    server.trouble({ at: "data", silentMs: 5_000 });
    const startedMs = performance.now();
    const result = await sendTo({ limits: { deliveryMsMax: 300 } });
    expect(performance.now() - startedMs).to.be.below(2_000);
    expect(result).to.deep.equal({
      type: "failed",
      reason: "the mail server took too long",
      retryAfterMs: null,
    });
  });

  it("is given up on when it never greets", async () => {
    const mute = createServer().listen(0, "127.0.0.1");
    await once(mute, "listening");
    const { port: mutePort } = mute.address() as AddressInfo;
    const result = await sendTo({ port: mutePort, limits: { connectMsMax: 200 } });
    mute.close();
    expect(result.type).to.equal("failed");
  });

  it("is asked again when nobody listens, or the connection breaks", async () => {
    const closed = createServer().listen(0, "127.0.0.1");
    await once(closed, "listening");
    const { port: nobody } = closed.address() as AddressInfo;
    closed.close();
    expect(await sendTo({ port: nobody })).to.include({
      type: "failed",
      reason: "the mail server was not reached: ESOCKET",
    });
    const breaking = createServer((socket) => socket.destroy()).listen(0, "127.0.0.1");
    await once(breaking, "listening");
    const result = await sendTo({ port: (breaking.address() as AddressInfo).port });
    breaking.close();
    expect(result.type).to.equal("failed");
  });

  it("gets a few mails at once over connections that are kept, however many there are", async () => {
    const channel = emailTo({ port });
    const sent = Array.from({ length: 12 }, () => channel.deliver(message(), recipient()));
    const results = await Promise.all(sent);
    channel.close();
    expect(results.map(({ type }) => type)).to.deep.equal(Array(12).fill("delivered"));
    expect(server.mostAtOnce).to.be.at.most(2);
    expect(server.connections).to.equal(2);
  });

  it("logs in with a user and password in percent-encoding", async () => {
    await sendTo({ login: "mailer%40shop:s3cret%40word@" });
    expect(server.arrived[0]?.login).to.equal("mailer@shop");
  });

  it("a bug is no answer of a server, and thrown", () => {
    expect(() => resultOfMailError(new TypeError("x is undefined"))).to.throw("x is undefined");
  });
});
