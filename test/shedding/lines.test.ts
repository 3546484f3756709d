import { EventEmitter } from "node:events";
import { expect } from "chai";
import type { Command } from "../../src/domain/command.ts";
import type { EventId } from "../../src/domain/ids.ts";
import type { Acceptance, Letter } from "../../src/mailbox/accept.ts";
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
  const full = { type: "full", waiting: 10_000, decidedPerSecond: 5_000 } as const;
  const letterOf = (to: string, type: Command["type"]): Letter => ({
    eventId: to as EventId,
    command: { type } as Command,
    key: null,
  });

  function stage() {
    let now = 0;
    const lines = new FullLines(() => now);
    return {
      pass: (ms: number) => {
        now += ms;
      },
      /** @returns whether the mailbox was asked */
      isAsked: async (
        answer: Acceptance = full,
        to: string = eventId,
        type: Command["type"] = "BookTickets",
      ) => {
        let asked = false;
        const answered = await lines.answered(letterOf(to, type), async () => {
          asked = true;
          return answer;
        });
        expect(answered).to.deep.equal(answer);
        return asked;
      },
    };
  }

  it("is not asked again until a part of it is decided", async () => {
    const { isAsked, pass } = stage();
    expect(await isAsked()).to.equal(true);
    expect(await isAsked()).to.equal(false);
    pass(99);
    expect(await isAsked()).to.equal(false);
    pass(1);
    expect(await isAsked()).to.equal(true);
  });

  it("is asked again in time however many want to book all the while", async () => {
    const { isAsked, pass } = stage();
    let asked = 0;
    for (let ms = 0; ms < 1_000; ms += 1) {
      if (await isAsked()) asked += 1;
      pass(1);
    }
    expect(asked).to.equal(10);
  });

  it("keeps nobody of another event waiting, nor who has something to do about a booking", async () => {
    const { isAsked } = stage();
    await isAsked();
    expect(await isAsked(full, "another")).to.equal(true);
    for (const type of ["ConfirmBooking", "CancelBooking", "RecordPayment"] as const) {
      expect(await isAsked(full, eventId, type)).to.equal(true);
    }
  });

  it("is asked again soon where nobody knows its pace, and within a second where it is slow", async () => {
    const { isAsked, pass } = stage();
    for (const [decidedPerSecond, knownMs] of [
      [null, 20],
      [1, 1_000],
    ] as const) {
      const answer = { ...full, decidedPerSecond };
      expect(await isAsked(answer)).to.equal(true);
      pass(knownMs - 1);
      expect(await isAsked(answer)).to.equal(false);
      pass(1);
    }
  });

  it("is forgotten where there are a thousand others", async () => {
    const { isAsked } = stage();
    await isAsked();
    for (let at = 0; at < 1_000; at += 1) await isAsked(full, `event-${at}`);
    expect(await isAsked()).to.equal(true);
  });
});
