import tls from "node:tls";
import { expect } from "chai";
import { tlsRuleOf } from "../../../src/notifications/channels/smtp.ts";
import { CERTIFICATE, CERTIFICATE_KEY } from "./certificate.ts";
import { MailServer } from "./mail-server.ts";
import { type CarrierOptions, emailTo } from "./mail-world.ts";
import { message, recipient } from "./people.ts";

const LOGIN = "mailer:s3cret%40word@";
const OWN_CERTIFICATE = { cert: CERTIFICATE, key: CERTIFICATE_KEY };

describe("a mail on its way", () => {
  const trusted = tls.getCACertificates();
  let server: MailServer;

  afterEach(async () => {
    tls.setDefaultCACertificates(trusted);
    await server.close();
  });

  const send = async (options: Omit<CarrierOptions, "port">) => {
    const channel = emailTo({ port: await server.listen(), login: LOGIN, ...options });
    const result = await channel.deliver(message(), recipient());
    channel.close();
    return result;
  };

  it("is encrypted with a certificate that is trusted, by STARTTLS", async () => {
    tls.setDefaultCACertificates([...trusted, CERTIFICATE]);
    server = new MailServer({ ...OWN_CERTIFICATE, disabledCommands: [] });
    expect((await send({ tls: "required" })).type).to.equal("delivered");
    expect(server.arrived[0]).to.include({ isEncrypted: true, login: "mailer" });
  });

  it("is encrypted from the first byte with smtps", async () => {
    tls.setDefaultCACertificates([...trusted, CERTIFICATE]);
    server = new MailServer({ ...OWN_CERTIFICATE, secure: true });
    expect((await send({ tls: "required", scheme: "smtps" })).type).to.equal("delivered");
    expect(server.arrived[0]).to.include({ isEncrypted: true, login: "mailer" });
  });

  it("does not leave, nor does the password, where TLS is required and not offered", async () => {
    const logins: unknown[] = [];
    server = new MailServer({
      onAuth: (auth, _session, done) => {
        logins.push(auth);
        done(null, { user: "anybody" });
      },
    });
    expect((await send({ tls: "required" })).type).to.equal("failed");
    expect(server.arrived).to.have.length(0);
    expect(logins).to.have.length(0);
  });

  it("does not leave where the certificate is not trusted, also where TLS is optional", async () => {
    server = new MailServer({ ...OWN_CERTIFICATE, disabledCommands: [] });
    expect((await send({ tls: "required" })).type).to.equal("failed");
    await server.close();
    server = new MailServer({ ...OWN_CERTIFICATE, disabledCommands: [] });
    expect((await send({ tls: "optional" })).type).to.equal("failed");
    expect(server.arrived).to.have.length(0);
  });

  it("leaves in the clear where that is configured and the server has nothing better", async () => {
    server = new MailServer();
    expect((await send({ tls: "optional" })).type).to.equal("delivered");
    expect(server.arrived[0]?.isEncrypted).to.equal(false);
  });

  it("needs no TLS on this machine, whatever the server there offers", async () => {
    server = new MailServer({ ...OWN_CERTIFICATE, disabledCommands: [] });
    expect((await send({ tls: "unneeded", login: "" })).type).to.equal("delivered");
    for (const host of ["localhost", "127.0.0.1", "127.1.2.3", "[::1]"])
      expect(tlsRuleOf(`smtp://${host}:25`, "required"), host).to.equal("unneeded");
    for (const host of ["mail.example.com", "10.0.0.1", "127.0.0.1.example.com", "localhost.example.com"])
      expect(tlsRuleOf(`smtp://u:p@${host}`, "required"), host).to.equal("required");
  });
});
