import { expect } from "chai";
import ical from "node-ical";
import type { Email } from "postal-mime";
import { Fault } from "../../../src/ops/fault.ts";
import { readPdf } from "../../tickets/reading.ts";
import { sheetWith } from "../../tickets/sheets.ts";
import { MailServer } from "./mail-server.ts";
import { emailTo, RESET_TOKEN, ticketFiles } from "./mail-world.ts";
import { BOOKING_ID, EVENT, message, NOTIFICATION_ID, recipient } from "./people.ts";

const header = ({ headers }: Email, name: string) => headers.find(({ key }) => key === name)?.value;

describe("a mail", () => {
  let server: MailServer;
  let port: number;

  beforeEach(async () => {
    server = new MailServer();
    port = await server.listen();
  });
  afterEach(() => server.close());

  const send = async (...parts: [Parameters<typeof message>[0]?, Parameters<typeof recipient>[0]?]) => {
    const channel = emailTo({ port });
    const result = await channel.deliver(message(parts[0]), recipient(parts[1]));
    channel.close();
    return result;
  };

  it("arrives at the recipient alone, as text and as HTML that say the same", async () => {
    expect(await send()).to.deep.equal({
      type: "delivered",
      ref: `<${NOTIFICATION_ID}@evently.example>`,
    });
    const [{ from, to }] = server.arrived as [(typeof server.arrived)[0]];
    expect({ from, to }).to.deep.equal({ from: "tickets@evently.example", to: ["jo@example.com"] });
    const mail = await server.onlyMail();
    expect(mail.from).to.include({ name: "Evently Tickets", address: "tickets@evently.example" });
    expect(mail.to?.[0]).to.include({ name: "Jo Buyer", address: "jo@example.com" });
    expect(mail.subject).to.equal("Booking confirmed: Night Concert (EVT20300501K3AB)");
    for (const words of [
      "Hello Jo Buyer,",
      "You have 2 tickets for Night Concert (80.00 USD).",
      "Wednesday, 1 May 2030, 19:00 UTC",
      EVENT.venue,
      "EVT20300501K3AB",
    ]) {
      expect(mail.text).to.include(words);
      expect(mail.html).to.include(words);
    }
  });

  it("has the same Message-ID each time it is tried, and the time at which it was told", async () => {
    await send();
    await send();
    const ids = server.arrived.map(({ raw }) => /^message-id: (.*)$/im.exec(raw)?.[1]);
    expect(ids).to.deep.equal([
      `<${NOTIFICATION_ID}@evently.example>`,
      `<${NOTIFICATION_ID}@evently.example>`,
    ]);
    expect(server.arrived[0]?.raw).to.match(/^Date: Mon, 01 Apr 2030 12:00:00 \+0000\r$/m);
  });

  it("says that a machine sent it, and how not to get its kind any more where that is possible", async () => {
    await send({ kind: "event_update", data: {} });
    const mail = await server.onlyMail();
    expect(header(mail, "auto-submitted")).to.equal("auto-generated");
    expect(header(mail, "list-unsubscribe")).to.equal(
      "<mailto:tickets@evently.example?subject=unsubscribe%20event_update>",
    );
    expect(mail.text).to.include("notification preferences");
  });

  it("cannot be unsubscribed from where it is about the safety of the account", async () => {
    await send({ kind: "password_changed", data: {}, eventId: null });
    const mail = await server.onlyMail();
    expect(header(mail, "list-unsubscribe")).to.equal(undefined);
    expect(mail.text).to.include("always sent");
  });

  it("brings the tickets as a PDF and the event as a calendar file", async () => {
    const asked: string[] = [];
    const channel = emailTo(
      { port },
      {
        documentsOf: async (bookingId) => {
          asked.push(bookingId);
          return await ticketFiles();
        },
      },
    );
    await channel.deliver(message(), recipient());
    channel.close();
    expect(asked).to.deep.equal([BOOKING_ID]);
    const { attachments, text } = await server.onlyMail();
    expect(text).to.include("Your tickets are attached");
    expect(attachments.map(({ filename, mimeType }) => [filename, mimeType])).to.deep.equal([
      ["tickets-EVT20300501K3AB.pdf", "application/pdf"],
      ["tickets-EVT20300501K3AB.ics", "text/calendar"],
    ]);
    const [pdf, ics] = attachments.map(({ content }) => new Uint8Array(content as ArrayBuffer));
    const { pages, scan } = await readPdf(Buffer.from(pdf as Uint8Array));
    expect(pages).to.have.length(2);
    expect(await scan(2)).to.equal(sheetWith(2).tickets[1]?.code);
    const [event] = Object.values(ical.sync.parseICS(Buffer.from(ics as Uint8Array).toString("utf8"))).filter(
      (part) => part?.type === "VEVENT",
    );
    expect(event).to.include({ summary: EVENT.name, location: EVENT.venue });
  });

  it("of another kind asks for no tickets, and says where they are when there are none", async () => {
    const channel = emailTo({ port }, { documentsOf: async () => Promise.reject(new Error("not asked")) });
    const result = await channel.deliver(message({ kind: "booking_cancelled" }), recipient());
    channel.close();
    expect(result.type).to.equal("delivered");
    await send();
    expect(server.arrived[1]?.raw).to.include("with the booking in your account");
  });

  it("waits for tickets that cannot be drawn now", async () => {
    const lines: object[] = [];
    const log = { debug() {}, info() {}, warn() {}, error: (fields: object) => lines.push(fields) };
    const documentsOf = async () => Promise.reject(new Error("the database is away"));
    const channel = emailTo({ port }, { documentsOf, log });
    const result = await channel.deliver(message(), recipient());
    channel.close();
    expect(result).to.include({ type: "failed", retryAfterMs: null });
    expect(server.arrived).to.have.length(0);
    expect(lines).to.deep.equal([
      {
        error: "Error: the database is away",
        notification_id: NOTIFICATION_ID,
        kind: "booking_confirmed",
      },
    ]);
  });

  it("waits for tickets as long as those who draw them say", async () => {
    const busy = new Fault("Overloaded", "too many tickets wait to be drawn", { retryAfterMs: 7_000 });
    const channel = emailTo({ port }, { documentsOf: async () => Promise.reject(busy) });
    const result = await channel.deliver(message(), recipient());
    channel.close();
    expect(result).to.deep.equal({
      type: "failed",
      reason: "the mail could not be written: too many tickets wait to be drawn",
      retryAfterMs: 7_000,
    });
  });

  const reset = {
    kind: "password_reset",
    title: "Reset your password",
    text: "Somebody asked for it.",
    eventId: null,
  };

  it("that resets a password links to the configured page, with the code where no server log sees it", async () => {
    const asked: string[] = [];
    const resetTokenOf = (id: string) => {
      asked.push(id);
      return RESET_TOKEN;
    };
    const channel = emailTo(
      { port },
      { resetTokenOf, resetPageUrl: "https://shop.example.com/new-password" },
    );
    await channel.deliver(message({ ...reset, data: { reset_id: "r-1" } }), recipient());
    channel.close();
    const { html, text } = await server.onlyMail();
    const link = `https://shop.example.com/new-password#token=${RESET_TOKEN}`;
    expect(asked).to.deep.equal(["r-1"]);
    expect(html).to.include(`href="${link}"`);
    expect(text).to.include(link);
  });

  it("that resets a password carries the code and says where it goes where there is no page", async () => {
    await send({ ...reset, data: { reset_id: "r-1" } });
    const { html, text } = await server.onlyMail();
    for (const part of [html, text]) {
      expect(part).to.include(RESET_TOKEN);
      expect(part).to.include("https://tickets.example.com/api/v1/auth/reset-password");
    }
    expect(html).not.to.include("<a ");
  });

  it("tells until when an offer of the waitlist can be accepted", async () => {
    const data = {
      booking_id: BOOKING_ID,
      booking_reference: "EVT1",
      expires_at: "2030-04-01T12:15:00.000Z",
    };
    await send({ kind: "waitlist_promoted", title: "Your turn: Night Concert", data });
    const { text, html } = await server.onlyMail();
    expect(text).to.match(/Accept by: +Monday, 1 April 2030, 12:15 UTC/);
    expect(html).to.include("before Monday, 1 April 2030, 12:15 UTC");
  });

  it("goes nowhere where the address is none", async () => {
    for (const email of ["", "jo", "a@b, c@d", "a@b>\r\nRCPT TO:<c@d", `${"x".repeat(250)}@e.com`]) {
      expect((await send({}, { email })).type, email).to.equal("unreachable");
    }
    expect(server.connections).to.equal(0);
  });

  it("is taken as it is by somebody whose address is not in Latin letters", async () => {
    expect((await send({}, { email: "用户@example.com" })).type).to.equal("delivered");
    expect(server.arrived[0]?.to).to.deep.equal(["用户@example.com"]);
  });
});

