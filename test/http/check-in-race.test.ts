import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import { expect } from "chai";
import { Client } from "../support/client.ts";
import type { Role } from "../support/system.ts";
import { sharedSystem } from "./shared-system.ts";
import { ticketsOf, withTickets } from "./tickets-world.ts";

const ROOT = join(import.meta.dirname, "../..");

describe("two API processes at the same doors", () => {
  const system = sharedSystem();
  let other: Role;
  let doors: readonly [Client, Client];

  before(async () => {
    other = await system().anotherApi();
    doors = [system().client, new Client(other.url)];
  });
  after(() => other.stop());

  async function sold(quantity: number) {
    const organizer = await system().organizer();
    const { booking, holder } = await withTickets(system(), organizer, { quantity });
    const tickets = await ticketsOf(system(), booking.id, holder.token);
    const checkIn = (door: Client, code: string) =>
      door.post("/tickets/check-in", { code }, { token: organizer.token });
    return { booking, holder, codes: tickets.map(({ code }) => code as string), checkIn };
  }

  it("let one of two hundred in that come with the same ticket, and tell all others so", async () => {
    const { booking, codes, checkIn } = await sold(1);
    const code = codes[0] ?? "";
    const replies = await Promise.all(
      Array.from({ length: 200 }, (_, at) => checkIn(doors[at % 2 === 0 ? 0 : 1], code)),
    );
    const inside = replies.filter(({ status }) => status === 200);
    expect(inside).to.have.length(1);
    const refused = replies.filter(({ status }) => status === 409);
    expect(refused).to.have.length(199);
    for (const { body } of refused) {
      expect(body.code).to.equal("TICKET_ALREADY_USED");
      expect(body.checked_in_at).to.equal(inside[0]?.body.data.checked_in_at);
    }
    const { rows } = await system().pool.query(
      "select check_ins, (select count(*)::integer from ledger where type = 'TicketCheckedIn' and event_id = b.event_id) as told from booking b where id = $1",
      [booking.id],
    );
    expect(rows[0].check_ins).to.have.length(1);
    expect(rows[0].told).to.equal(1);
  });

  it("let a hundred tickets in, each once, although all are shown at both", async () => {
    const { codes, checkIn } = await sold(100);
    const replies = await Promise.all(codes.flatMap((code) => doors.map((door) => checkIn(door, code))));
    const statuses = replies.map(({ status }) => status);
    expect(statuses.filter((status) => status === 200)).to.have.length(100);
    expect(statuses.filter((status) => status === 409)).to.have.length(100);
    const inside = replies
      .filter(({ status }) => status === 200)
      .map(({ body }) => body.data.ticket as number);
    expect(new Set(inside).size).to.equal(100);
  });

  it("take tickets of a key that was made a moment ago, and go on taking older ones", async () => {
    const { booking, holder, codes, checkIn } = await sold(2);
    const env = { PATH: process.env.PATH, DATABASE_URL: system().database.url };
    const { stdout } = await promisify(execFile)(process.execPath, [join(ROOT, "src/rotate-ticket-key.ts")], {
      env,
    });
    const keyId = /^key ([0-9a-f]{8}) signs/.exec(stdout)?.[1];
    // A process that starts now signs with the new key at once; those that run, within a minute.
    const newest = await system().anotherApi();
    try {
      const client = new Client(newest.url);
      const { keys } = (await client.get("/tickets/keys")).body;
      expect(keys.length).to.be.at.least(2);
      expect(keys[0].kid).to.equal(keyId);
      const fresh = await client.get(`/bookings/${booking.id}/tickets`, { token: holder.token });
      const code = fresh.body.data.tickets[0].code;
      expect(code).not.to.equal(codes[0]);
      expect((await checkIn(doors[0], code)).status, "a key that this process has not seen yet").to.equal(
        200,
      );
      expect((await checkIn(client, codes[0] ?? "")).body.code, "the same ticket").to.equal(
        "TICKET_ALREADY_USED",
      );
      expect((await checkIn(doors[1], codes[1] ?? "")).status, "the older key").to.equal(200);
    } finally {
      await newest.stop();
    }
  });
});
