import { hash } from "node:crypto";
import { assertStock } from "../domain/invariants.ts";
import { chainText, NO_DIGEST } from "../domain/ledger-chain.ts";
import { Replayer } from "../domain/replay.ts";
import type { World } from "../domain/state.ts";
import { type Findings, said } from "./findings.ts";
import { listingAfter } from "./listing.ts";
import type { Listing, StoredEntry } from "./ports.ts";
import { Told } from "./told.ts";

/**
 * Walks an event's ledger from its first entry: numbers, the chain of digests, the columns that repeat what the JSON
 * says, times that never go back, and every decision decided again. After the first decision that comes out otherwise,
 * or a gap, nothing is decided again any more: what would follow from another history proves nothing.
 */
export class LedgerWalk {
  readonly told = new Told();
  /** Of the heads of decisions, and of all outcomes, by type. */
  readonly heads = new Map<string, number>();
  readonly outcomes = new Map<string, number>();
  readonly #replayer = new Replayer();
  readonly #eventId: string;
  readonly #findings: Findings;
  readonly #listener: { take(entry: StoredEntry): void } | null;
  #head = 0;
  #digest = NO_DIGEST;
  #entries = 0;
  #decidedAt = Number.NEGATIVE_INFINITY;
  #isLost = false;
  #listing: Listing | null = null;

  /** @param listener hears of every entry, too */
  constructor(
    eventId: string,
    findings: Findings,
    listener: { take(entry: StoredEntry): void } | null = null,
  ) {
    this.#listener = listener;
    this.#eventId = eventId;
    this.#findings = findings;
  }

  /** The number of the last entry. */
  get head(): number {
    return this.#head;
  }

  /** The digest that the last entry carries. */
  get digest(): string {
    return this.#digest;
  }

  get entries(): number {
    return this.#entries;
  }

  /** What the whole ledger comes to; null where it could not be decided again to its end. */
  get world(): World | null {
    return this.#isLost || this.#head === 0 ? null : this.#replayer.world;
  }

  /** What the event is listed under at the end; null where it was never created. */
  get listing(): Listing | null {
    return this.#listing;
  }

  take(entry: StoredEntry): void {
    this.#entries += 1;
    this.#checkNumber(entry);
    this.#checkDigest(entry);
    this.#checkColumns(entry);
    this.#head = entry.seq;
    this.#digest = entry.digest;
    this.#decidedAt = entry.decidedAt;
    if (!this.#isLost) this.#decideAgain(entry);
    if (!Array.isArray(entry.decision)) return;
    this.#listener?.take(entry);
    for (const [at, outcome] of entry.decision.entries()) {
      const { type } = outcome;
      this.#listing = listingAfter(this.#listing, outcome);
      this.outcomes.set(type, (this.outcomes.get(type) ?? 0) + 1);
      if (at === 0) this.heads.set(type, (this.heads.get(type) ?? 0) + 1);
    }
  }

  #checkNumber({ seq }: StoredEntry): void {
    const expected = this.#head + 1;
    if (seq === expected) return;
    this.#isLost = true;
    const missing = seq - 1 === expected ? `${expected}` : `${expected} to ${seq - 1}`;
    this.#find("ledger", expected, `entry ${missing} is missing`, {
      "the ledger": `has ${this.#head === 0 ? "nothing" : this.#head} and then ${seq}`,
    });
  }

  /** Goes on from the digest that is stored, so that each broken link is told once. What follows a gap is told as the gap. */
  #checkDigest({ seq, digest, texts, ...entry }: StoredEntry): void {
    if (seq !== this.#head + 1) return;
    const expected = hash("sha256", chainText(this.#digest, { ...entry, ...texts, seq }), "hex");
    if (digest === expected) return;
    this.#find("chain", seq, `entry ${seq} was changed after the fact`, {
      "its digest": digest,
      "digest of what stands there": expected,
    });
  }

  #checkColumns({ seq, commandId, type, command, decision, decidedAt, eventId }: StoredEntry): void {
    const [column, json] = [`${type} by ${commandId}`, `${decision?.[0]?.type} by ${command?.id}`];
    if (column !== json) this.#find("ledger", seq, "what was decided", { columns: column, JSON: json });
    if (decidedAt < this.#decidedAt) {
      const at = (ms: number) => new Date(ms).toISOString();
      this.#find("ledger", seq, "when it was decided", {
        "this entry": at(decidedAt),
        "the one before": at(this.#decidedAt),
      });
    }
    const created = decision?.[0]?.type === "EventCreated" ? decision[0].draft.eventId : eventId;
    if (created !== eventId)
      this.#find("ledger", seq, "whose ledger it is", { row: eventId, JSON: `${created}` });
  }

  #decideAgain(entry: StoredEntry): void {
    const { seq } = entry;
    try {
      if (this.#head > 1) this.told.before(this.#replayer.world, entry);
      const mismatch = this.#replayer.take(entry);
      if (mismatch === null) {
        this.told.after(this.#replayer.world, entry);
        assertStock(this.#replayer.world.state);
        return;
      }
      const { recorded, decided } = firstDifference(mismatch.recorded, mismatch.decided);
      this.#lose(seq, `what ${entry.command.type} was decided to`, {
        ledger: said(recorded),
        "decided again": said(decided),
      });
    } catch (error) {
      // Thrown by the domain, which does no I/O: what it was given cannot have happened.
      this.#lose(seq, "it cannot be decided again", { domain: String(error) });
    }
  }

  #lose(seq: number, subject: string, says: Readonly<Record<string, string>>): void {
    this.#isLost = true;
    this.#find("replay", seq, subject, says);
  }

  #find(area: keyof typeof MEANS, seq: number, subject: string, says: Readonly<Record<string, string>>) {
    this.#findings.add({ eventId: this.#eventId, area, seq, subject, says, means: MEANS[area] });
  }
}

const MEANS = {
  ledger:
    "The ledger was changed after the fact: entries are written once, numbered without gaps, and never touched again.",
  chain:
    "Each entry's digest is of what it says and of the digest before it: the entry, its digest or that of the one before is not what was written, or entries were moved, put in or taken out here.",
  replay:
    "This entry or one before it was changed after the fact, or another version of the program decided it. Later entries were not decided again.",
} as const;

function firstDifference(recorded: readonly unknown[], decided: readonly unknown[]) {
  const at = recorded.findIndex((outcome, i) => JSON.stringify(outcome) !== JSON.stringify(decided[i]));
  return { recorded: recorded[at] ?? "nothing more", decided: decided[at === -1 ? recorded.length : at] };
}
