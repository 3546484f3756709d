import { EventEmitter } from "node:events";
import { expect } from "chai";
import type { Command } from "../../src/domain/command.ts";
import type { EventId } from "../../src/domain/ids.ts";
import { FullLines } from "../../src/mailbox/full-lines.ts";
import { PoolLine } from "../../src/ops/pool-line.ts";

class TestPool extends EventEmitter {
  waitingCount = 0;
  handOut(count: number): void {
    for (let at = 0; at < count; at += 1) this.emit("acquire");
  }
}

describe("the line before a pool of connections", () => {
  it("is as long as those who wait, at the pace of those who were served", () => {
    const pool = new TestPool();
    const line = new PoolLine(pool);
    pool.handOut(500);
    expect(line.look(250)).to.equal(0);
    pool.handOut(50);
    pool.waitingCount = 40;
    expect(line.look(250)).to.equal(200);
    pool.waitingCount = 0;
    expect(line.look(250)).to.equal(0);
  });

  it("grows with the time while nobody gets a connection", () => {
    const pool = new TestPool();
    const line = new PoolLine(pool);
    pool.waitingCount = 1;
    expect([line.look(250), line.look(250), line.look(1_000)]).to.deep.equal([250, 500, 1_500]);
  });
});

describe("a mailbox that was found full", () => {
  const eventId = "0197c1a4-7c00-7000-8000-5f0000000001" as EventId;
  const booking = { eventId, command: { type: "BookTickets" } as Command };
  const full = { type: "full", waiting: 10_000, decidedPerSecond: 5_000 } as const;

  function stage() {
    let now = 0;
    const lines = new FullLines(() => now);
    return {
      lines,
      pass: (ms: number) => {
        now += ms;
      },
    };
  }

  it("is not asked again until a part of it is decided", () => {
    const { lines, pass } = stage();
    expect(lines.answerTo(booking)).to.equal(null);
    lines.note(booking, full);
    expect(lines.answerTo(booking)).to.deep.equal(full);
    pass(99);
    expect(lines.answerTo(booking)).to.deep.equal(full);
    pass(1);
    expect(lines.answerTo(booking)).to.equal(null);
  });

  it("keeps nobody of another event waiting, nor who has something to do about a booking", () => {
    const { lines } = stage();
    lines.note(booking, full);
    expect(lines.answerTo({ ...booking, eventId: "another" as EventId })).to.equal(null);
    for (const type of ["ConfirmBooking", "CancelBooking", "RecordPayment"] as const) {
      expect(lines.answerTo({ eventId, command: { type } as Command })).to.equal(null);
    }
  });

  it("is asked again soon where nobody knows its pace, and within a second where it is slow", () => {
    const { lines, pass } = stage();
    lines.note(booking, { ...full, decidedPerSecond: null });
    pass(20);
    expect(lines.answerTo(booking)).to.equal(null);
    lines.note(booking, { ...full, decidedPerSecond: 1 });
    pass(1_000);
    expect(lines.answerTo(booking)).to.equal(null);
  });

  it("is forgotten where there are a thousand others", () => {
    const { lines } = stage();
    lines.note(booking, full);
    for (let at = 0; at < 1_000; at += 1) lines.note({ ...booking, eventId: `event-${at}` as EventId }, full);
    expect(lines.answerTo(booking)).to.equal(null);
  });
});
