import type { PgBoss } from "pg-boss";
import type { CommandId, EventId } from "../domain/ids.ts";
import type { Envelope } from "../engine/ports.ts";
import { bossOn, type Sql } from "./boss.ts";
import { decode, isEnvelope } from "./codec.ts";
import { queueNameOf } from "./names.ts";

/** An envelope that still waits for its turn, or null. */
export async function findQueued(
  boss: PgBoss,
  db: Sql,
  eventId: EventId,
  commandId: CommandId,
): Promise<Envelope | null> {
  const [job] = await boss.findJobs<object>(queueNameOf(eventId), { id: commandId, db: bossOn(db) });
  if (job === undefined) return null;
  const read = decode(job);
  return isEnvelope(read) ? read : null;
}
