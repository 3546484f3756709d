import { randomUUIDv7 } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import pg from "pg";
import type { EventId, UserId } from "../../src/domain/ids.ts";
import type { LedgerEntry } from "../../src/domain/ledger.ts";
import type { NewNotification } from "../../src/notifications/notifier.ts";
import { notificationSink } from "../../src/outbox/notification-sink.ts";
import { purgeNotifications } from "../../src/store/notifications/purge.ts";
import { saveNotifications } from "../../src/store/notifications/save.ts";
import { notificationsOfUser } from "../../src/store/queries/notifications.ts";
import { World } from "./world.ts";

const MIGRATION = join(import.meta.dirname, "../../migrations/0004_notifications.sql");
const DAY_MS = 86_400_000;

/** What the outbox makes of a decision that cancels three bookings of one person. */
async function cancelledThrice(userId: string): Promise<NewNotification[]> {
  const eventId = randomUUIDv7() as EventId;
  const cancelled = () => ({
    type: "BookingCancelled" as const,
    bookingId: randomUUIDv7() as never,
    userId: userId as UserId,
    tier: 0,
    quantity: 1,
    refundMinor: 2_050,
    by: "event" as const,
  });
  const entry = { eventId, seq: 9, decision: [cancelled(), cancelled(), cancelled()], decidedAt: Date.now() };
  const saved: NewNotification[] = [];
  const sink = notificationSink({
    cards: async () => new Map([[eventId, { name: "An Evening", currency: "EUR" }]]),
    save: async (notifications) => void saved.push(...notifications),
    tellWaiting: () => Promise.reject(new Error("nobody cancelled an event")),
  });
  await sink.deliver([entry as unknown as LedgerEntry]);
  return saved;
}

describe("notifications in the database", () => {
  let world: World;
  before(async () => {
    world = await World.create();
  });
  after(() => world.end());

  const listOf = (userId: string) => notificationsOfUser(world.pool, { userId, limit: 100, offset: 0 });

  it("tell each of several things that one decision means to one person, however often they are saved", async () => {
    const userId = await world.person();
    const told = await cancelledThrice(userId);
    expect(told.map(({ type }) => type)).to.deep.equal(Array(3).fill("event_cancelled"));
    expect(told[0]?.text).to.match(/^An Evening is cancelled, .* of 1 ticket\. 20\.50 EUR go back to you\.$/);
    for (let times = 0; times < 3; times += 1) await saveNotifications(world.pool, told);
    const { notifications, total } = await listOf(userId);
    expect(total).to.equal(3);
    for (const { deliveries } of notifications) {
      expect(deliveries.map(({ channel }) => channel)).to.have.members(["websocket", "push", "email"]);
    }
  });

  it("keep what is internal out of a person's list", async () => {
    const userId = await world.person();
    const id = await world.tell(userId, { kind: "password_reset", data: { reset_id: "r" } });
    expect(await listOf(userId)).to.deep.equal({ notifications: [], total: 0, unread: 0 });
    expect((await world.rows(id)).map(({ channel }) => channel)).to.deep.equal(["email"]);
  });

  it("are deleted with all that is known about their deliveries when they are old enough", async () => {
    const userId = await world.person();
    const of = (ageDays: number) => {
      const at = (Date.now() - ageDays * DAY_MS).toString(16).padStart(12, "0");
      return `${at.slice(0, 8)}-${at.slice(8)}-7000-8000-${randomUUIDv7().slice(24)}`;
    };
    const [old, young] = [of(31), of(29)];
    const telling = { userId, eventId: null, seq: null, type: "test", title: "t", text: "x", data: {} };
    const rest = { createdAt: Date.now(), broadcastId: null, channels: null };
    await saveNotifications(world.pool, [
      { ...telling, ...rest, id: old },
      { ...telling, ...rest, id: young },
    ]);
    await world.pool.query(
      "insert into notification_attempt (notification_id, channel, attempt, result) values ($1, 'email', 1, 'failed')",
      [old],
    );
    await purgeNotifications(world.pool, 30);
    const { notifications } = await listOf(userId);
    expect(notifications.map(({ id }) => id)).to.deep.equal([young]);
    expect(await world.rows(old)).to.deep.equal([]);
    expect((await world.rows(young)).length).to.equal(2);
    const attempts = await world.pool.query("select from notification_attempt where notification_id = $1", [
      old,
    ]);
    expect(attempts.rowCount).to.equal(0);
  });

  it("that were there before have an id, a title and a text, and are not told again", async () => {
    const userId = await world.person();
    const [told] = (await cancelledThrice(userId)) as [NewNotification];
    const client = new pg.Client({ connectionString: world.url });
    await client.connect();
    try {
      await client.query("create schema before; set search_path to before");
      await client.query(`create table notification (user_id uuid not null, event_id uuid not null, seq bigint not null,
        type text not null, data json not null, created_at timestamptz not null, read_at timestamptz,
        primary key (user_id, event_id, seq, type))`);
      await client.query("create table outbox (sink text, due_at timestamptz)");
      await client.query("create index outbox_due on outbox (due_at)");
      await client.query("insert into notification values ($1, $2, $3, $4, $5, $6)", [
        userId,
        told.eventId,
        told.seq,
        told.type,
        { booking_reference: "EVT1" },
        new Date(told.createdAt),
      ]);
      await client.query(readFileSync(MIGRATION, "utf8"));
      const { rows } = await client.query("select id, title, message, is_internal from notification");
      expect(rows).to.deep.equal([
        {
          id: told.id,
          title: "Event Cancelled",
          message: "Event Cancelled: booking EVT1",
          is_internal: false,
        },
      ]);
    } finally {
      await client.query("drop schema before cascade");
      await client.end();
    }
  });
});
