import { randomUUID } from "node:crypto";
import { rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect } from "chai";
import { presentLedgerPage } from "../../src/http/presenters/ledger.ts";
import { reportOf } from "../audit/support.ts";
import { makeFolder } from "../support/folders.ts";
import { Program } from "../support/processes.ts";
import { type Role, startRole } from "../support/system.ts";
import { until } from "../support/until.ts";
import { type Person, sharedSystem } from "./shared-system.ts";
import { ticketsOf } from "./tickets-world.ts";
import { expectRefusal } from "./unchanged.ts";

const CLI = join(import.meta.dirname, "../../src/verify-statement.ts");
const NOBODYS = "01990000-0000-7000-8000-000000000000";
const PAGE = 40;
const NO_DIGEST = null;

describe("the books of an event over HTTP", () => {
  const system = sharedSystem();
  const read = (path: string, { token }: Pick<Person, "token">) => system().client.get(path, { token });

  /** All pages of a ledger: replies as they came, one a line, and their entries. */
  async function wholeLedger(eventId: string, who: Person) {
    const [lines, entries]: [string[], Record<string, unknown>[]] = [[], []];
    for (let after = 0; ; ) {
      const { status, body } = await read(`/events/${eventId}/ledger?after=${after}&limit=${PAGE}`, who);
      expect(status).to.equal(200);
      lines.push(JSON.stringify(body));
      entries.push(...body.data.entries);
      after = body.data.next_after;
      if (!body.data.has_more) return { lines, entries, head: body.data };
    }
  }

  /** What `npm run statement:verify` says of the statement of now. */
  async function verified(eventId: string, who: Person) {
    const statement = (await read(`/events/${eventId}/statement`, who)).body;
    const keys = await system().client.get("/tickets/keys");
    const { lines } = await wholeLedger(eventId, who);
    const folder = makeFolder(0o700);
    try {
      const files = { statement, key: keys.body, ledger: lines.join("\n") };
      const options: string[] = [];
      for (const [name, content] of Object.entries(files)) {
        const path = join(folder, name);
        await writeFile(path, typeof content === "string" ? content : JSON.stringify(content));
        options.push(`--${name}`, path);
      }
      const program = new Program([process.execPath, CLI, ...options], { env: {} });
      return { code: await program.ended, printed: program.printed, data: statement.data.statement };
    } finally {
      await rm(folder, { recursive: true });
    }
  }

  it("has every entry as it is stored, in pages, each with its digest and the one before", async () => {
    const organizer = await system().organizer();
    const event = await system().client.createEvent(organizer.token, { total_capacity: 2 });
    const buyer = await system().person();
    const replies = [];
    for (let n = 0; n < 2; n += 1) replies.push(await system().client.book(buyer.token, event.id, 1));
    const path = `/events/${event.id}/ledger`;
    const whole = await read(path, organizer);
    expect(whole.headers.get("cache-control")).to.equal("private, no-store");
    const { entries, ...rest } = whole.body.data;
    expect(rest).to.deep.equal({
      event_id: event.id,
      next_after: 3,
      head_seq: 3,
      head_digest: entries[2].digest,
      has_more: false,
    });
    expect(entries.map(({ seq }: { seq: number }) => seq)).to.deep.equal([1, 2, 3]);
    expect(entries[0]).to.include({ type: "EventCreated", previous_digest: NO_DIGEST });
    expect(entries[1]).to.include({ type: "BookingConfirmed", previous_digest: entries[0].digest });
    expect(entries[1].command).to.include({ type: "BookTickets", id: replies[0]?.body.data.id, quantity: 1 });
    expect(entries[1].outcomes[0]).to.include({ type: "BookingConfirmed", userId: buyer.userId });
    const second = (await read(`${path}?after=1&limit=1`, system().admin)).body.data;
    expect(second.entries).to.deep.equal([entries[1]]);
    expect(second).to.include({ next_after: 2, head_seq: 3, has_more: true });
    const beyond = (await read(`${path}?after=999`, organizer)).body.data;
    expect(beyond).to.deep.include({ entries: [], next_after: 3, has_more: false });
    const cut = { entries: [], headSeq: 3, headDigest: second.head_digest };
    expect(() => presentLedgerPage(event.id, 2, cut), "who goes on would go on for ever").to.throw(
      "nothing behind 2",
    );
    for (const query of ["?after=-1", "?limit=0", "?limit=501", "?after=x"])
      expectRefusal(
        await read(path + query, organizer),
        { status: 400, code: "VALIDATION_ERROR", field: query.slice(1).split("=")[0] ?? "" },
        query,
      );
  });

  it("is for the organizer of the event and for admins", async () => {
    const [organizer, other] = [await system().organizer(), await system().organizer()];
    const event = await system().client.createEvent(organizer.token);
    for (const what of ["ledger", "statement"]) {
      const path = `/events/${event.id}/${what}`;
      expect((await read(path, organizer)).status).to.equal(200);
      expect((await read(path, system().admin)).status).to.equal(200);
      for (const who of [other, await system().person()])
        expectRefusal(await read(path, who), { status: 403, code: "AUTH_UNAUTHORIZED" }, what);
      expectRefusal(await system().client.get(path), { status: 401, code: "AUTH_REQUIRED" }, what);
      const missing = await read(`/events/${NOBODYS}/${what}`, organizer);
      expectRefusal(missing, { status: 404, code: "EVENT_NOT_FOUND" }, what);
    }
  });

  it("holds no secret and nothing of a person but their id", async () => {
    const organizer = await system().organizer();
    const event = await system().client.createEvent(organizer.token, { requires_payment: true });
    const email = `${randomUUID()}@example.com`;
    const password = "a-fairly-long-one-1";
    const { body } = await system().client.post("/auth/register", { email, name: "Jo Quixote", password });
    const buyer: Person = { token: body.data.token, userId: body.data.user.id };
    const booking = (await system().client.book(buyer.token, event.id, 1)).body.data;
    const paid = await system().client.post(
      `/bookings/${booking.id}/confirm`,
      { payment_token: "tok_success" },
      { token: buyer.token },
    );
    expect(paid.status, JSON.stringify(paid.body)).to.equal(200);
    const [ticket] = await ticketsOf(system(), booking.id, buyer.token);
    await system().client.post("/tickets/check-in", { code: ticket.code }, { token: organizer.token });
    const { lines } = await wholeLedger(event.id, organizer);
    const { data } = await verified(event.id, organizer);
    expect(data.money).to.deep.equal({ captured_minor: 2_000, refunded_minor: 0, refunds_owed_minor: 0 });
    const text = lines.join("\n") + JSON.stringify(data);
    expect(text).to.include(booking.id);
    for (const secret of [email, "Quixote", password, "tok_success", buyer.token, ticket.code])
      expect(text.includes(secret), secret).to.equal(false);
  });

  describe("of a sale that several workers decided while people cancelled, waited and went in", () => {
    let second: Role;
    before(async () => {
      second = await startRole("booking", system().database.url, { SWEEP_INTERVAL_MS: "50" });
    });
    after(() => second.stop());

    it("has an unbroken chain, and a statement that follows from it", async () => {
      const organizer = await system().organizer();
      const events = [];
      for (let n = 0; n < 3; n += 1)
        events.push(await system().client.createEvent(organizer.token, { total_capacity: 30 }));
      const people = await system().people(24);
      await Promise.all(events.map((event) => sell(event.id, people, organizer)));
      for (const event of events) {
        await until("nothing waits", async () => {
          const { rows } = await system().pool.query(
            "select count(*)::int as n from mailbox.job where name = 'event.' || $1::text",
            [event.id],
          );
          return rows[0].n === 0;
        });
        const { entries, head } = await wholeLedger(event.id, organizer);
        const types = new Set(entries.map(({ type }) => type));
        expect([...types]).to.include.members([
          "BookingConfirmed",
          "BookingCancelled",
          "TicketCheckedIn",
          "WaitlistJoined",
        ]);
        expect(JSON.stringify(entries)).to.include('"OfferMade"');
        expect(head.head_seq).to.equal(entries.length);
        const { code, printed, data } = await verified(event.id, organizer);
        expect(code, printed).to.equal(0);
        expect(printed).to.match(/every figure follows from the \d+ entries of the ledger/);
        expect(data).to.include({ event_id: event.id, final: false });
        expect(data.as_of.digest).to.equal(head.head_digest);
        const { listed } = await reportOf(system().database.url, event.id);
        expect(listed).to.deep.equal([]);
      }
    });

    /** All want tickets at once; those who get none wait, of the others every second goes in and the rest give theirs back. */
    async function sell(eventId: string, people: readonly Person[], organizer: Person): Promise<void> {
      const { client } = system();
      const sold: { readonly id: string; readonly token: string }[] = [];
      const without: Person[] = [];
      await Promise.all(
        people.map(async (person) => {
          const { status, body } = await client.book(person.token, eventId, 2);
          if (status === 201) sold.push({ id: body.data.id, token: person.token });
          else without.push(person);
        }),
      );
      const join = ({ token, userId }: Person) =>
        client.post(`/waitlist/${eventId}/join`, { user_id: userId, quantity: 1 }, { token });
      await join(without.pop() as Person);
      await Promise.all([
        ...without.map(join),
        ...sold.map(async ({ id, token }, at) => {
          if (at % 2 === 0) return client.request("PUT", `/bookings/${id}/cancel`, { token, body: {} });
          const [ticket] = await ticketsOf(system(), id, token);
          return client.post("/tickets/check-in", { code: ticket.code }, { token: organizer.token });
        }),
      ]);
    }
  });
});