describe("hostile words in a mail", () => {
  const HEADERS = "Jo\r\nBcc: victim@example.com\r\n\r\nInjected body";
  let server: MailServer;

  beforeEach(() => {
    server = new MailServer();
  });
  afterEach(() => server.close());

  it("make no header, no recipient and no part of their own", async () => {
    const channel = emailTo(
      { port: await server.listen() },
      {
        eventOf: async () => ({ ...EVENT, name: HEADERS, venue: HEADERS }),
        documentsOf: async () => ({ ...(await ticketFiles()), fileName: `../${HEADERS}".pdf` }),
      },
    );
    const data = { booking_id: BOOKING_ID, booking_reference: HEADERS };
    await channel.deliver(message({ title: HEADERS, data }), recipient({ name: HEADERS }));
    channel.close();
    expect(server.arrived[0]?.to).to.deep.equal(["jo@example.com"]);
    const mail = await server.onlyMail();
    expect(header(mail, "bcc")).to.equal(undefined);
    expect(mail.to).to.have.length(1);
    expect(mail.to?.[0]?.address).to.equal("jo@example.com");
    expect(mail.subject).not.to.match(/[\r\n]/);
    expect(mail.attachments.map(({ mimeType }) => mimeType)).to.deep.equal([
      "application/pdf",
      "text/calendar",
    ]);
    for (const { filename } of mail.attachments) expect(filename).not.to.match(/[\r\n/\\:]/);
    expect(mail.text).not.to.match(/^Bcc:/m);
    expect(mail.text).not.to.match(/^Injected body/m);
  });
});
