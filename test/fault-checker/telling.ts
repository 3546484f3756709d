import { createHash } from "node:crypto";
import type { Command } from "../../src/domain/command.ts";
import { judge } from "../fault-runs/checker/check.ts";
import type { StoredEntry } from "../fault-runs/checker/evidence.ts";
import type { InvariantId } from "../fault-runs/checker/judgement.ts";
import type { Done, NoteFacts, Told } from "../fault-runs/history/entry.ts";
import type { Book, Op } from "../fault-runs/history/op.ts";
import { HISTORY_MS, type Story } from "./story.ts";

/** Somebody asks something at `at`, and has the answer some time later; `null`: none ever. */
export function ask(
  story: Story,
  op: Op,
  at: number,
  done: ({ readonly at: number } & Partial<Omit<Done, "body">> & { readonly body?: Told }) | null,
): void {
  const id = story.attempts.length + 1;
  const answer = { type: "ok", id, status: 201, code: null, body: {} } as const;
  story.attempts.push({
    invoke: { type: "invoke", id, at, client: 1, op },
    done: done === null ? null : { ...answer, ...done },
  });
}

export function note(story: Story, facts: NoteFacts, at = HISTORY_MS): void {
  story.notes.push({ type: "note", at, ...facts });
}

/** The request that a booking command came by. */
export function requestOf(
  { userId, quantity }: Extract<Command, { type: "BookTickets" }>,
  event: string,
  more: Partial<Book> = {},
): Book {
  const wish = {
    quantity,
    tier: null,
    seats: null,
    bestAvailable: false,
    waitlistIfFull: false,
    isAsync: false,
  };
  return { type: "book", event, user: userId, key: null, ...wish, ...more };
}

/** A key as the product stores it, leading to a command. */
export function keep(story: Story, user: string, key: string, commandId: string, isRefused = false): void {
  const digest = createHash("sha256").update(`${user}\nPOST\n/api/v1/bookings\n${key}`).digest("hex");
  story.keys = [...story.keys, { digest, eventId: story.books.eventId, commandId, isRefused }];
}

/** What the checker says of a story about one invariant. */
export function saysOf(story: Story, invariant: InvariantId): string[] {
  return judge(story)
    .violations.filter((violation) => violation.invariant === invariant)
    .map(({ says }) => says);
}

/** Why it could not be judged, or not wholly. */
export function notJudgedOf(story: Story, invariant: InvariantId): string | undefined {
  return judge(story).notJudged[invariant];
}

/** Changes a ledger entry after the fact. */
export function tamper(story: Story, seq: number, change: Partial<StoredEntry>): void {
  const at = story.books.ledger.findIndex((entry) => entry.seq === seq);
  story.books.ledger[at] = { ...(story.books.ledger[at] as StoredEntry), ...change };
}
