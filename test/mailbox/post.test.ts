import { createHash } from "node:crypto";
import { expect } from "chai";
import { acceptLetters } from "../../src/mailbox/accept.ts";
import type { KeyClaim } from "../../src/mailbox/ports.ts";
import { Engine } from "../engine/engine.ts";
import { auditEvent } from "../support/books.ts";

const claim = (key: string, body = "body"): KeyClaim => ({
  digest: createHash("sha256").update(key).digest(),
  fingerprint: createHash("sha256").update(body).digest(),
});

describe("the post", () => {
  let engine: Engine;
  before(async () => {
    engine = await Engine.start();
  });
  after(() => engine.stop());

  it("accepts requests that come together in few transactions, for many events at once", async () => {
    const events = await Promise.all(Array.from({ length: 10 }, () => engine.event()));
    const { rows: before } = await engine.pool.query("select pg_current_xact_id()::text::bigint as xid");
    const letters = Array.from({ length: 500 }, (_, n) => events[n % 10] as (typeof events)[0]);
    const answers = await Promise.all(letters.map((id) => engine.send(id, engine.book(id))));
    const { rows: after } = await engine.pool.query("select pg_current_xact_id()::text::bigint as xid");
    expect(answers.flat().every(({ type }) => type === "accepted")).to.equal(true);
    expect(after[0].xid - before[0].xid).to.be.below(10);
    expect(new Set(engine.woken.slice(-10)).size).to.equal(10);
  });

  it("makes one request of all that carry the same key, together or later", async () => {
    const eventId = await engine.event();
    const send = (body = "body") =>
      engine.post.send({ eventId, command: engine.book(eventId), key: claim("k1", body) });
    const answers = await Promise.all(Array.from({ length: 50 }, () => send()));
    expect(answers.filter(({ type }) => type === "accepted")).to.have.length(1);
    expect(answers.filter(({ type }) => type === "replayed")).to.have.length(49);
    expect((await send()).type).to.equal("replayed");
    expect((await send("another body")).type).to.equal("keyReused");
    await engine.worker().turn(eventId);
    expect((await send()).type).to.equal("replayed");
    expect((await auditEvent(engine.database.url, eventId)).sold).to.equal(1);
  });

  it("does not deadlock where two accepts bring the same keys in another order", async () => {
    const eventId = await engine.event({ capacity: 1_000 });
    const keys = Array.from({ length: 200 }, (_, n) => `order-${n}`);
    const batch = (names: string[]) =>
      Promise.all(
        names.map((name) => engine.post.send({ eventId, command: engine.book(eventId), key: claim(name) })),
      );
    const rounds = await Promise.all([
      batch(keys),
      batch(keys.toReversed()),
      batch(keys),
      batch(keys.toReversed()),
    ]);
    expect(rounds.flat().filter(({ type }) => type === "accepted")).to.have.length(keys.length);
  });

  it("takes a key again after a day", async () => {
    const eventId = await engine.event();
    const send = () => engine.post.send({ eventId, command: engine.book(eventId), key: claim("old") });
    await send();
    await engine.pool.query("update idempotency_key set created_at = now() - interval '25 hours'");
    expect((await send()).type).to.equal("accepted");
  });

  it("refuses before the line what the stock cannot give, and answers a key the same again", async () => {
    const eventId = await engine.event({ capacity: 1 });
    await engine.send(eventId, engine.book(eventId));
    await engine.worker().turn(eventId);
    const send = () => engine.post.send({ eventId, command: engine.book(eventId), key: claim("late") });
    const first = await send();
    expect(first).to.deep.include({ type: "refused" });
    const again = await send();
    expect(again).to.deep.include({ type: "replayed" });
    expect((again as { row: { refusal: { reason: string } } }).row.refusal.reason).to.equal("SoldOut");
    expect(await engine.waiting(eventId)).to.equal(0);
  });

  it("does not refuse before the line while a cancellation waits that may return seats", async () => {
    const eventId = await engine.event({ capacity: 1 });
    const booked = engine.book(eventId);
    await engine.send(eventId, booked);
    const worker = engine.worker();
    await worker.turn(eventId);
    const { id: bookingId, userId } = booked;
    await engine.send(eventId, {
      type: "CancelBooking",
      id: engine.ids.commandId(),
      bookingId,
      userId,
      by: "customer",
    });
    const [answer] = await engine.send(eventId, engine.book(eventId));
    expect(answer?.type).to.equal("accepted");
    await worker.turn(eventId);
    expect(await auditEvent(engine.database.url, eventId)).to.include({ sold: 1, confirmed: 2 });
  });

  it("bounds the line and tells how long it is", async () => {
    const eventId = await engine.event();
    await engine.send(eventId, engine.book(eventId), engine.book(eventId));
    const tx = await engine.pool.connect();
    const letter = { eventId, command: engine.book(eventId), key: null };
    const [answer] = await acceptLetters({ ...engine.accept, mailboxDepthMax: 2 }, tx, [letter]);
    tx.release();
    expect(answer).to.deep.include({ type: "full", waiting: 2 });
    await engine.worker().turn(eventId);
  });

  it("fails nobody else's request for what one of them holds", async () => {
    const eventId = await engine.event();
    const bad = { ...engine.book(eventId), tier: "broken \u0000 name" };
    const results = await Promise.allSettled(
      [engine.book(eventId), bad, engine.book(eventId)].map((command) =>
        engine.post.send({ eventId, command, key: null }),
      ),
    );
    expect(results.map(({ status }) => status)).to.deep.equal(["fulfilled", "rejected", "fulfilled"]);
    await engine.worker().turn(eventId);
    expect((await auditEvent(engine.database.url, eventId)).sold).to.equal(2);
  });

  it("knows no event that does not exist", async () => {
    const eventId = engine.ids.newId() as never;
    const [answer] = await engine.send(eventId, engine.book(eventId));
    expect(answer?.type).to.equal("unknownEvent");
  });
});
