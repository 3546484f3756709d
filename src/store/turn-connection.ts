import pg from "pg";
import type { CommandId, EventId } from "../domain/ids.ts";
import type { EventState } from "../domain/state.ts";
import {
  type ActorTurn,
  type ColdRequest,
  type ColdRows,
  DataRefused,
  type Delivery,
  type LockedActor,
  type StatementTime,
  type TurnTransaction,
} from "../engine/ports.ts";
import { Fault } from "../ops/fault.ts";
import { reached } from "../ops/points.ts";
import { chained } from "./chained-turn.ts";
import { writeTurns } from "./commit.ts";
import { connectionOptions, isDataError, type Queryable } from "./database.ts";
import { allAnswers } from "./pipeline.ts";
import { timeStatements } from "./query-times.ts";
import { keepUnclean, lockActors } from "./sql/actors.ts";
import { decidedAmong, prefetchRows } from "./sql/cold-rows.ts";
import { loadStates } from "./sql/states.ts";

/** Takes envelopes out of mailboxes, on the turn's own connection and in its transaction. */
export type TakeEnvelopes = (
  db: Queryable,
  wanted: readonly { readonly eventId: EventId; readonly max: number }[],
) => Promise<Delivery[]>;

const TURN_LIMITS = { statementMs: 5_000, lockMs: 1_000, idleInTransactionMs: 2_000, transactionMs: 5_000 };

/**
 * Taking envelopes has plan cliffs, with stale statistics and with young queues (up to 474 ms instead of 4);
 * without sorts, bitmaps, sequential scans and other joins only the good plan is left.
 */
const TURN_SETTINGS = [
  ...["sort", "bitmapscan", "seqscan", "hashjoin", "mergejoin"].map((node) => `enable_${node}=off`),
  "jit=off",
  // There is only one plan left, so making it once is enough.
  "plan_cache_mode=force_generic_plan",
];

/** What a turn's connection is called in pg_stat_activity; the watchdog looks for it. */
export const TURN_APPLICATION_NAME = "evently-turn";

/** One database connection that takes one turn after another. It connects when it is first needed and again after a loss. */
export class TurnConnection implements TurnTransaction {
  readonly #url: string;
  readonly #take: TakeEnvelopes;
  #client: pg.Client | null = null;
  #open = false;
  /** Since something that is traced was fetched; null where nothing was. */
  #statements: StatementTime[] | null = null;

  constructor(options: { readonly url: string; readonly take: TakeEnvelopes }) {
    this.#url = options.url;
    this.#take = options.take;
  }

  async lock(eventIds: readonly EventId[]): Promise<LockedActor[]> {
    const client = this.#client ?? (await this.#connect());
    this.#open = true;
    this.#statements = null;
    const [, actors] = await allAnswers([client.query("begin"), lockActors(client, eventIds)] as const);
    return actors;
  }

  async fetch(wanted: readonly { readonly eventId: EventId; readonly max: number }[]): Promise<Delivery[]> {
    const deliveries = await this.#take(this.#connected(), wanted);
    if (deliveries.some(({ envelopes }) => envelopes.some(({ trace }) => trace !== undefined))) {
      this.#statements = [];
    }
    return deliveries;
  }

  async load(eventIds: readonly EventId[]): Promise<EventState[]> {
    return await loadStates(this.#connected(), eventIds);
  }

  async prefetch(request: ColdRequest): Promise<ColdRows> {
    return await prefetchRows(this.#connected(), request);
  }

  async decidedBefore(eventId: EventId, ids: readonly CommandId[]): Promise<ReadonlySet<CommandId>> {
    return await decidedAmong(this.#connected(), eventId, ids);
  }

  async commit(turns: readonly ActorTurn[]): Promise<void> {
    const client = this.#connected();
    // Attached before anything is awaited: an answer may be an error, and it must find a listener.
    const answers = allAnswers(turns.length > 0 ? writeTurns(client, turns.map(chained)) : []);
    answers.catch(() => undefined);
    reached("turn.written");
    const verdict = client.query("commit");
    verdict.catch(() => undefined);
    reached("turn.commitSent");
    try {
      await answers;
      const { command } = await verdict;
      // COMMIT of an aborted transaction succeeds as ROLLBACK: only the tag tells.
      if (command !== "COMMIT") throw new Fault("StoreUnavailable", "the turn was rolled back");
      this.#open = false;
      reached("turn.committed");
    } catch (error) {
      await verdict.catch(() => undefined);
      throw isDataError(error) ? new DataRefused(String(error), { cause: error }) : error;
    }
  }

  async tryWrite(
    turn: ActorTurn,
  ): Promise<{ ok: true; ledgerDigest: string } | { ok: false; error: string }> {
    const client = this.#connected();
    const written = chained(turn);
    await client.query("savepoint part");
    try {
      await allAnswers(writeTurns(client, [written]));
      await client.query("release savepoint part");
      return { ok: true, ledgerDigest: written.ledgerDigest };
    } catch (error) {
      if (!isDataError(error)) throw error;
      await client.query("rollback to savepoint part");
      return { ok: false, error: String(error) };
    }
  }

  async keepMark({ eventId, uncleanActivations }: LockedActor): Promise<void> {
    await keepUnclean(this.#connected(), eventId, uncleanActivations);
  }

  tracedStatements(): readonly StatementTime[] {
    return this.#statements ?? [];
  }

  async abandon(): Promise<void> {
    const client = this.#client;
    if (client === null || !this.#open) return;
    this.#open = false;
    await client.query("rollback").catch(() => this.#drop(client));
  }

  async close(): Promise<void> {
    const client = this.#client;
    this.#client = null;
    await client?.end().catch(() => undefined);
  }

  #connected(): pg.Client {
    if (this.#client === null) throw new Fault("StoreUnavailable", "the turn's connection was lost");
    return this.#client;
  }

  async #connect(): Promise<pg.Client> {
    const client = new pg.Client({
      ...connectionOptions({
        url: this.#url,
        name: TURN_APPLICATION_NAME,
        limits: TURN_LIMITS,
        settings: TURN_SETTINGS,
      }),
      pipeline: true,
    } as pg.ClientConfig);
    client.on("error", () => this.#drop(client));
    client.on("end", () => this.#drop(client));
    const note = (statement: StatementTime) => void this.#statements?.push(statement);
    timeStatements(client, () => (this.#statements === null ? null : note));
    await client.connect();
    this.#client = client;
    return client;
  }

  #drop(client: pg.Client): void {
    if (this.#client !== client) return;
    this.#client = null;
    this.#open = false;
    client.end().catch(() => undefined);
  }
}
