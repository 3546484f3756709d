import { expect } from "chai";
import fc from "fast-check";
import type { Command } from "../../src/domain/command.ts";
import type { Outcome } from "../../src/domain/outcome.ts";
import { availableSeats } from "../../src/domain/state.ts";
import { draft, type Play, play, steps } from "../domain/play.ts";
import { idOf, NOW } from "../domain/scenario.ts";
import { judge } from "../fault-runs/checker/check.ts";
import type { Done } from "../fault-runs/history/entry.ts";
import type { Op } from "../fault-runs/history/op.ts";
import { type Story, storyAs } from "./story.ts";
import { ask, keep, note, requestOf } from "./telling.ts";

type Told = Play["decided"][number] & { readonly available: number };

/** What was decided, each command with an id of its own, up to the first that cannot have one. */
function decisionsOf(event: Parameters<typeof play>[0], list: Parameters<typeof play>[1]): Told[] {
  const told: Told[] = [];
  const ids = new Set<string>();
  let isOver = false;
  const all = play(
    event,
    list,
    () => undefined,
    ({ world, decided }) => {
      const one = decided.at(-1);
      if (one === undefined || isOver) return;
      const command = FREE.has(one.command.type)
        ? ({ ...one.command, id: idOf(50_000_000 + told.length) } as Command)
        : one.command;
      isOver = ids.has(command.id);
      if (!isOver) told.push({ ...one, command, available: availableSeats(world.state) });
      ids.add(command.id);
    },
  );
  expect(all.decided.length).to.be.at.least(told.length);
  return told;
}

/** Commands to whose id nothing refers. */
const FREE: ReadonlySet<string> = new Set([
  "ChangeEvent",
  "CancelEvent",
  "PauseSale",
  "ResumeSale",
  "BlockSeats",
  "ReleaseSeats",
]);

function answerTo(command: Command, head: Outcome): Partial<Done> {
  const booking = command.id as string;
  if (head.type === "BookingConfirmed")
    return { status: 201, body: { booking, state: "confirmed", quantity: head.quantity } };
  if (head.type === "BookingHeld") {
    return {
      status: 201,
      body: { booking, state: "pending", quantity: head.quantity, expiresAt: head.expiresAt },
    };
  }
  if (head.type === "WaitlistJoined") return { status: 202, body: { booking, state: "waitlisted" } };
  return { type: "fail", status: 409, code: "SOME_REASON", body: {} };
}

/** The request that any other command of a client came by; null where it is nobody's, or the organizer's own. */
function opOf(command: Command, event: string): Op | null {
  const key = null;
  switch (command.type) {
    case "CancelBooking": {
      const { bookingId: booking, userId: user, seats, quantity = seats?.length ?? null, by } = command;
      return by === "customer" ? { type: "cancel", event, user, booking, key, quantity } : null;
    }
    case "TransferBooking": {
      const { bookingId: booking, userId: user, toUserId: to } = command;
      return { type: "transfer", event, user, booking, key, to };
    }
    case "JoinWaitlist":
      return { type: "joinWaitlist", event, user: command.userId, key, quantity: command.quantity };
    case "LeaveWaitlist":
      return { type: "leaveWaitlist", event, user: command.userId, key };
    default:
      return null;
  }
}

/** Clients that ask in turn, and whose answers overlap: nobody waits for the one before. */
function tell(story: Story, told: readonly Told[], waits: readonly number[]): void {
  const event = story.books.eventId;
  for (const [at, { command, decision, now, available }] of told.entries()) {
    const sentAt = now - NOW + at / 100;
    const answeredAt = sentAt + 0.001 + (waits[at % waits.length] ?? 0) / 100;
    if (command.type === "BookTickets") {
      const key = `key ${at}`;
      keep(story, command.userId, key, command.id);
      const op = requestOf(command, event, { key });
      ask(story, op, sentAt, { at: answeredAt, ...answerTo(command, decision[0]) });
      ask(story, op, answeredAt, { at: answeredAt + 1, ...answerTo(command, decision[0]) });
    }
    const op = opOf(command, event);
    if (op !== null && decision[0].type !== "CommandRefused")
      ask(story, op, sentAt, { at: answeredAt, status: 200 });
    const seq = at + 2;
    ask(story, { type: "read", event }, answeredAt, {
      at: answeredAt + 0.001,
      status: 200,
      body: { seq, available },
    });
  }
}

describe("the checker on histories of what the domain decides", () => {
  it("reports nothing", () => {
    let judgedRuns = 0;
    fc.assert(
      fc.property(
        draft,
        steps,
        fc.array(fc.nat(20), { minLength: 1, maxLength: 9 }),
        (event, list, waits) => {
          const told = decisionsOf(event, list);
          const story = storyAs(event, told);
          // Reads follow each other faster than the clients hear of what was decided meanwhile.
          story.terms = { ...story.terms, cacheAgeMsMax: 1 };
          tell(story, told, waits);
          note(story, { what: "remark", details: "" });
          const { violations } = judge(story);
          expect(violations.map(({ invariant, says }) => `${invariant}: ${says}`).join("\n")).to.equal("");
          judgedRuns += 1;
        },
      ),
      { numRuns: 60 },
    );
    expect(judgedRuns).to.equal(60);
  });

  it("reports something where any one decision to give tickets is given to twice as many", () => {
    let changed = 0;
    fc.assert(
      fc.property(draft, steps, fc.nat(1_000), (event, list, which) => {
        const told = decisionsOf(event, list);
        const given = told.flatMap(({ decision: [head] }, at) =>
          head.type === "BookingConfirmed" || head.type === "BookingHeld" ? [at] : [],
        );
        const at = given[which % Math.max(1, given.length)];
        const story = storyAs(event, told);
        const entry = at === undefined ? undefined : story.books.ledger[at + 1];
        if (at === undefined || entry === undefined) return;
        changed += 1;
        const [head, ...rest] = entry.decision;
        const decision = [
          { ...head, quantity: 2 * (head as { quantity: number }).quantity } as Outcome,
          ...rest,
        ] as const;
        story.books.ledger[at + 1] = { ...entry, decision };
        expect(judge(story).violations).to.not.deep.equal([]);
      }),
      { numRuns: 40 },
    );
    expect(changed).to.be.above(20);
  });
});
