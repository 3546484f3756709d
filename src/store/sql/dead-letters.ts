import type { ActorTurn } from "../../engine/ports.ts";
import { columnsOf } from "../columns.ts";
import type { Queryable } from "../database.ts";

/** Keeps what could not be decided, with the reason, for a person to look at; once more where it was sent again. */
export async function insertDeadLetters(tx: Queryable, turns: readonly ActorTurn[]): Promise<void> {
  const letters = turns.flatMap(({ actor, deadLetters }) =>
    deadLetters.map((letter) => ({ eventId: actor.eventId, ...letter })),
  );
  if (letters.length === 0) return;
  await tx.query(
    `insert into dead_letter (event_id, command_id, envelope, error)
     select * from unnest($1::uuid[], $2::uuid[], $3::json[], $4::text[])
     on conflict (event_id, command_id) do update
        set envelope = excluded.envelope, error = excluded.error, created_at = excluded.created_at, settled_at = null,
            settlement = null, settled_by = null, settled_why = null, retried_as = null
      where dead_letter.settled_at is not null`,
    columnsOf(
      letters,
      ({ eventId }) => eventId,
      ({ id }) => id,
      ({ envelope }) => JSON.stringify(envelope),
      ({ error }) => error,
    ),
  );
}
