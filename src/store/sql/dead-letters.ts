import type { ActorTurn } from "../../engine/ports.ts";
import { columnsOf } from "../columns.ts";
import type { Queryable } from "../database.ts";

/** Keeps what could not be decided, with the reason, for a person to look at. */
export async function insertDeadLetters(tx: Queryable, turns: readonly ActorTurn[]): Promise<void> {
  const letters = turns.flatMap(({ actor, deadLetters }) =>
    deadLetters.map((letter) => ({ eventId: actor.eventId, ...letter })),
  );
  if (letters.length === 0) return;
  await tx.query(
    `insert into dead_letter (event_id, command_id, envelope, error)
     select * from unnest($1::uuid[], $2::uuid[], $3::json[], $4::text[]) on conflict do nothing`,
    columnsOf(
      letters,
      ({ eventId }) => eventId,
      ({ id }) => id,
      ({ envelope }) => JSON.stringify(envelope),
      ({ error }) => error,
    ),
  );
}
