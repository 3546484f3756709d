import type { EventId } from "../domain/ids.ts";
import type { Queryable } from "./database.ts";

/** A command that could not be decided, as it was kept. */
export interface StoredLetter {
  readonly eventId: EventId;
  readonly eventNumber: number;
  readonly eventName: string;
  readonly commandId: string;
  /** The command, or all of an envelope that could not be read; null where it could not even be written down. */
  readonly envelope: unknown;
  readonly error: string;
  readonly createdAt: Date;
  readonly settledAt: Date | null;
  readonly settlement: "retried" | "dropped" | null;
  readonly settledBy: string | null;
  readonly settledWhy: string | null;
  readonly retriedAs: string | null;
  /** What its command was decided to, if it was. */
  readonly outcome: string | null;
}

const LETTERS = `select d.event_id as "eventId", e.number as "eventNumber", e.name as "eventName",
    d.command_id as "commandId", d.envelope, d.error, d.created_at as "createdAt", d.settled_at as "settledAt",
    d.settlement, d.settled_by as "settledBy", d.settled_why as "settledWhy", d.retried_as as "retriedAs",
    (select l.type || coalesce(': ' || (l.outcomes->0->>'reason'), '') from ledger l
      where l.event_id = d.event_id and l.command_id = d.command_id) as outcome
  from dead_letter d join event e using (event_id)`;

/** The dead letters that nobody has settled, or all of them; the latest first. */
export async function deadLetters(
  db: Queryable,
  asked: { readonly eventId: EventId | null; readonly settledToo: boolean; readonly countMax: number },
): Promise<StoredLetter[]> {
  const { rows } = await db.query<StoredLetter>(
    `${LETTERS} where ($1::uuid is null or event_id = $1) and ($2 or d.settled_at is null)
      order by d.created_at desc, d.command_id limit $3`,
    [asked.eventId, asked.settledToo, asked.countMax],
  );
  return rows;
}

/** One dead letter by its command's id, or null. */
export async function deadLetter(db: Queryable, commandId: string): Promise<StoredLetter | null> {
  const { rows } = await db.query<StoredLetter>(`${LETTERS} where d.command_id = $1`, [commandId]);
  return rows[0] ?? null;
}

/** The same, held until the transaction ends: whoever settles it does so alone. */
export async function lockDeadLetter(tx: Queryable, commandId: string): Promise<StoredLetter | null> {
  await tx.query("select from dead_letter where command_id = $1 for update", [commandId]);
  return await deadLetter(tx, commandId);
}

/** Writes down what became of a letter. */
export async function settleLetter(
  tx: Queryable,
  { eventId, commandId }: Pick<StoredLetter, "eventId" | "commandId">,
  how: {
    readonly settlement: "retried" | "dropped";
    readonly by: string;
    readonly why: string | null;
    readonly retriedAs: string | null;
  },
): Promise<void> {
  await tx.query(
    `update dead_letter set settled_at = clock_timestamp(), settlement = $3, settled_by = $4, settled_why = $5, retried_as = $6
      where event_id = $1 and command_id = $2`,
    [eventId, commandId, how.settlement, how.by, how.why, how.retriedAs],
  );
}
