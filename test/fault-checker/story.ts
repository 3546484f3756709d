import { carryOut } from "../../src/domain/carry-out.ts";
import type { Command } from "../../src/domain/command.ts";
import type { EventDraft } from "../../src/domain/event-draft.ts";
import type { CommandId } from "../../src/domain/ids.ts";
import type { Decision } from "../../src/domain/outcome.ts";
import { replay } from "../../src/domain/replay.ts";
import type { World } from "../../src/domain/state.ts";
import { idOf, ledgerOf, NOW, worldOf } from "../domain/scenario.ts";
import type { EventBooks, Evidence, ProviderRow, StoredEntry } from "../fault-runs/checker/evidence.ts";
import type { Note } from "../fault-runs/history/entry.ts";
import type { Attempt } from "../fault-runs/history/history-reader.ts";

type Mutable<T> = { -readonly [Key in keyof T]: T[Key] };
export type Books = Mutable<EventBooks> & { ledger: StoredEntry[] };
export type Story = Mutable<Evidence> & {
  readonly attempts: Attempt[];
  readonly notes: Note[];
  readonly books: Books;
};

/** When a story is over. */
export const HISTORY_MS = 1_000;

/** Decides commands as a turn does, one turn each, and is the evidence of a run in which just that happened. */
export function storyOf(
  draft: EventDraft,
  ...commands: readonly (Command | { at: number; command: Command })[]
): Story {
  const world = worldOf(draft);
  const decided = commands.map((one) => {
    const { at, command } = "command" in one ? one : { at: NOW, command: one };
    const decision = carryOut(world, command, at);
    if (
      command.type === "BookTickets" &&
      (decision[0].type === "BookingRejected" || decision[0].type === "WaitlistJoined")
    ) {
      (world.rejected as Set<unknown>).add(command.id);
    }
    return { command, decision, now: at };
  });
  return storyAs(draft, decided);
}

/** The same where the decisions are made already, whether they are right or not. */
export function storyAs(
  draft: EventDraft,
  decided: readonly { readonly command: Command; readonly decision: Decision; readonly now: number }[],
): Story {
  const [created] = ledgerOf(draft);
  if (created === undefined) throw new Error("an event has a first entry");
  const entries = decided.map(({ command, decision, now }, at) => ({
    eventId: draft.eventId,
    seq: at + 2,
    command,
    decision,
    decidedAt: now,
  }));
  // Bookings of stories have small numbers, the event's creation as well.
  const first = { ...created, command: { ...created.command, id: idOf(90_000_000) as CommandId } };
  const ledger: StoredEntry[] = [first as StoredEntry, ...entries].map((entry) => ({
    ...entry,
    xmin: `${700 + entry.seq}`,
    committedAtUs: entry.seq,
  }));
  const books = booksOf(draft, ledger);
  const attempts: Attempt[] = [];
  const notes: Note[] = [];
  return {
    attempts,
    notes,
    books,
    history: { attempts, notes },
    events: [books],
    keys: [],
    findings: [],
    rest: { healedAt: null, emptyAt: HISTORY_MS, backlog: { envelopes: 0, outbox: 0, paymentTasks: 0 } },
    scrapes: [],
    clock: { at: 0, databaseMs: NOW },
    terms: {
      backlogMsMax: 1_000,
      cacheAgeMsMax: 0,
      poison: new Set(),
      countersMayLag: null,
      basePath: "/api/v1",
    },
  };
}

/** The rows that the ledger makes; of a ledger that cannot be decided again, those of its event alone. */
function booksOf(draft: EventDraft, ledger: StoredEntry[]): Books {
  const { world } = replay(ledger);
  const seats = [...world.state.holds.values(), ...world.bookings.values()].flatMap((one) =>
    !("status" in one) || one.status === "confirmed"
      ? (one.seats ?? []).map((seat) => ({ seat, status: "status" in one ? 2 : 1, bookingId: one.id }))
      : [],
  );
  return {
    eventId: draft.eventId,
    ledger,
    tiers: world.state.tiers.map(({ name, capacity, held, sold, blocked }) => ({
      name,
      capacity,
      held,
      sold,
      blocked,
    })),
    bookings: rowsOf(world),
    seats,
    payments: [],
    refunds: [],
    actor: { version: ledger.length - 1, ledgerSeq: ledger.length, bookingsAccepted: 0, urgentAccepted: 0 },
    deadLetters: [],
    provider: providerOf(ledger),
  };
}

/** The books of a provider that did what the ledger says it did. */
function providerOf(ledger: readonly StoredEntry[]): ReadonlyMap<string, ProviderRow> {
  const books = new Map<string, ProviderRow>();
  for (const outcome of ledger.flatMap(({ decision }) => decision)) {
    const isRefund = outcome.type === "RefundSettled" && outcome.failure === null;
    if (outcome.type !== "PaymentCaptured" && !isRefund) continue;
    const { capturedMinor = 0, refundedMinor = 0 } = books.get(outcome.paymentId) ?? {};
    books.set(outcome.paymentId, {
      capturedMinor: capturedMinor + (isRefund ? 0 : outcome.amountMinor),
      refundedMinor: refundedMinor + (isRefund ? outcome.amountMinor : 0),
    });
  }
  return books;
}

function rowsOf({ state, bookings }: World): Books["bookings"] {
  const holds = [...state.holds.values()].map((held) => ({ ...held, status: "pending" }));
  return [...holds, ...bookings.values()].map(
    ({ id, userId, tier, quantity, seats, status }) =>
      ({ id, userId, tier, quantity, seats, status }) as unknown as Books["bookings"][number],
  );
}
