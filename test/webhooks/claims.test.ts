import { randomUUIDv7 } from "node:crypto";
import { expect } from "chai";
import type pg from "pg";
import type { EventId } from "../../src/domain/ids.ts";
import { createPool } from "../../src/store/database.ts";
import {
  claimWebhookCursors,
  prepareWebhookCursors,
  renewWebhookClaims,
  type WebhookClaim,
} from "../../src/store/webhooks/cursors.ts";
import { createWebhooks } from "../../src/store/webhooks/endpoints.ts";
import {
  beginWebhookMessage,
  releaseWebhookCursor,
  skipWebhookEntries,
  type WebhookAttempt,
  webhookDelivered,
  webhookFailed,
} from "../../src/store/webhooks/results.ts";
import { createTestDatabase, silent, type TestDatabase } from "../support/postgres.ts";
import { until } from "../support/until.ts";

const LEASE_MS = 60_000;
const NO_FAILURE = { pauseMs: 5_000, restMs: 0, disable: null, shrinkTo: null };

describe("claims on what is to be sent to webhooks", () => {
  let database: TestDatabase;
  let pool: pg.Pool;
  let owner: string;
  before(async () => {
    database = await createTestDatabase();
    pool = createPool({ url: database.url, name: "test-claims", max: 8, log: silent });
  });
  after(async () => {
    await pool.end();
    await database.drop();
  });
  beforeEach(async () => {
    await pool.query("truncate webhook_endpoint, event, actor, users cascade");
    owner = randomUUIDv7();
    await pool.query(
      `insert into users (id, email, password_hash, name, role) values ($1, $2, 'none', 'Owner', 'organizer')`,
      [owner, `${owner}@example.com`],
    );
  });

  async function endpoint(): Promise<string> {
    const id = randomUUIDv7();
    await pool.query(
      "insert into webhook_endpoint (id, owner_id, url, secret) values ($1, $2, 'https://a.example', $3)",
      [id, owner, Buffer.alloc(32)],
    );
    return id;
  }

  async function event(head: number): Promise<EventId> {
    const id = randomUUIDv7() as EventId;
    await pool.query(
      `insert into event (event_id, name, venue, starts_at, currency, tickets_per_booking_max, sale_status, created_by,
                          created_at, updated_at)
       values ($1, 'An Evening', 'The Hall', now(), 'USD', 10, 'open', $2, now(), now())`,
      [id, owner],
    );
    await pool.query("insert into actor (event_id, ledger_seq) values ($1, $2)", [id, head]);
    return id;
  }

  const claim = (more: Partial<Parameters<typeof claimWebhookCursors>[1]> = {}) =>
    claimWebhookCursors(pool, {
      eventIds: null,
      max: 100,
      perEndpointMax: 4,
      busy: new Map(),
      leaseMs: LEASE_MS,
      ...more,
    });

  const attemptTo = (toSeq: number): WebhookAttempt => ({
    attemptId: randomUUIDv7(),
    messageId: `msg_${toSeq}`,
    fromSeq: 1,
    toSeq,
    result: { statusCode: 204, error: null, durationMs: 3 },
  });

  const lapse = () => pool.query("update webhook_cursor set due_at = now()");
  const cursorOf = async (eventId: string) =>
    (await pool.query("select * from webhook_cursor where event_id = $1", [eventId])).rows[0];

  it("are on events that are behind, each held by one at a time", async () => {
    const endpointId = await endpoint();
    const behind = await event(5);
    await event(0);
    expect(await prepareWebhookCursors(pool)).to.equal(1);
    const claims = await Promise.all(Array.from({ length: 8 }, () => claim()));
    expect(claims.flat().map(({ eventId }) => eventId)).to.deep.equal([behind]);
    expect(claims.flat()[0]).to.deep.include({
      endpointId,
      sentSeq: 0,
      scannedSeq: 0,
      toSeq: null,
      attempts: 0,
    });
    expect(await claim()).to.deep.equal([]);
  });

  it("are shared out between endpoints, and few at a time of each", async () => {
    for (let nth = 0; nth < 10; nth += 1) await event(1);
    const [first, second] = [await endpoint(), await endpoint()];
    await prepareWebhookCursors(pool);
    const claims = await claim({ max: 7, busy: new Map([[first, 1]]) });
    const of = (id: string) => claims.filter(({ endpointId }) => endpointId === id).length;
    expect([of(first), of(second)]).to.deep.equal([3, 4]);
    expect(new Set(claims.map(({ eventId, endpointId }) => `${eventId} ${endpointId}`)).size).to.equal(7);
  });

  it("are one at a time on an endpoint that fails", async () => {
    for (let nth = 0; nth < 3; nth += 1) await event(1);
    const id = await endpoint();
    await prepareWebhookCursors(pool);
    await pool.query("update webhook_endpoint set failing_since = now()");
    const claims = await claim();
    expect(claims).to.have.length(1);
    expect(await claim({ busy: new Map([[id, 1]]) })).to.deep.equal([]);
  });

  it("count for nothing once somebody else has claimed: the late one changes neither place nor state", async () => {
    await endpoint();
    const eventId = await event(9);
    await prepareWebhookCursors(pool);
    const [late] = (await claim()) as [WebhookClaim];
    expect(await beginWebhookMessage(pool, late, 4)).to.equal(true);
    await lapse();
    const [present] = (await claim()) as [WebhookClaim];
    expect(present.toSeq, "the message that was begun stays the same").to.equal(4);
    const before = await cursorOf(eventId);
    expect(await beginWebhookMessage(pool, late, 9)).to.equal(false);
    expect(await skipWebhookEntries(pool, late, 9)).to.equal(null);
    expect(await webhookDelivered(pool, late, attemptTo(4), LEASE_MS)).to.equal(null);
    const failure = { ...NO_FAILURE, disable: "gone" as const };
    expect(await webhookFailed(pool, late, attemptTo(4), failure)).to.equal(null);
    await releaseWebhookCursor(pool, late);
    await renewWebhookClaims(pool, [late], 10 * LEASE_MS);
    expect(await cursorOf(eventId)).to.deep.equal(before);
    const { rows } = await pool.query("select is_active from webhook_endpoint");
    expect(rows).to.deep.equal([{ is_active: true }]);
    const next = await webhookDelivered(pool, present, attemptTo(4), LEASE_MS);
    expect(next).to.deep.include({ sentSeq: 4, scannedSeq: 4, toSeq: null, attempts: 0 });
    expect(
      await webhookDelivered(pool, next as WebhookClaim, attemptTo(9), LEASE_MS),
      "all is told",
    ).to.equal(null);
    expect(await cursorOf(eventId)).to.deep.include({ sent_seq: 9, to_seq: null });
  });

  it("are let go of by a failure, and the message stays the same", async () => {
    await endpoint();
    const eventId = await event(9);
    await prepareWebhookCursors(pool);
    const [first] = (await claim()) as [WebhookClaim];
    await beginWebhookMessage(pool, first, 6);
    expect(await webhookFailed(pool, first, attemptTo(6), NO_FAILURE)).to.equal(null);
    expect(await claim(), "it is not due yet").to.deep.equal([]);
    expect(await cursorOf(eventId)).to.deep.include({ to_seq: 6, attempts: 1 });
    await lapse();
    await pool.query("update actor set ledger_seq = 20");
    const [second] = (await claim()) as [WebhookClaim];
    expect(second).to.deep.include({ toSeq: 6, attempts: 1 });
    const gone = await webhookFailed(pool, second, attemptTo(6), { ...NO_FAILURE, disable: "gone" });
    expect(gone).to.deep.include({ ownerId: owner, reason: "gone" });
    await lapse();
    expect(await claim()).to.deep.equal([]);
  });

  it("are told apart from those of who is already disabled: an owner hears of it once", async () => {
    await endpoint();
    await Promise.all([event(1), event(1), event(1)]);
    await prepareWebhookCursors(pool);
    const claims = await claim();
    const told = await Promise.all(
      claims.map((one) => webhookFailed(pool, one, attemptTo(1), { ...NO_FAILURE, disable: "gone" })),
    );
    expect(claims).to.have.length(3);
    expect(told.filter((one) => one !== null)).to.have.length(1);
  });

  for (const change of ["remove", "update"] as const) {
    it(`do not lock each other out where an endpoint is to ${change} while an attempt is written down`, async () => {
      const endpointId = await endpoint();
      const eventId = await event(1);
      await prepareWebhookCursors(pool);
      const webhooks = createWebhooks(pool);
      const courier = await pool.connect();
      try {
        await courier.query("begin");
        await courier.query("update webhook_cursor set attempts = 1 where event_id = $1", [eventId]);
        const changed =
          change === "remove"
            ? webhooks.remove(endpointId, null)
            : webhooks.update(endpointId, { isActive: true });
        await until("it waits for the courier", async () => {
          const { rows } = await pool.query("select 1 from pg_locks where not granted");
          return rows.length > 0;
        });
        await courier.query("update webhook_endpoint set failing_since = now() where id = $1", [endpointId]);
        await courier.query("commit");
        expect(await changed).to.not.equal(null);
      } finally {
        courier.release();
      }
    });
  }
});
