import type { ToldActor, WorkerState } from "../engine/presence.ts";
import type { Queryable } from "./database.ts";

export interface WorkerSelf {
  readonly id: string;
  readonly name: string;
  /** Of its probes and metrics. */
  readonly port: number | null;
}

/** After so long without a report a worker is taken for gone: three reports that did not come. */
const GONE_S = 15;

/** Writes down that a booking worker is there, and reads what is wanted of it. */
export async function reportWorker(
  db: Queryable,
  { id, name, port }: WorkerSelf,
  now: { readonly state: WorkerState; readonly awakeCount: number },
): Promise<{ readonly isWanted: boolean; readonly isAsked: boolean }> {
  const { rows } = await db.query<{ isWanted: boolean; isAsked: boolean }>({
    name: "worker-report",
    text: `insert into worker as w (id, name, port, state, awake_count) values ($1, $2, $3, $4, $5)
           on conflict (id) do update
              set seen_at = clock_timestamp(), port = excluded.port, state = excluded.state,
                  awake_count = excluded.awake_count
           returning is_wanted as "isWanted", coalesce(asked_at > coalesce(told_at, '-infinity'), false) as "isAsked"`,
    values: [id, name, port, now.state, now.awakeCount],
  });
  return rows[0] as { isWanted: boolean; isAsked: boolean };
}

export async function tellAwake(db: Queryable, id: string, actors: readonly ToldActor[]): Promise<void> {
  await db.query("update worker set awake = $2, told_at = clock_timestamp() where id = $1", [
    id,
    JSON.stringify(actors),
  ]);
}

/** A worker leaves, and takes along the rows of those that could not. */
export async function leaveWorkers(db: Queryable, id: string): Promise<void> {
  await db.query("delete from worker where id = $1 or seen_at < now() - interval '1 day'", [id]);
}

export interface KnownWorker extends WorkerSelf {
  readonly state: WorkerState;
  readonly isWanted: boolean;
  /** It has not reported itself lately: it ended without a word, or cannot reach the database. */
  readonly isGone: boolean;
  readonly startedAt: Date;
  readonly seenAt: Date;
  readonly awakeCount: number;
  /** Whether it told since it was asked last. */
  readonly hasTold: boolean;
  readonly awake: readonly ToldActor[];
}

/** All workers that are known, the one that has run longest first. */
export async function knownWorkers(db: Queryable): Promise<KnownWorker[]> {
  const { rows } = await db.query<KnownWorker>(
    `select id, name, port, state, is_wanted as "isWanted",
            seen_at < clock_timestamp() - make_interval(secs => ${GONE_S}) as "isGone",
            started_at as "startedAt", seen_at as "seenAt", awake_count as "awakeCount",
            coalesce(told_at >= asked_at, false) as "hasTold", coalesce(awake, '[]') as awake
       from worker order by started_at, id`,
  );
  return rows;
}

/** Asks all workers who is awake in them; they are to be notified then. */
export async function askWhoIsAwake(db: Queryable): Promise<void> {
  await db.query("update worker set asked_at = clock_timestamp()");
}

/** Says whether a worker is to take turns; it is to be notified then. */
export async function wantWorker(db: Queryable, id: string, isWanted: boolean): Promise<void> {
  await db.query("update worker set is_wanted = $2 where id = $1", [id, isWanted]);
}

/** Of awake actors, the version that each has in the database, and its event's name. */
export async function actorsOf(
  db: Queryable,
  eventIds: readonly string[],
): Promise<ReadonlyMap<string, { readonly version: number; readonly name: string }>> {
  const { rows } = await db.query<{ eventId: string; version: number; name: string }>(
    `select event_id as "eventId", a.version, e.name from actor a join event e using (event_id)
      where event_id = any($1::uuid[])`,
    [eventIds],
  );
  return new Map(rows.map(({ eventId, ...actor }) => [eventId, actor]));
}
