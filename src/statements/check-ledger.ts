import { hash } from "node:crypto";
import { chainText, NO_DIGEST } from "../domain/ledger-chain.ts";
import { canonical } from "./canonical.ts";
import { type ExportedEntry, entriesIn } from "./exported.ts";
import { SaleCount } from "./sale-count.ts";
import { type StatedFigures, type Statement, statedFigures } from "./statement.ts";

export interface CheckedLedger {
  readonly entries: number;
  /** What is wrong, in words; empty where the statement follows from the ledger. */
  readonly problems: readonly string[];
}

/**
 * Holds an exported ledger against a statement: every digest is computed anew, from the first entry to the one that the
 * statement is of, and every figure is counted from the entries. What comes later is passed over.
 * @param lines JSON, see `entriesIn` @throws Error where a line is no JSON of that kind
 */
export async function checkLedger(
  statement: Statement,
  lines: AsyncIterable<string>,
): Promise<CheckedLedger> {
  const walk = new ExportedWalk(statement);
  let number = 0;
  for await (const text of lines) {
    number += 1;
    if (text.trim() === "") continue;
    for (const entry of exportedIn(text, number)) walk.take(entry);
    if (walk.isOver) break;
  }
  return walk.end();
}

function exportedIn(text: string, number: number): readonly ExportedEntry[] {
  try {
    return entriesIn(text);
  } catch (error) {
    throw new Error(
      `line ${number} of the ledger: ${error instanceof Error ? error.message : String(error)}`,
    );
  }
}

class ExportedWalk {
  readonly #statement: Statement;
  readonly #count = new SaleCount();
  #seq = 0;
  #digest = NO_DIGEST;
  #decidedAt = 0;
  #problem: string | null = null;

  constructor(statement: Statement) {
    this.#statement = statement;
  }

  /** Nothing of what follows can matter: it is later than the statement, or there is something wrong already. */
  get isOver(): boolean {
    return this.#problem !== null || this.#seq >= this.#statement.as_of.seq;
  }

  take(entry: ExportedEntry): void {
    if (this.isOver) return;
    const { seq, digest, previous_digest: previous, type, command, outcomes } = entry;
    if (seq !== this.#seq + 1) {
      this.#problem = `entry ${this.#seq + 1} is missing: there is ${seq} instead`;
      return;
    }
    if ((previous ?? NO_DIGEST) !== this.#digest) {
      this.#problem = `entry ${seq} says that the digest before it was ${previous}, and it was ${this.#digest}`;
      return;
    }
    this.#decidedAt = Date.parse(entry.decided_at);
    const text = chainText(this.#digest, {
      eventId: this.#statement.event_id,
      seq,
      commandId: entry.command_id,
      type,
      command: JSON.stringify(command),
      outcomes: JSON.stringify(outcomes),
      decidedAt: this.#decidedAt,
    });
    const expected = hash("sha256", text, "hex");
    if (digest !== expected) {
      this.#problem = `entry ${seq} was changed: it carries the digest ${digest}, and what it says has ${expected}`;
      return;
    }
    [this.#seq, this.#digest] = [seq, digest];
    this.#counted(entry);
  }

  #counted(entry: ExportedEntry): void {
    try {
      this.#count.take(entry);
    } catch (error) {
      this.#problem = `entry ${entry.seq} cannot be counted: ${String(error)}`;
    }
  }

  end(): CheckedLedger {
    return { entries: this.#seq, problems: this.#problem === null ? this.#differences() : [this.#problem] };
  }

  #differences(): string[] {
    const { seq, digest } = this.#statement.as_of;
    if (this.#seq < seq) return [`it ends at entry ${this.#seq}, and the statement is of ${seq}`];
    if (this.#digest !== digest) {
      return [
        `another history than the statement's: entry ${seq} has the digest ${this.#digest}, and the statement says ${digest}`,
      ];
    }
    const figures = this.#count.figures({ seq, digest, decidedAt: this.#decidedAt });
    return differencesOf(this.#statement, statedFigures(figures));
  }
}

/** What a statement says otherwise than what was counted. */
function differencesOf(statement: Statement, counted: StatedFigures): string[] {
  return Object.entries(counted).flatMap(([name, value]) => {
    const stated = canonical(statement[name as keyof StatedFigures]);
    return stated === canonical(value)
      ? []
      : [`${name}: the statement says ${stated}, and the ledger ${canonical(value)}`];
  });
}
