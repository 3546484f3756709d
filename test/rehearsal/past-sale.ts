import { carryOut } from "../../src/domain/carry-out.ts";
import type { Command } from "../../src/domain/command.ts";
import { dueHolds, dueTimers, nextDueAt } from "../../src/domain/decide/timers.ts";
import type { EventDraft } from "../../src/domain/event-draft.ts";
import type { BookingId, CommandId } from "../../src/domain/ids.ts";
import type { LedgerEntry } from "../../src/domain/ledger.ts";
import type { World } from "../../src/domain/state.ts";
import { Dice } from "../../src/rehearsal/dice.ts";
import { DEFAULT_HABIT } from "../../src/rehearsal/donors.ts";
import type { RehearsalPlan } from "../../src/rehearsal/plan.ts";
import { RecordedSale } from "../../src/rehearsal/recorded-sale.ts";
import { NOTHING_ELSE } from "../../src/rehearsal/stage.ts";
import type { Subject } from "../../src/rehearsal/subject.ts";
import {
  book,
  cancelOf,
  captured,
  idOf,
  join,
  leave,
  ledgerOf,
  NOW,
  payment,
  report,
  worldOf,
} from "../domain/scenario.ts";

/** A sale as an engine whose clock is never late would have decided and written it down. */
export class PastSale {
  readonly world: World;
  readonly ledger: LedgerEntry[];
  now = NOW;
  #clock = 0;

  constructor(draft: EventDraft) {
    this.ledger = ledgerOf(draft);
    this.world = worldOf(draft);
  }

  get sale(): RecordedSale {
    const sale = new RecordedSale();
    // As it comes out of the database.
    for (const entry of JSON.parse(JSON.stringify(this.ledger)) as LedgerEntry[]) sale.take(entry);
    return sale;
  }

  /** Lets time pass to a moment, and the clock do what is due on the way. */
  until(at: number): this {
    for (;;) {
      const due = nextDueAt(this.world.state);
      if (due === null || due > at) break;
      this.now = Math.max(this.now, due);
      this.#ring();
    }
    this.now = Math.max(this.now, at);
    return this;
  }

  take(...commands: readonly Command[]): this {
    for (const command of commands) {
      const decision = carryOut(this.world, command, this.now);
      const { eventId } = this.world.state;
      this.ledger.push({ eventId, seq: this.ledger.length + 1, command, decision, decidedAt: this.now });
    }
    return this;
  }

  #ring(): void {
    const { state } = this.world;
    const id = () => {
      this.#clock += 1;
      return idOf(30_000_000 + this.#clock) as CommandId;
    };
    for (const type of dueTimers(state, this.now)) this.take({ type, id: id() });
    for (const bookingId of dueHolds(state, this.now, 1_000))
      this.take({ type: "ExpireHold", id: id(), bookingId });
  }
}

const pick = <T>(from: Iterable<T>, dice: Dice): T | undefined => {
  const all = [...from];
  return all[dice.below(all.length)];
};

/** A sale of so many steps in which everything happens that buyers do, by chance. */
export function randomSale(draft: EventDraft, seed: number, steps: number): PastSale {
  const past = new PastSale(draft);
  const dice = new Dice(seed);
  for (let step = 1; step <= steps; step += 1) {
    past.until(past.now + dice.below(40_000));
    const command = commandOf(past, step, dice);
    if (command !== null && !(command.type === "BookTickets" && past.world.state.isPaused))
      past.take(command);
  }
  return past;
}

function commandOf({ world }: PastSale, step: number, dice: Dice): Command | null {
  const { state, bookings, payments } = world;
  const by = dice.below(30);
  const kind = dice.below(20);
  if (kind < 8) {
    const more = dice.below(3) === 0 ? { orWait: step } : {};
    const version = dice.below(4) === 0 ? { seenVersion: state.version } : {};
    return book(step, 1 + dice.below(3), { by, ...more, ...version });
  }
  if (kind < 12) {
    const held = pick(state.holds.values(), dice);
    if (held === undefined) return null;
    const way = state.requiresPayment ? { provider: "test", method: "token" as const } : null;
    const resultId = idOf(8_000_000 + step) as BookingId;
    return {
      type: "ConfirmBooking",
      id: payment(step),
      bookingId: held.id,
      userId: held.userId,
      payment: way,
      resultId,
    };
  }
  if (kind < 16) {
    const asked = pick(
      [...payments.values()].filter((one) => one.state === "open"),
      dice,
    );
    if (asked === undefined) return null;
    const result = dice.below(5) === 0 ? "declined" : captured(asked.amountMinor);
    return { ...report(0, result, { of: asked.bookingId, again: step }), paymentId: asked.id } as Command;
  }
  if (kind === 16) {
    const live = pick(
      [...bookings.values()].filter(({ status }) => status === "confirmed"),
      dice,
    );
    return live === undefined ? null : ({ ...cancelOf(live.id, { by: 0 }), userId: live.userId } as Command);
  }
  if (kind === 17) return join(step, 1 + dice.below(3), { by });
  if (kind === 18) return leave(by);
  const changes =
    dice.below(2) === 0 ? { priceMinor: 1_000 + 100 * dice.below(20) } : { capacity: 20 + dice.below(20) };
  return { type: "ChangeEvent", id: idOf(40_000_000 + step) as CommandId, changes, isConfirmed: true };
}

export const planOf = (plan: Partial<RehearsalPlan> = {}): RehearsalPlan => ({
  wanted: { type: "recorded", times: 1 },
  from: "start",
  rules: ["as_it_was"],
  whatIf: NOTHING_ELSE,
  decidedPerSecond: null,
  seed: 1,
  elasticity: null,
  habit: DEFAULT_HABIT,
  ...plan,
});

export const subjectOf = (sale: RecordedSale): Subject => ({
  id: "an event",
  sale,
  present: null,
  now: NOW,
  rates: { here: null, installation: null },
  turnedAway: null,
});
