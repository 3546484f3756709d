import { setTimeout as sleep } from "node:timers/promises";
import pg from "pg";
import { until } from "../support/until.ts";
import type { Worker } from "./stage.ts";

/** A turn under way, as the database sees it. */
export interface OpenTurn {
  readonly pid: number;
  readonly state: "active" | "idle in transaction" | "idle in transaction (aborted)";
  /** What it runs, or ran last. */
  readonly query: string;
  readonly waitEvent: string | null;
}

/** The turns that a worker holds open at this moment. */
export async function openTurns(db: pg.Pool, worker: Pick<Worker, "dbUser">): Promise<OpenTurn[]> {
  const { rows } = await db.query<OpenTurn>(
    `select pid, state, query, wait_event as "waitEvent" from pg_stat_activity
      where application_name = 'evently-turn' and datname = current_database() and usename = $1
        and xact_start is not null and state <> 'idle'`,
    [worker.dbUser],
  );
  return rows;
}

/** Which step of a turn a statement belongs to. */
export function stepOf({ query, state }: OpenTurn): string {
  const [, step = "other"] =
    [
      [/^commit/i, "commit"],
      [/pass_fence|insert into|update tier|update booking/i, "write"],
      [/delete from mailbox\.job/i, "fetch"],
      [/from actor|^begin/i, "lock"],
      [/from (event|tier)/i, "load"],
    ].find(([pattern]) => (pattern as RegExp).test(query)) ?? [];
  return `${state === "active" ? "in" : "after"} ${step}`;
}

/** Freezes a worker in the middle of a turn, wherever chance stops it. @returns null where it was in none for `msMax`. */
export async function freezeInTurn(db: pg.Pool, worker: Worker, msMax: number): Promise<OpenTurn | null> {
  const deadline = performance.now() + msMax;
  while (performance.now() < deadline) {
    // Stopped first and looked at then: what is open now stays open until it is killed or goes on.
    worker.kill("SIGSTOP");
    const [turn] = await openTurns(db, worker);
    if (turn !== undefined) return turn;
    worker.kill("SIGCONT");
    await sleep(1 + Math.random() * 10);
  }
  return null;
}

/** Holds something in the database until released, or until the database ends its session. */
export class Blockade {
  readonly #client: pg.Client;

  private constructor(client: pg.Client) {
    this.#client = client;
  }

  /** @param statement what takes the lock, such as `lock table ledger in share mode`. */
  static async raise(db: pg.Pool, statement: string, values: unknown[] = []): Promise<Blockade> {
    const client = new pg.Client(db.options);
    client.on("error", () => undefined);
    await client.connect();
    // The test's own time-outs must not end it early.
    await client.query("set idle_in_transaction_session_timeout = 0");
    await client.query("begin");
    await client.query(statement, values);
    return new Blockade(client);
  }

  async release(): Promise<void> {
    await this.#client.end();
  }
}

/** Keeps everybody from taking turns of an event. */
export function holdActor(db: pg.Pool, eventId: string): Promise<Blockade> {
  return Blockade.raise(db, "select 1 from actor where event_id = $1 for no key update", [eventId]);
}

/** Ends the sessions with this application name. @returns how many there were. */
export async function terminate(db: pg.Pool, application: string): Promise<number> {
  const { rows } = await db.query<{ count: number }>(
    `select count(pg_terminate_backend(pid))::integer as count from pg_stat_activity
      where application_name = $1 and datname = current_database()`,
    [application],
  );
  return rows[0]?.count ?? 0;
}

function isBlocked({ waitEvent }: Pick<OpenTurn, "waitEvent">): boolean {
  return waitEvent === "relation" || waitEvent === "advisory";
}

const COMMIT_LOCK = 4_711;

/**
 * Makes transactions that wrote into a table wait in the middle of their COMMIT until released.
 * A constraint that is checked at the end asks for a lock that is held here.
 */
export async function holdCommits(db: pg.Pool, table: string): Promise<Blockade> {
  await db.query(`
    create or replace function hold_commit() returns trigger language plpgsql as $$ begin
      perform pg_advisory_xact_lock_shared(${COMMIT_LOCK}); return null; end $$;
    create constraint trigger hold_commit after insert on ${table}
      deferrable initially deferred for each row execute function hold_commit()`);
  return await Blockade.raise(db, "select pg_advisory_xact_lock($1)", [COMMIT_LOCK]);
}

/** Undoes `holdCommits` where the one who held is gone. */
export async function letCommitsGo(db: pg.Pool, table: string): Promise<void> {
  await db.query(`drop trigger if exists hold_commit on ${table}`);
}

/** Whether a session of this name waits for what is held here. */
export async function isHeld(db: pg.Pool, application: string): Promise<boolean> {
  const { rows } = await db.query<Pick<OpenTurn, "waitEvent">>(
    `select wait_event as "waitEvent" from pg_stat_activity
      where application_name = $1 and datname = current_database()`,
    [application],
  );
  return rows.some(isBlocked);
}

/** The worker whose turn waits for a lock, and which turn that is. */
export function blockedTurn(
  db: pg.Pool,
  workers: readonly Worker[],
): Promise<{ worker: Worker; turn: OpenTurn }> {
  return until("a turn runs into the blockade", async () => {
    for (const worker of workers) {
      const turn = (await openTurns(db, worker)).find(isBlocked);
      if (turn !== undefined) return { worker, turn };
    }
    return null;
  });
}
