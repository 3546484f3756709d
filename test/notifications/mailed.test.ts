import { expect } from "chai";
import PostalMime from "postal-mime";
import { Client } from "../support/client.ts";
import { createTestDatabase, type TestDatabase } from "../support/postgres.ts";
import { createAdmin, type Role, startRole } from "../support/system.ts";
import { until } from "../support/until.ts";
import { readPdf } from "../tickets/reading.ts";
import { MailServer } from "./channels/mail-server.ts";

const PASSWORD = "plum tree 47 in bloom";

describe("what a buyer gets by mail", () => {
  const server = new MailServer();
  let database: TestDatabase;
  let roles: readonly Role[];
  let client: Client;

  before(async () => {
    database = await createTestDatabase();
    await createAdmin(database.url);
    const env = {
      JWT_SECRET: "a-signing-secret-of-these-tests-long-enough",
      SMTP_URL: `smtp://127.0.0.1:${await server.listen()}`,
      MAIL_FROM: "Evently <tickets@evently.example>",
      PASSWORD_RESET_URL: "https://shop.example.com/new-password",
    };
    roles = await Promise.all([
      startRole("api", database.url, env),
      startRole("booking", database.url, env),
      startRole("effects", database.url, env),
    ]);
    client = new Client((roles[0] as Role).url);
  });
  after(async () => {
    await Promise.all(roles.map((role) => role.stop()));
    await server.close();
    await database.drop();
  });

  const mailTo = async (address: string, subject: RegExp) => {
    const mails = await Promise.all(
      server.arrived.filter(({ to }) => to.includes(address)).map(({ raw }) => PostalMime.parse(raw)),
    );
    return mails.find((mail) => subject.test(mail.subject ?? ""));
  };

  it("is the ticket of a confirmed booking, and the way back to a forgotten password", async () => {
    const email = "jo.mailed@example.com";
    const registered = await client.post("/auth/register", { name: "Jo Mailed", email, password: PASSWORD });
    const event = await client.createEvent(await client.adminToken(), {
      name: "Mailed Concert",
    });
    const booked = await client.post(
      "/bookings",
      { event_id: event.id, quantity: 2 },
      { token: registered.body.data.token },
    );
    expect(booked.status).to.equal(201);
    const mail = await until("the tickets", () => mailTo(email, /Mailed Concert/), 15_000);
    expect(mail.text).to.include(booked.body.data.booking_reference);
    const [pdf, ics] = mail.attachments;
    const { pages, scan } = await readPdf(Buffer.from(pdf?.content as ArrayBuffer));
    expect(pages).to.have.length(2);
    expect(await scan(1)).to.be.a("string");
    expect(Buffer.from(ics?.content as ArrayBuffer).toString()).to.include("SUMMARY:Mailed Concert");

    const asked = await client.post("/auth/forgot-password", { email });
    expect(asked.status).to.equal(202);
    const reset = await until("the way back", () => mailTo(email, /password/i), 15_000);
    const [, token] = /new-password#token=(\S+)/.exec(reset.text ?? "") ?? [];
    const changed = await client.post("/auth/reset-password", {
      token: decodeURIComponent(token ?? ""),
      new_password: "another tree 48 in bloom",
    });
    expect(changed.status).to.equal(200);
    await until("the news of it", () => mailTo(email, /password was changed/i), 15_000);
    const output = roles.flatMap((role) => role.output).join("");
    expect(output).not.to.include(token);
  });
});
