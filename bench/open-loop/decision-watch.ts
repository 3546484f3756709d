import pg from "pg";
import type { Queryable } from "../../src/store/database.ts";
import { OUTCOME_CHANNEL, readOutcomeNotice } from "../../src/store/notices.ts";
import { monotonicMs } from "./clock.ts";

interface Heard {
  readonly eventId: string;
  readonly from: number;
  readonly to: number;
  readonly atMs: number;
}

/**
 * Hears of decisions as an API process does: by the notice that follows the COMMIT of each turn. For a booking that was
 * answered 202 this is the moment at which its decision is known to the world.
 */
export class DecisionWatch {
  readonly #client: pg.Client;
  #heard: Heard[] = [];

  constructor(databaseUrl: string) {
    this.#client = new pg.Client({ connectionString: databaseUrl });
    this.#client.on("error", () => {});
    this.#client.on("notification", ({ payload }) => {
      const atMs = monotonicMs();
      for (const range of readOutcomeNotice(payload ?? "")) this.#heard.push({ ...range, atMs });
    });
  }

  async start(): Promise<this> {
    await this.#client.connect();
    await this.#client.query(`listen ${OUTCOME_CHANNEL}`);
    return this;
  }

  stop(): Promise<void> {
    return this.#client.end();
  }

  /** Forgets what it heard. */
  clear(): void {
    this.#heard = [];
  }

  /** Which numbers of an event's ledger were decided, and when, in the order in which that was heard. */
  rangesOf(eventId: string): readonly Omit<Heard, "eventId">[] {
    return this.#heard.filter((range) => range.eventId === eventId);
  }

  /** When some commands were decided, by their ids; null where no notice was heard. Who is not in the ledger is left out. */
  async decidedAt(
    db: Queryable,
    eventIds: readonly string[],
    commandIds: readonly string[],
  ): Promise<Map<string, number | null>> {
    const { rows } = await db.query<{ id: string; event_id: string; seq: number }>(
      `select command_id::text as id, event_id::text, seq::int from ledger
        where event_id = any($1::uuid[]) and command_id = any($2::uuid[])`,
      [eventIds, commandIds],
    );
    const asked = new Map(rows.map(({ id, event_id, seq }) => [`${event_id}:${seq}`, id]));
    const decidedAt = new Map<string, number | null>(rows.map(({ id }) => [id, null]));
    for (const { eventId, from, to, atMs } of this.#heard) {
      for (let seq = from; seq <= to; seq += 1) {
        const id = asked.get(`${eventId}:${seq}`);
        if (id !== undefined) decidedAt.set(id, atMs);
      }
    }
    return decidedAt;
  }
}
